"""Rules about a text as a whole: it is finished, its quotes and brackets are paired, no words follow themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import eq

from forms._checks import Finding
from forms._checks_marks import unpaired_bracket, unpaired_quote
from forms._checks_walk import Piece, Printed, shown


def sentence_findings(printed: Printed) -> Iterator[Finding]:
    """Run the rules that read a text from its first letter to its last."""
    for piece in printed.pieces:
        text = piece.text
        if text[text.rfind(" ") + 1 :] in _LAST_WORDS:
            yield from _unfinished(piece)
        if not _is_plainly_paired(text):
            yield from _unpaired(piece)
    yield from _repeated(printed)


def _is_plainly_paired(text: str) -> bool:
    """Most texts have no sign or one pair, and asking is cheaper than reading."""
    return (
        text.count("«") == text.count("»") <= 1
        and text.find("«") <= text.find("»")
        and text.count("(") == text.count(")") <= 1
        and text.find("(") <= text.find(")")
        and not any(sign in text for sign in _RARE_QUOTES)
    )


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
_RARE_QUOTES = '"„“”'
_REPEATED = re.compile(r"(?<![\w-])((?:[а-яё]+ )?[а-яё]{2,}) \1(?![\w-])")
_DOUBLED = frozenset({"чуть", "еле", "едва", "очень", "так", "вот", "да", "ну", "пока", "только", "почти"})


def _repeated(printed: Printed) -> Iterator[Finding]:
    """One or two words that follow themselves. The pattern is slow, so equal neighbours are looked for first."""
    words = printed.joined.split(" ")
    if not any(map(eq, words, words[1:])) and not any(map(eq, words, words[2:])):
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
