"""Rules about a text as a whole: it is finished, its quotes and brackets are paired, no words follow themselves."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import compress, count
from operator import and_, eq

from forms._checks import Finding
from forms._checks_marks import unpaired_bracket, unpaired_quote
from forms._checks_walk import SMALL_LETTERS, Piece, Printed, shown


def sentence_findings(printed: Printed) -> Iterator[Finding]:
    """Run the rules that read a text from its first letter to its last."""
    for piece, signs in zip(printed.pieces, printed.signs(_PAIRED_SIGNS), strict=True):
        text = piece.text
        if text[text.rfind(" ") + 1 :] in _LAST_WORDS:
            yield from _unfinished(piece)
        if signs and not _are_paired(signs):
            yield from _unpaired(piece)
    yield from _repeated(printed)


# Texts differ, the order of their signs hardly does.
@functools.lru_cache(maxsize=1024)
def _are_paired(signs: bytes) -> bool:
    """Tell whether quotes and brackets are paired whatever stands between them; «1)» may still be a list."""
    text = signs.decode("cp1251")
    return unpaired_quote(text) is None and unpaired_bracket(text) is None


def _unfinished(piece: Piece) -> Iterator[Finding]:
    """A measure may lead on to its parts; «пункт в», «5 в» name a letter; a heading «по» stands alone."""
    text = piece.text
    last = text[text.rfind(" ") + 1 :]
    if last == text or piece.leads or piece.path.startswith("columns."):
        return
    before = text[: -len(last)].rstrip()
    if before[-1:].isdigit() or before.endswith("№") or _LETTER_NAMES.search(before.lower()):
        return
    yield Finding(
        "TEXT_TRUNCATED",
        "error",
        piece.path,
        f"Текст обрывается на служебном слове: «…{shown(text[-40:])}».",
        "Допишите предложение до конца.",
    )


def _unpaired(piece: Piece) -> Iterator[Finding]:
    if (place := unpaired_quote(piece.text)) is not None:
        yield Finding(
            "QUOTES",
            "error",
            piece.path,
            f"Непарная кавычка: «…{shown(piece.text[max(0, place - 10) : place + 40])}…».",
            "Поставьте недостающую кавычку или уберите лишнюю.",
        )
    if (place := unpaired_bracket(piece.text)) is not None:
        yield Finding(
            "BRACKETS",
            "warning",
            piece.path,
            f"Непарная скобка: «…{shown(piece.text[max(0, place - 10) : place + 40])}…».",
            "Поставьте недостающую скобку или уберите лишнюю.",
        )


_LETTER_NAMES = re.compile(r"(?:букв|звук|пункт|литер|класс|строк|корпус)\w*$")
_LAST_WORDS = frozenset(
    {
        "в",
        "во",
        "на",
        "с",
        "со",
        "к",
        "ко",
        "о",
        "об",
        "обо",
        "от",
        "до",
        "из",
        "за",
        "для",
        "по",
        "при",
        "под",
    }
    | {"над", "без", "через", "между", "и", "или", "но", "что", "чтобы"}
)
_PAIRED_SIGNS = '«»„“”"()'
_REPEATED = re.compile(r"(?<![\w-])((?:[а-яё]+ )?[а-яё]{2,}) \1(?![\w-])")


def _neighbours(words: list[bytes]) -> Iterator[str]:
    """Yield one word, or two, that may follow themselves, whatever stands between them."""
    same, same_but_one = map(eq, words, words[1:]), list(map(eq, words, words[2:]))
    for place in compress(count(), same):
        yield words[place].decode("cp1251")
    for place in compress(count(), map(and_, same_but_one, same_but_one[1:])):
        yield b" ".join(words[place : place + 2]).decode("cp1251")


_DOUBLED = frozenset({"чуть", "еле", "едва", "очень", "так", "вот", "да", "ну", "пока", "только", "почти"})


def _repeated(printed: Printed) -> Iterator[Finding]:
    """One or two words that follow themselves. The pattern is slow, so equal neighbours are looked for first."""
    if not any(f"{words} {words}" in printed.joined for words in _neighbours(printed.words(SMALL_LETTERS))):
        return
    for piece in printed.pieces:
        match = _REPEATED.search(piece.text)
        if match and match[1].split()[0] not in _DOUBLED:
            yield Finding(
                "REPEATED_WORDS",
                "error",
                piece.path,
                f"Слова повторяются подряд: «{shown(match[0])}».",
                "Оставьте слова один раз.",
            )
