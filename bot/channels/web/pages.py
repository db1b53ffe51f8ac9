"""The page itself: templates, texts, and what the script needs to start."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request

from bot.channels.web.assets import Assets
from bot.channels.web.config import WebConfig
from bot.channels.web.rich_text import RichTextReader
from bot.channels.web.sessions import Session, is_embedded_elsewhere
from bot.channels.web.texts import Texts

TEMPLATES = Path(__file__).parent / "templates"
SCRIPT_TEXTS = ("authors", "composer", "errors", "message", "state")
_VIEWS = frozenset({"large", "contrast"})
VIEW_COOKIE = "ansinh_view"


@dataclass(frozen=True, slots=True)
class Chat:
    """What one look at the conversation shows."""

    session: Session
    entries: Sequence[dict[str, Any]]
    pending: int
    ready: bool
    error: str = ""  # key of a text under ``errors``
    notice: str = ""  # key of a text under ``menu``
    draft: str = ""  # what was typed when the error came

    @property
    def after(self) -> int:
        """Return the number of the last entry shown, 0 where there is none."""
        return int(self.entries[-1]["seq"]) if self.entries else 0


class Pages:
    """Draws the page."""

    def __init__(self, config: WebConfig, texts: Texts, assets: Assets, reader: RichTextReader) -> None:
        self._config, self._texts, self._reader = config, texts, reader
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(t=texts, part=texts.part, asset=assets.address, rich=self._runs)

    def chat(self, request: Request, chat: Chat, *, today: str) -> str:
        """Return the page of *chat*; *today* is the day printed on paper."""
        seen = set(request.cookies.get(VIEW_COOKIE, "").split(".")) & _VIEWS
        return self._environment.get_template("chat.html").render(
            chat=chat,
            config=self._config,
            operator=self._config.operator or self._texts("welcome.own_service"),
            views=seen,
            embedded=is_embedded_elsewhere(request),
            message_id=secrets.token_urlsafe(12),
            today=today,
            script_data=self._script_data(chat),
        )

    def error(self, reason: str) -> str:
        """Return a page that only says what went wrong and leads back."""
        return self._environment.get_template("error.html").render(reason=reason)

    def _runs(self, text: str) -> Sequence[dict[str, Any]]:
        return [run.to_json() for block in self._reader.read(text).shown for line in block.lines for run in line]

    def _script_data(self, chat: Chat) -> Markup:
        data = {
            "after": chat.after,
            "pending": chat.pending,
            "ready": chat.ready,
            "fresh": chat.session.is_new,
            "longest": self._config.message_characters,
            "texts": {part: self._texts.part(part) for part in SCRIPT_TEXTS},
        }
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return Markup(body.replace("<", "\\u003c"))  # noqa: S704 - no "<" is left, so it cannot end its element
