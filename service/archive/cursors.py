"""Cursors of the list of papers: opaque text for clients, two chain numbers for us.

A cursor remembers the state of the record the first page showed, so that leafing neither skips nor repeats a
paper when others are added or changed meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import re

from service.archive.records import Place
from service.errors import InputError

_PLACE = re.compile(rb"([0-9]{1,15})\.([0-9]{1,15})")


def cursor_text(place: Place) -> str:
    """Return the text a client sends back for the next page."""
    return base64.urlsafe_b64encode(f"{place.upto}.{place.before}".encode("ascii")).decode("ascii")


def cursor_place(text: str) -> Place:
    """Return the place a cursor stands for.

    Raises:
        InputError: the text did not come from `cursor_text`.
    """
    try:
        plain = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise InputError(_WRONG) from error
    match = _PLACE.fullmatch(plain)
    if match is None:
        raise InputError(_WRONG)
    return Place(upto=int(match[1]), before=int(match[2]))


_WRONG = "Неверный курсор страницы. Запросите список сначала, без параметра cursor."
