"""The fonts of the PDF against the fonts that the .docx asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from forms._checks import Finding

# Fonts of the same widths, so that lines break where they broke; and the signs of lists.
TWINS_OF_FONTS = {
    "timesnewroman": "liberationserif",
    "arial": "liberationsans",
    "couriernew": "liberationmono",
    "symbol": "opensymbol",
    "wingdings": "opensymbol",
}
_POSTSCRIPT_TAIL = re.compile(r"(?:PS)?(?:MT)?$")


def substituted_fonts(printed: Collection[str], asked: Collection[str]) -> Iterator[Finding]:
    """FONT_SUBSTITUTED: the office drew letters with a font that nobody asked for.

    Either the font is not installed where the paper was made, or it lacks a letter of the text.

    Args:
        printed: names of the fonts in the PDF: "LiberationSerif-Bold".
        asked: names of the fonts in the .docx: "Times New Roman"; empty when it names none.
    """
    wanted = {_squeezed(name) for name in asked}
    wanted |= {twin for name, twin in TWINS_OF_FONTS.items() if name in wanted}
    wanted |= {name for name, twin in TWINS_OF_FONTS.items() if twin in wanted}
    families = {name.partition("-")[0].partition(",")[0] for name in printed}
    strangers = sorted(family for family in families if _squeezed(family) not in wanted)
    if asked and strangers:
        names = ", ".join(f"«{name}»" for name in strangers)
        yield Finding(
            "FONT_SUBSTITUTED",
            "error",
            "_",
            f"В PDF часть текста набрана другим шрифтом: {names}; в документе указано: "
            f"{', '.join(f'«{name}»' for name in sorted(asked))}.",
            "Замените редкие знаки в тексте или попросите администратора установить шрифт шаблона.",
        )


def _squeezed(name: str) -> str:
    return re.sub(r"[\s_]", "", _POSTSCRIPT_TAIL.sub("", name)).casefold()
