"""What pure functions said of the texts of late: a paper is checked again after every change of one of its rows.

Owns these memories, each of them bounded, and the way to forget them all; knows no rule.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

_TEXTS_REMEMBERED = 8192
_remembering: list[Callable[[], None]] = []
_Said = TypeVar("_Said")


def remembered(function: Callable[[str], _Said]) -> Callable[[str], _Said]:
    """Return a pure function of a text that remembers the texts of late; threads may share it."""
    cached = functools.lru_cache(maxsize=_TEXTS_REMEMBERED)(function)
    _remembering.append(cached.cache_clear)
    return cached


def forget_texts() -> None:
    """Forget what was said of texts, so that a benchmark measures a new paper."""
    for forget in _remembering:
        forget()
