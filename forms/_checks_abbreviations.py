"""Rules about abbreviations: each one explained, used, and spelled in one way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from forms._checks import Finding
from forms._checks_vocabulary import EVERYDAY, IN_NAMES, KNOWN_ABBREVIATIONS, MISSPELLED, NOT_ABBREVIATIONS
from forms._checks_walk import CAPITAL_LETTERS, SEPARATOR, Piece, Printed, shown

_INTRODUCED = re.compile(r"алее(?<=[Дд]алее)(?:\s+по тексту|\s+именуется)?\s*[-–—]?\s*«?([^)»\uffff]{2,60})")
_IN_BRACKETS = re.compile(r"\(([А-ЯЁ]{2,8})\)")
_MEANING_CHARACTERS = 120
_LONGEST = 8
_PARTS_OF_WORDS = re.compile(r"[А-ЯЁа-яё]+")
_LETTERS = re.compile(r"[А-ЯЁа-яёA-Za-z]")
_LIST = "abbreviations."
_NAMES = (".organisation", ".school")
_WELL_KNOWN = frozenset(IN_NAMES | {word for short in KNOWN_ABBREVIATIONS for word in short.split()})
# «ИС МЭДК» is one abbreviation of two words.
_PHRASES = {word: short for short in KNOWN_ABBREVIATIONS if " " in short for word in short.split()}


def abbreviation_findings(data: Mapping[str, Any], printed: Printed) -> Iterator[Finding]:
    """Every abbreviation is explained and used; what is explained has its letters."""
    listed = data.get("abbreviations") or []
    for index, one in enumerate(listed):
        yield from _check_listed(index, one, printed)
    passed = {*_defined(data, printed), *EVERYDAY, *NOT_ABBREVIATIONS}
    if "abbreviations" not in data:
        passed |= IN_NAMES  # names of schools ask for an explanation only beside a list
    used = _used(printed, passed.difference(MISSPELLED))
    yield from _undefined(used, passed)
    yield from _misspelled(used)


def _used(printed: Printed, passed: Set[str]) -> dict[str, list[Piece]]:
    """Abbreviation -> the texts it is used in; headings typed in capitals are no abbreviations.

    Args:
        printed: the texts.
        passed: what nobody asks about; most texts have nothing else, which a look at the letters shows.
    """
    words = {
        word.decode("cp1251") for word in set(printed.words(CAPITAL_LETTERS)) if 1 < len(word) <= _LONGEST
    }
    used: dict[str, list[Piece]] = {}
    in_capitals: dict[str, bool] = {}
    for place, word in sorted(_places(printed.joined, words - passed)):
        piece = printed.piece_at(place)
        if piece.path not in in_capitals:
            # The name of an organisation is not the author's to explain: «ГАУ ДПО «Институт …»».
            is_name = piece.path.startswith(_LIST) or piece.path.endswith(_NAMES)
            in_capitals[piece.path] = is_name or _typed_in_capitals(piece.text)
        if not in_capitals[piece.path]:
            used.setdefault(word, []).append(piece)
    return used


def _places(text: str, words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (place, word) wherever a word stands alone in a text that begins and ends with separators."""
    for word in words:
        place = text.find(word)
        while place > 0:
            before, after = text[place - 1], text[place + len(word)]
            if not (before.isalnum() or before in "_-" or after.isalnum() or after == "_"):
                yield place, word
            place = text.find(word, place + 1)


def _typed_in_capitals(text: str) -> bool:
    """More than half of the words are in capitals, and not because they are «МБОУ СОШ»."""
    words = _PARTS_OF_WORDS.findall(text)
    capital = [word for word in words if word.isupper()]
    return len(capital) > 1 and 2 * len(capital) > len(words) and not _WELL_KNOWN.issuperset(capital)


def _check_listed(index: int, one: Mapping[str, Any], printed: Printed) -> Iterator[Finding]:
    short, full = one["short"], one["full"]
    path = f"{_LIST}{index}"
    if not _LETTERS.search(full):
        yield Finding(
            "ABBR_EMPTY",
            "error",
            f"{path}.full",
            f"Сокращение «{short}» не расшифровано.",
            "Впишите расшифровку или удалите строку.",
        )
    elif problem := _mismatch(short, full):
        yield Finding(
            "ABBR_MISMATCH",
            problem,
            f"{path}.short",
            f"Буквы сокращения «{short}» не соответствуют расшифровке «{shown(full)}».",
            "Исправьте сокращение или расшифровку.",
        )
    first, *others = map(re.escape, short.split())
    words = r"\s+".join([rf"{first}(?<![А-ЯЁа-яё]{first})", *others])
    pattern = re.compile(rf"{words}(?![А-ЯЁа-яё])")
    if not any(not piece.path.startswith(f"{path}.") for piece, _ in printed.matches(pattern)):
        yield Finding(
            "ABBR_UNUSED",
            "warning",
            f"{path}.short",
            f"Сокращение «{short}» расшифровано, но в тексте не встречается.",
            "Удалите строку или исправьте сокращение.",
        )


def _mismatch(short: str, full: str) -> Any:
    """Return "error" when a letter is not in the meaning at all, "warning" when the first letters differ.

    «ВКС» is right for «видеоконференцсвязь»: its letters follow each other inside one word.
    """
    if full == KNOWN_ABBREVIATIONS.get(short) or short in EVERYDAY:
        return None
    letters = [sign for sign in short if sign.isupper()]
    if len(letters) < 2 or not all("А" <= sign <= "Я" or sign == "Ё" for sign in letters):
        return None
    wanted = "".join(letters).lower()
    if _follow(wanted, _initials(full)):
        return None
    return "warning" if _follow(wanted, full.lower()) else "error"


def _initials(text: str) -> str:
    words = _PARTS_OF_WORDS.findall(text)
    letters = []
    for word in words:
        # A word that is an abbreviation itself gives all its letters: «МКУ», «ДПО».
        letters.append(word.lower() if word.isupper() and len(word) > 1 else word[0].lower())
    return "".join(letters)


def _follow(wanted: str, text: str) -> bool:
    rest = iter(text.replace("ё", "е"))
    return all(sign in rest for sign in wanted.replace("ё", "е"))


def _defined(data: Mapping[str, Any], printed: Printed) -> set[str]:
    """Return what the paper explains: its list, «(далее – …)», «рисковый профиль школы (РПШ)», the letterhead."""
    texts: list[str] = [one["short"] for one in data.get("abbreviations") or []]
    texts += [match[1] for _, match in printed.matches(_INTRODUCED)]
    organisation = data.get("organisation") or {}
    if isinstance(organisation, Mapping):
        texts.append(organisation.get("short") or "")
    for _, match in printed.matches(_IN_BRACKETS):
        before = printed.joined[max(0, match.start() - _MEANING_CHARACTERS) : match.start()]
        if _follow(match[1].lower(), _initials(before.rpartition(SEPARATOR)[2])):
            texts.append(match[1])
    return {word for text in texts for word in _PARTS_OF_WORDS.findall(text)}


def _undefined(used: Mapping[str, list[Piece]], known_words: Iterable[str]) -> Iterator[Finding]:
    """One remark for each abbreviation, at its first place."""
    passed = {*known_words, *MISSPELLED}
    for word, pieces in used.items():
        if word in passed:
            continue
        short = _PHRASES.get(word, word)
        passed.update(short.split())
        known = KNOWN_ABBREVIATIONS.get(short)
        yield Finding(
            "ABBR_UNDEFINED",
            "info" if short in IN_NAMES else "warning",
            pieces[0].path,
            f"Сокращение «{short}» не расшифровано (упоминаний: {len(pieces)}).",
            "Расшифруйте его при первом упоминании или в перечне сокращений"
            + (f": {short} – {known}." if known else "."),
        )


def _misspelled(used: Mapping[str, list[Piece]]) -> Iterator[Finding]:
    for short, pieces in used.items():
        if short not in MISSPELLED:
            continue
        for path in dict.fromkeys(piece.path for piece in pieces):
            yield Finding(
                "ABBR_VARIANTS",
                "error",
                path,
                f"Сокращение «{short}» написано неверно.",
                f"Напишите «{MISSPELLED[short]}».",
            )
