"""Entries of lists: the capital at the beginning, the stop at the end."""

from __future__ import annotations


def opened(text: str) -> str:
    """Return the text with a capital at its beginning, as an entry of a list stands."""
    return f"{text[:1].upper()}{text[1:]}"


def with_stop(text: str, *, last: bool) -> str:
    """Return a line of a list with its stop: a semicolon, or a full stop after the last; what has one stays."""
    text = text.rstrip()
    return text if text.endswith((".", ";", ",", ":", "!", "?")) else f"{text}{'.' if last else ';'}"
