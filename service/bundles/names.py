"""Names inside a bundle: readable, safe on every system, each only once.

Windows refuses some characters, endings and words (https://learn.microsoft.com/windows/win32/fileio/naming-a-file),
Linux takes 255 bytes, Windows and macOS do not tell capitals and composed letters apart.
"""

from __future__ import annotations

import unicodedata
from itertools import count

FOLDER = "Документы"
INVENTORY_JSON = "опись.json"
INVENTORY_XLSX = "опись.xlsx"
CHAINS = "цепочки.jsonl"
VERIFIER = "проверка.py"

# Of UTF-8, without the extension: «.docx» and the marks of other programs («.part») still fit into 255.
MAX_STEM_BYTES = 230
_FORBIDDEN = set('\\/:*?"<>|')
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}
_DEVICES |= {f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"}


class Names:
    """Gives every paper of one bundle a name of its own; equal calls in equal order give equal names."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, name: str, ending: str = "") -> str:
        """Return a file name without extension that nobody has taken; «… (2)» when another paper has it.

        Args:
            name: what people call the paper.
            ending: kept whole at the end: «, версия 2».
        """
        wanted = _same(safe_stem(name, ending))
        for number in count(self._next.get(wanted, 1)):
            stem = safe_stem(name, ending if number == 1 else f"{ending} ({number})")
            if _same(stem) not in self._taken:
                self._taken.add(_same(stem))
                self._next[wanted] = number + 1
                break
        return stem


def safe_stem(name: str, ending: str = "") -> str:
    """Return a name as a file name without extension that every system takes; the ending is never cut."""
    text = unicodedata.normalize("NFC", "".join(_safe(letter) for letter in name))
    text = " ".join(text.split()).strip(". ") or "Документ"
    if text.partition(".")[0].rstrip().upper() in _DEVICES:
        text = f"Документ {text}"
    room = MAX_STEM_BYTES - len(ending.encode("utf-8"))
    if len(text.encode("utf-8")) > room:
        text = text.encode("utf-8")[:room].decode("utf-8", "ignore")
        text = (text.rpartition(" ")[0] or text).rstrip(". –,")
    return f"{text}{ending}"


def _safe(letter: str) -> str:
    if letter in _FORBIDDEN or unicodedata.category(letter) == "Cc":
        return " "
    # Format characters, such as the one that turns the direction of writing, only deceive in a name.
    return "" if unicodedata.category(letter).startswith("C") else letter


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
