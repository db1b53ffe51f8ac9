"""How figures are shown: 540.000 đ, 01/7/2026, 6,24 %/năm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def money(amount_vnd: float | Decimal) -> str:
    """``540000`` -> ``540.000 đ``; what is counted in fractions is rounded to the đồng."""
    return f"{round(amount_vnd):,}".replace(",", ".") + " đ"


def short_money(amount_vnd: int) -> str:
    """``100000000`` -> ``100 triệu``; falls back to :func:`money` where no round word fits."""
    for unit, word in ((1_000_000_000, "tỷ"), (1_000_000, "triệu")):
        if amount_vnd >= unit and amount_vnd % (unit // 10) == 0:
            return decimal(Decimal(amount_vnd) / unit) + f" {word}"
    return money(amount_vnd)


def day(value: date) -> str:
    """``2026-07-01`` -> ``01/7/2026``: the day in two digits, January and February too, as decrees write them."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def decimal(value: Decimal | float | int) -> str:
    """``6.24`` -> ``6,24``; no trailing zeros."""
    exact = Decimal(str(value))
    text = format(exact.normalize(), "f") if exact else "0"
    return text.replace(".", ",")


def percent(value: Decimal | float | int) -> str:
    """``6.24`` -> ``6,24%``."""
    return decimal(value) + "%"
