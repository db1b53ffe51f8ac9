"""Draws the pages: templates with autoescape, the texts, addresses and formats they use, and the navigation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.channels.web.assets import Assets
from console.areas import NavItem
from console.deps import ConsoleSettings
from console.security.permissions import Permission
from console.texts import Texts
from core.clock import VIETNAM, Clock
from core.vietnamese import format as show

if TYPE_CHECKING:
    from console.visit import Visit

TEMPLATES: Final = Path(__file__).parent / "templates"
GROUPS: Final = ("work", "law", "service")


class Pages:
    """One environment of templates; ``navigation`` is filled in once all areas are known."""

    def __init__(self, settings: ConsoleSettings, texts: Texts, assets: Assets, clock: Clock) -> None:
        self.texts, self._settings, self._clock = texts, settings, clock
        self.navigation: tuple[NavItem, ...] = ()
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            t=texts,
            part=texts.part,
            has_text=texts.has,
            asset=assets.address,
            url=self.url,
            Permission=Permission,
            settings=settings,
            today=clock.today,
            now=clock.now,
        )
        self._environment.filters.update(
            money=show.money,
            short_money=show.short_money,
            day=_day,
            moment=_moment,
            exact=_exact,
            clock=_clock,
            number=_number,
            percent=show.percent,
            ago=self.ago,
        )

    def url(self, path: str) -> str:
        """Return the address of a path of the console."""
        return f"{self._settings.base}{path}"

    def draw(self, template: str, *, visit: Visit | None, **context: Any) -> str:
        """Return *template* drawn for *visit* (``None``: nobody is signed in)."""
        context.setdefault("said", None)
        return self._environment.get_template(template).render(visit=visit, nav=self._places(visit), **context)

    def look_ahead(self) -> Iterator[object]:
        """Compile every template: the first page of each kind would take several times as long."""
        for name in self._environment.list_templates(extensions=["html"]):
            yield self._environment.get_template(name)

    def add_globals(self, **values: Any) -> None:
        """Give every template further functions or values; done once, while the console is built."""
        self._environment.globals.update(values)

    def ago(self, moment: datetime) -> str:
        """Return how long ago *moment* is, in words."""
        seconds = max(0, int((self._clock.now() - moment).total_seconds()))
        for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if seconds >= size:
                return self.texts(f"base.ago.{unit}", n=seconds // size)
        return self.texts("base.ago.now")

    def _places(self, visit: Visit | None) -> Sequence[Mapping[str, Any]]:
        if visit is None or visit.is_fragment:
            return ()
        path = visit.request.url.path.removeprefix(self._settings.base)
        mine = [item for item in self.navigation if visit.may(item.needs)]
        here = max((item.path for item in mine if _is_under(path, item.path)), key=len, default=None)
        groups = [
            {
                "id": group,
                "items": [
                    {"text": item.text, "path": item.path, "here": item.path == here}
                    for item in sorted(mine, key=lambda item: item.order)
                    if item.group == group
                ],
            }
            for group in GROUPS
        ]
        return [group for group in groups if group["items"]]


def _is_under(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent.rstrip('/')}/")


def _day(value: date | None) -> str:
    return show.day(value) if value is not None else "–"


def _moment(value: datetime | None) -> Markup | str:
    """Return a ``<time>`` that shows day and minute in Vietnam."""
    if value is None:
        return "–"
    here = value.astimezone(VIETNAM)
    return Markup('<time datetime="{}">{} {:%H:%M}</time>').format(here.isoformat(), show.day(here.date()), here)


def _exact(value: datetime) -> str:
    here = value.astimezone(VIETNAM)
    return f"{show.day(here.date())} {here:%H:%M:%S}"


def _clock(value: datetime) -> str:
    """Return hour and minute in Vietnam."""
    return f"{value.astimezone(VIETNAM):%H:%M}"


def _number(value: float) -> str:
    """Return a count as Vietnamese write it: 12.345; one decimal after a comma where it is no whole number."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))
