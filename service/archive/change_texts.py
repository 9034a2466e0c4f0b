"""The words in which a change is told: quotations, agreement with the label, the changed part of a long text."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from forms.language.agree import approved_word
from forms.language.morphology import parses

# Shown whole up to here; of a longer text only what changed, with some words around.
SHOWN_WHOLE = 160
SHOWN_PLACES = 4
_WORDS_AROUND = 3
_MAX_WORDS = 4_000
_GENDERS = {"УТВЕРЖДЁН": 0, "УТВЕРЖДЕНА": 1, "УТВЕРЖДЕНО": 2, "УТВЕРЖДЕНЫ": 3}
_VERBS = {
    "replaced": ("заменён на", "заменена на", "заменено на", "заменены на"),
    "filled": ("указан", "указана", "указано", "указаны"),
    "cleared": ("убран", "убрана", "убрано", "убраны"),
    "added": ("добавлен", "добавлена", "добавлено", "добавлены"),
    "removed": ("исключён", "исключена", "исключено", "исключены"),
    "moved": ("перемещён на место", "перемещена на место", "перемещено на место", "перемещены на место"),
    "changed": ("изменён", "изменена", "изменено", "изменены"),
}


def verb(word: str, label: str) -> str:
    """Return a verb that agrees with the label, empty when the label names no thing: «Подписывает»."""
    gender = _gender(label)
    return "" if gender is None else _VERBS[word][gender]


@lru_cache(maxsize=4_096)
def _gender(label: str) -> int | None:
    first = re.match(r"[а-яё-]+", label.lower())
    things = [reading for reading in parses(first.group()) if _names_a_thing(reading)] if first else []
    if not things:
        return None
    try:
        return _GENDERS[approved_word(label)]
    except ValueError:
        # «Согласующий» is a person here; as a word it has no noun to agree with.
        return 0 if " " not in label and things[0].tag.gender == "masc" else None


def _names_a_thing(reading: object) -> bool:
    tag = reading.tag  # type: ignore[attr-defined]  # pymorphy3 has no types
    return tag.case == "nomn" and tag.POS in {"NOUN", "ADJF", "PRTF"} and "Apro" not in tag


def quoted(text: str, limit: int = SHOWN_WHOLE) -> str:
    """Return «text» in one line, cut between words when it is long."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = f"{line[: limit + 1].rpartition(' ')[0] or line[:limit]} …"
    return f"«{line}»"


def lowered(label: str) -> str:
    """Return a label for the middle of a sentence: «срок», but «ФИО», «№ п/п»."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def capital(text: str) -> str:
    """Return a text with a capital letter in front."""
    return text[:1].upper() + text[1:]


def changed_parts(old: str, new: str) -> list[tuple[str, str]]:
    """Return the places where a long text changed, each as it was and as it is, with a few words around.

    At most `SHOWN_PLACES` and one more, so that the caller can say that there are others; empty texts never.
    """
    olds, news = old.split(), new.split()
    if len(olds) > _MAX_WORDS or len(news) > _MAX_WORDS:
        blocks = [_whole_change(olds, news)]
    else:
        matcher = difflib.SequenceMatcher(a=olds, b=news, autojunk=False)
        blocks = [(i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]
    found = []
    for old_start, old_end, new_start, new_end in _joined(blocks)[: SHOWN_PLACES + 1]:
        found.append((_part(olds, old_start, old_end), _part(news, new_start, new_end)))
    return found


def _whole_change(olds: list[str], news: list[str]) -> tuple[int, int, int, int]:
    start = next(
        (i for i, (a, b) in enumerate(zip(olds, news, strict=False)) if a != b), min(len(olds), len(news))
    )
    end = 0
    while end < min(len(olds), len(news)) - start and olds[-1 - end] == news[-1 - end]:
        end += 1
    return start, len(olds) - end, start, len(news) - end


def _joined(blocks: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Join changes that are so near that the words around them would be told twice."""
    joined: list[tuple[int, int, int, int]] = []
    for block in blocks:
        if joined and block[0] - joined[-1][1] <= 2 * _WORDS_AROUND:
            block = (joined[-1][0], block[1], joined[-1][2], block[3])
            joined.pop()
        joined.append(block)
    return joined


def _part(words: list[str], start: int, end: int) -> str:
    first, last = max(0, start - _WORDS_AROUND), min(len(words), end + _WORDS_AROUND)
    shown = " ".join(words[first:last])
    if len(shown) > 2 * SHOWN_WHOLE:
        shown = f"{shown[:SHOWN_WHOLE].rpartition(' ')[0]} … {shown[-SHOWN_WHOLE:].partition(' ')[2]}"
    return f"{'… ' if first else ''}{shown}{' …' if last < len(words) else ''}"
