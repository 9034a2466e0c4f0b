"""The fonts that a .docx asks for, by the names that Word shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMED = re.compile(rb'w:(?:ascii|hAnsi|cs)="([^"]+)"')
_BY_ROLE = re.compile(rb'w:(?:ascii|hAnsi)Theme="(major|minor)')
_THEME = re.compile(rb"<a:(major|minor)Font>.*?<a:latin[^>]* typeface=\"([^\"]*)\"", re.DOTALL)


def asked_fonts(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Return the fonts that the text and the styles of a .docx name, themselves or by a role of the theme.

    Args:
        parts: part name -> bytes; the table of fonts is not asked: it lists stand-ins too.
    """
    named: set[bytes] = set()
    roles: set[bytes] = set()
    themes: dict[bytes, bytes] = {}
    for part, data in parts.items():
        if part.startswith("word/theme/"):
            themes.update(_THEME.findall(data))
        elif part.startswith("word/") and part.endswith(".xml") and part != "word/fontTable.xml":
            named.update(_NAMED.findall(data))
            roles.update(_BY_ROLE.findall(data))
    named.update(themes[role] for role in roles if role in themes)
    return frozenset(name.decode() for name in named if name)
