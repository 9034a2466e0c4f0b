"""Inflect a position or the name of an organisation: its adjectives and head noun.

Owns the grammar of such phrases: what stands after the head («директор школы») never changes.
"""

from __future__ import annotations

import re
from typing import Any

from forms.language.morphology import TAG_OF_CASE, is_known, parses, spelled_like

_ACTING = re.compile(r"(?:врио|вр\.?\s?и\.?\s?о\.?|и\.\s?о\.|ио)\s+(?P<rest>\S+)", re.IGNORECASE)
_SEPARATOR = re.compile(r"(,\s+|\s+[-–—]\s+|\s+и\s+|\s*/\s*)")
_ABBREVIATION = re.compile(r"[А-ЯЁA-Z]{2,}[а-яё]?|[А-ЯЁ]+[а-яё][А-ЯЁ]+")
_HEADLESS_NAME = re.compile(r"[«\"„]")
_NOT_NOMINATIVE = "Похоже, «{}» уже стоит не в именительном падеже."
_UNKNOWN = "Слова «{}» нет в словаре, подтвердите форму."
_ABBREVIATED = "Сокращение «{}» не склоняется: напишите слово полностью."
_ACTING_NOMINATIVE = "После «и.о.» и «Врио» должность ставят в родительном падеже: проверьте «{}»."
_NO_AGREEMENT = "Слова «{}» не согласованы между собой, подтвердите форму."

# Animate nouns the dictionary lacks or calls things, each with a regular model of its declension.
_MODELS = {
    "тьютор": "директор",
    "модератор": "директор",
    "супервайзер": "тренер",
    "коуч": "врач",
    "методолог": "психолог",
    "дефектолог": "психолог",
    "член": "директор",
    "киберконсультант": "консультант",
    "рособрнадзор": "надзор",
}
# First halves of compounds that stay: «шеф-повару», «пресс-секретарём».
_FIXED_HALVES = frozenset(
    (
        *("вице", "премьер", "пресс", "шеф", "бизнес", "экс", "обер", "унтер", "штаб", "статс"),
        *("веб", "топ", "арт", "контент", "медиа", "интернет", "it", "пиар"),
    )
)
_FIXED_WORDS = re.compile(
    r"мин[а-яё]+(?:ия|науки|ства)|замдиректора|замминистра|медиа|гороно|районо", re.IGNORECASE
)


class _Doubt(Exception):  # carries a best form, not a failure
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def decline_phrase(text: str, case: str, *, animate: bool) -> tuple[str, str]:
    """Return the phrase in `case`, and in Russian why it must be confirmed ("" when certain).

    Args:
        text: The phrase in the nominative.
        case: One of morphology.CASES, not the nominative.
        animate: A person's position; otherwise an organisation or a paper.
    """
    if acting := _ACTING.match(text):
        follower = acting["rest"].lower()
        nominative = is_known(follower) and all(r.tag.case in ("nomn", None) for r in parses(follower))
        return text, _ACTING_NOMINATIVE.format(follower) if nominative else ""
    pieces = _SEPARATOR.split(text)
    try:
        done, number = _decline_segment(pieces[0], case, animate=animate)
        made = [done]
        for separator, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            more = animate and _starts_a_position(piece, number)
            made += [separator, _decline_segment(piece, case, animate=True)[0] if more else piece]
    except _Doubt as doubt:
        return text, doubt.reason
    result = "".join(made)
    if _avoids_yo(text):
        result = result.replace("ё", "е")
    return result, _doubt_about_words(text, result)


def _avoids_yo(text: str) -> bool:
    """The author writes «ученый»: then «секретарем» too."""
    typed = re.findall(r"[а-яё]+", text.lower())
    return "ё" not in text.lower() and any("ё" in r.word for word in typed for r in parses(word)[:1])


def _doubt_about_words(text: str, result: str) -> str:
    for before, after in zip(text.split(), result.split(), strict=False):
        bare = before.strip(",.«»()").lower()
        if before != after and not _is_trusted(bare):
            return _UNKNOWN.format(bare)
    return ""


def _is_trusted(word: str) -> bool:
    *firsts, last = word.split("-")
    linked = all(half in _FIXED_HALVES or half.endswith(("о", "е")) or _is_word(half) for half in firsts)
    return linked and _is_word(last)


def _is_word(word: str) -> bool:
    return is_known(word) or word in _MODELS


def _starts_a_position(piece: str, number: str) -> bool:
    """A second position after «и» or a comma is an animate nominative of the first one's number."""
    for word in piece.split():
        readings = _readings(word.strip(",.«»()"))
        if any(r.tag.POS in ("ADJF", "PRTF") and _fits(r, number) for r in readings):
            if any(r.tag.case == "gent" for r in readings):
                return False
            continue
        nouns = [r for r in readings if r.tag.POS == "NOUN"]
        if any(r.tag.case == "gent" and r.tag.number == number for r in nouns):
            return False
        return bool([r for r in nouns if _fits(r, number) and "anim" in r.tag])
    return False


def _fits(reading: Any, number: str) -> bool:
    return (str(reading.tag.case), str(reading.tag.number)) == ("nomn", number)


def _readings(word: str) -> list[Any]:
    lower = word.lower()
    return parses(_MODELS.get(lower, lower)) if word else []


def _decline_segment(text: str, case: str, *, animate: bool) -> tuple[str, str]:
    """Return the segment in `case` and its number (sing or plur)."""
    words = re.split(r"(\s+)", text)
    first = next((word for word in words if word.strip()), "")
    if _HEADLESS_NAME.match(first) or _FIXED_WORDS.fullmatch(first):
        return text, "sing"
    if _is_abbreviation(first):
        return _after_abbreviation(words, first), "sing"
    run = _run(words, animate=animate)
    _refuse_two_readings(words, run)
    head = run[-1][1]
    number = str(head.tag.number)
    for index, reading in run:
        words[index] = _in_case(words[index], reading, head, case, animate=animate)
    return "".join(words), number


def _is_abbreviation(word: str) -> bool:
    """«МБОУ» never changes; «НАЧАЛЬНИК» is an everyday word in capitals."""
    if not _ABBREVIATION.fullmatch(word):
        return False
    everyday = is_known(word.lower()) and any(
        r.tag.POS in ("NOUN", "ADJF", "PRTF") and "Abbr" not in r.tag for r in _readings(word)
    )
    return not everyday


def _after_abbreviation(words: list[str], first: str) -> str:
    """«МКУ «Центр»» stays; in «МКУ Управление» the second word may have to change."""
    rest = [word for word in words[words.index(first) + 1 :] if word.strip()]
    if rest and not _HEADLESS_NAME.match(rest[0]) and _is_plainly_nominative(rest[0]):
        raise _Doubt(_NO_AGREEMENT.format("".join(words).strip()))
    return "".join(words)


def _is_plainly_nominative(word: str) -> bool:
    readings = [r for r in _readings(word.strip(",.()")) if r.tag.POS in ("NOUN", "ADJF", "PRTF")]
    cases = {str(r.tag.case) for r in readings}
    return "nomn" in cases and cases <= {"nomn", "accs"} and not _is_abbreviation(word)


def _refuse_two_readings(words: list[str], run: list[tuple[int, Any]]) -> None:
    """A nominative after the head, or «школы» that is both one school's and many schools."""
    last, head = run[-1]
    following = next((word for word in words[last + 1 :] if word.strip()), "")
    if following and not _HEADLESS_NAME.match(following) and _is_plainly_nominative(following):
        raise _Doubt(_NO_AGREEMENT.format("".join(words).strip()))
    singular_genitive = any(
        r.tag.case == "gent" and r.tag.number == "sing" and r.normal_form == head.normal_form
        for r in _readings(words[last])
    )
    if len(run) == 1 and head.tag.number == "plur" and singular_genitive:
        raise _Doubt(_NOT_NOMINATIVE.format(words[last]))


def _run(words: list[str], *, animate: bool) -> list[tuple[int, Any]]:
    """Find the leading adjectives and the head noun, with their places."""
    run: list[tuple[int, Any]] = []
    for index, word in enumerate(words):
        if not word.strip():
            continue
        if word.endswith(".") and len(word) > 1:
            raise _Doubt(_ABBREVIATED.format(word))
        bare = word.strip("()")  # «вечерняя (сменная) школа»
        readings = _readings(bare.split("-")[-1] if "-" in bare else bare)
        if not run and any(r.tag.POS == "ADVB" for r in readings[:1]):
            continue
        previous = run[-1][1] if run else None
        reading = _next_reading(readings, previous, animate=animate)
        if reading is None:
            break
        if reading.tag.POS == "NOUN":  # «главное» is a noun of its own, but not in «главное управление»
            reading = _adjective_of_next(readings, words[index + 1 :]) or reading
        run.append((index, reading))
        if reading.tag.POS == "NOUN":
            return run
    if not run:
        raise _Doubt(_NOT_NOMINATIVE.format("".join(words).strip()))
    if run[-1][1].tag.POS in ("ADJF", "PRTF") and not animate:
        raise _Doubt(_NO_AGREEMENT.format("".join(words).strip()))
    return run


def _next_reading(readings: list[Any], previous: Any, *, animate: bool) -> Any:
    suited = [r for r in readings if r.tag.case == "nomn" and r.tag.POS in ("NOUN", "ADJF", "PRTF")]
    if previous is not None:
        suited = [r for r in suited if _agree(previous, r)]
    wanted = "anim" if animate else "inan"
    nouns = [r for r in suited if r.tag.POS == "NOUN"]
    adjectives = [r for r in suited if r.tag.POS in ("ADJF", "PRTF")]
    best = [r for r in nouns if wanted in r.tag]
    if adjectives and (animate or not best or readings[0].tag.POS in ("ADJF", "PRTF")):
        return adjectives[0]
    return (best or nouns or [None])[0]


def _adjective_of_next(readings: list[Any], words: list[str]) -> Any:
    """Return the reading as an adjective that agrees with the nominative noun right after it, or None."""
    following = _readings(next((word for word in words if word.strip()), "").strip("()"))
    nouns = [r for r in following if r.tag.POS == "NOUN" and r.tag.case == "nomn"]
    for one in readings:
        if one.tag.POS == "ADJF" and one.tag.case == "nomn" and any(_agree(one, noun) for noun in nouns):
            return one
    return None


def _agree(adjective: Any, other: Any) -> bool:
    if adjective.tag.number != other.tag.number:
        return False
    if adjective.tag.number == "plur" or "ms-f" in other.tag or other.tag.gender is None:
        return True
    return str(adjective.tag.gender) == str(other.tag.gender)


def _in_case(word: str, reading: Any, head: Any, case: str, *, animate: bool) -> str:
    opened, closed = "(" * word.startswith("("), ")" * word.endswith(")")
    word = word.removeprefix("(").removesuffix(")")
    halves = word.split("-")
    made = []
    for index, half in enumerate(halves):
        last = index == len(halves) - 1
        linked = reading.tag.POS in ("ADJF", "PRTF") and half.lower().endswith(("о", "е"))
        if not last and (linked or half.lower() in _FIXED_HALVES):
            made.append(half)
            continue
        own = reading if last else _next_reading(_readings(half), None, animate=animate)
        if own is None:
            raise _Doubt(_UNKNOWN.format(half))
        made.append(_half_in_case(half, own, head, case, animate=animate))
    return f"{opened}{'-'.join(made)}{closed}"


def _half_in_case(half: str, reading: Any, head: Any, case: str, *, animate: bool) -> str:
    tag = TAG_OF_CASE[case]
    if case == "accusative":
        feminine = reading.tag.number == "sing" and (
            reading.tag.gender == "femn" or half.lower()[-1:] in "ая"
        )
        # «Доверенное лицо» is a person, but the word is a thing.
        neuter = reading.tag.number == "sing" and reading.tag.gender == "neut"
        if animate and neuter:
            tag = "nomn"
        elif animate and not feminine:
            tag = "gent"
        elif not animate and not feminine:
            tag = "nomn"
    form = reading.inflect({tag, str(reading.tag.number)})
    if form is None:
        raise _Doubt(_UNKNOWN.format(half))
    made = str(form.word)
    model = _MODELS.get(half.lower())
    if model:
        stem = len([1 for a, b in zip(model, made, strict=False) if a == b])
        made = half.lower()[: len(half) - (len(model) - stem)] + made[stem:]
    return spelled_like(half, made)
