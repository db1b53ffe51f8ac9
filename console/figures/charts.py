"""Charts drawn on the server: plain SVG without styles or scripts. Words stand beside them as HTML, never in them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

_HEIGHT = 100


def stacked_columns(columns: Sequence[Sequence[float]], *, label: str) -> Markup:
    """Draw one column a member of *columns*, its parts stacked from below; *label* says it to a screen reader."""
    top = max((sum(parts) for parts in columns), default=0) or 1
    drawn = [
        Markup('<rect class="s{}" x="{}" y="{:.2f}" width=".8" height="{:.2f}"/>').format(
            series + 1, f"{at + 0.1:.1f}", _HEIGHT - _HEIGHT * (sum(parts[: series + 1])) / top, _HEIGHT * part / top
        )
        for at, parts in enumerate(columns)
        for series, part in enumerate(parts)
        if part
    ]
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(max(len(columns), 1), _HEIGHT, label, Markup("").join(drawn))


def bar(value: float, most: float, *, series: int = 1) -> Markup:
    """Draw one bar beside its number in a table; the number is the text, so the bar is hidden from screen readers."""
    width = 100 * value / most if most else 0
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8"/><rect class="s{}" width="{:.1f}" height="8"/></svg>'
    ).format(series, width)


def stacked_bar(parts: Sequence[float]) -> Markup:
    """Draw the shares of *parts* in one bar."""
    total, at, drawn = sum(parts) or 1, 0.0, []
    for series, part in enumerate(parts):
        width = 100 * part / total
        drawn.append(
            Markup('<rect class="s{}" x="{:.2f}" width="{:.2f}" height="8"/>').format(
                series + 1, at, max(width - 0.6, 0)
            )
        )
        at += width
    return Markup('<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>').format(
        Markup("").join(drawn)
    )
