"""Numbers of reports: totals and shares that are computed, never typed.

A share always prints its denominator; with nothing to divide by it prints a dash, never 0 %.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

NBSP = "\N{NO-BREAK SPACE}"
DASH = "–"


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """Return «62,5 %»: one decimal, halves up; a dash when the whole is zero."""
    if not whole:
        return DASH
    value = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{decimal_comma(value)}{NBSP}%"


def share(part: int, whole: int) -> str:
    """Return «5 из 8 (62,5 %)»."""
    if not whole:
        return DASH
    return f"{part} из {whole} ({percent(part, whole)})"


def decimal_comma(value: Decimal | int | None) -> str:
    """Return a number as Russian papers print it: decimal comma, a real minus, as many digits as were typed."""
    if value is None:
        return DASH
    text = f"{Decimal(value):f}"
    return text.replace(".", ",").replace("-", "\N{MINUS SIGN}")


def difference(current: Decimal | None, baseline: Decimal | None) -> str:
    """Return «+3,5», «−2» or «0»; a dash when one of the values is unknown."""
    if current is None or baseline is None:
        return DASH
    value = current - baseline
    return f"+{decimal_comma(value)}" if value > 0 else decimal_comma(value)
