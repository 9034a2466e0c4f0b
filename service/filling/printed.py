"""What a printed value is: its text and the same as XML, worked out once for texts that come back.

Tables for the compiled code of templates, which looks every value of a long table up in them.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TypeVar

from service.errors import TemplateError

Key = TypeVar("Key")
# The text, and how it is written into the document.
Printed = tuple[str, bytes]
# The same headings, names and terms come back from paper to paper and in every preview of one.
_KEPT = 16_384


def printed(text: str) -> Printed:
    """Return a text with its XML; a line end becomes a break.

    Raises:
        TemplateError: it cannot be written as UTF-8.
    """
    escaped = html.escape(text, quote=True).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    try:
        return text, escaped.encode()
    except UnicodeEncodeError as error:
        raise TemplateError("В данных есть знаки, которых нет в Юникоде. Наберите текст заново.") from error


class Known(dict[Key, Printed]):
    """Value -> what it prints; worked out when first asked for."""

    def __init__(self, text_of: Callable[[Key], str]) -> None:
        super().__init__()
        self._text_of = text_of

    def __missing__(self, key: Key) -> Printed:
        made = printed(self._text_of(key))
        if len(self) >= _KEPT:
            self.clear()
        self[key] = made
        return made
