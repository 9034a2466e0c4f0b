"""Recommendations grouped by the one they are addressed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def grouped(recommendations: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return [{title, lines, last}] in the order of the addressees; those without recommendations are left out.

    Args:
        titles: addressee -> heading of its group.
    """
    groups: list[dict[str, Any]] = []
    for addressee, title in titles.items():
        lines = [_line(one) for one in recommendations if one["addressee"] == addressee]
        if lines:
            groups.append({"title": title, "lines": lines})
    return [{**group, "last": group is groups[-1]} for group in groups]


def _line(one: Mapping[str, Any]) -> str:
    text: str = one["text"].rstrip(" .;")
    return f"{text} (срок: {one['deadline']})." if one["deadline"] else f"{text}."
