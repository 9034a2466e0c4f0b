"""Inflect one part of a Russian name and say whether the form is beyond doubt.

Owns the measured traps of surnames, first names and patronymics; pytrovich makes the regular forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from forms.language.morphology import TAG_OF_CASE, inflect_name, is_known, parses, spelled_like

PATRONYMIC_PARTICLES = {
    "оглы": "m",
    "улы": "m",
    "уулу": "m",
    "оол": "m",
    "кызы": "f",
    "гызы": "f",
    "кизи": "f",
}

_VOWELS = "аеёиоуыэюя"
_NO_ENDING = "Слово не похоже на русское имя, форма не изменена."
_FIRST_HALF = "Первая часть фамилии «{}» может не склоняться, подтвердите форму."
_FAMILY_HABIT = "Беглый гласный в фамилии «{}» зависит от традиции семьи, подтвердите форму."
_STRESS = "Окончание имени «{}» зависит от ударения, подтвердите форму."
_NOT_NOMINATIVE = "Похоже, «{}» уже стоит не в именительном падеже."
_UNKNOWN = "Имени «{}» нет в словаре, подтвердите форму."

_INDECLINABLE_SURNAMES = frozenset(
    {"дюма", "золя", "дега", "петипа", "тома", "люка", "гюго", "моруа", "делакруа"}
)
_FEMININE_SOFT = frozenset(
    {"любовь", "нинель", "адель", "рашель", "эсфирь", "юдифь", "суламифь", "руфь", "ассоль"}
)
# Parts of double names that never change: «Бонч-Бруевич», «Тер-Петросян».
_FIXED_FIRST_PARTS = frozenset({"бонч", "тер", "грум", "жан", "аль", "эль", "ибн", "хан", "кара"})
_SHORTEST_SURNAME = 5  # letters; a shorter first half may be a title or a clan, «Хан-», «Кара-», «Сан-»
_MASCULINE_ADJECTIVE = re.compile(r"(?:[бвдзлмнпрстхц]н|[кгх])ий$|ый$|ой$")
_DECLINED_SURNAME = {
    "m": re.compile(r"(?:[её]в|ов|ин|ын)(?:у|ым|е)$|[сц]к(?:ого|ому|им|ом)$|(?:[её]в|ов)а$|[сц]кая$"),
    "f": re.compile(r"(?:[её]в|ов|ин|ын)(?:ой|у)$|[сц]к(?:ой|ую)$"),
}
_HISSING_ADJECTIVE = {"m": re.compile(r"цый$"), "f": re.compile(r"[жчшщц]ая$")}
_SOFT_PLURAL_ADJECTIVE = re.compile(r"[а-яё]{3}ых$|(?:[гкжчшщ]|[бвдлмнпрст]н)их$")
_ONE_SYLLABLE_IA = re.compile(r"[^аеёиоуыэюя]?ия")
_FLEETING = re.compile(r"(?:ец|яц|[её]к|ок|[её]л|ень|[её]р)$")
_FLEETING_EI = frozenset({"воробей", "соловей", "муравей", "ручей", "улей", "репей", "чирей"})
_PATRONYMICS_ON_ICH = frozenset(
    {"ильич", "кузьмич", "лукич", "фомич", "никитич", "саввич", "силич", "силыч", "иоанныч"}
)


class Uncertain(Exception):  # not an error: it carries the best text and why to ask
    """The form needs a person's word; `text` is the best that can be offered."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(reason)


def inflect_surname(word: str, gender: str, case: str) -> str:
    """Return a surname, double ones by parts.

    Raises:
        Uncertain: The form depends on stress, habit or a nominative that is not one.
    """
    pieces = word.split("-")
    reasons: list[str] = []
    made = [_collected(reasons, _first_half, piece, gender, case) for piece in pieces[:-1]]
    made.append(_collected(reasons, _surname_piece, pieces[-1], gender, case))
    return _joined(word, made, reasons)


def inflect_first_name(word: str, gender: str, case: str) -> str:
    """Return a first name; of «Кан-оол» only the second part changes.

    Raises:
        Uncertain: The dictionary does not know the name and its ending does not decide.
    """
    pieces = word.split("-")
    reasons: list[str] = []
    made = []
    for index, piece in enumerate(pieces):
        fixed = index < len(pieces) - 1 and (
            piece.lower() in _FIXED_FIRST_PARTS or pieces[index + 1][:1].islower()
        )
        made.append(piece if fixed else _collected(reasons, _first_name_piece, piece, gender, case))
    return _joined(word, made, reasons)


def inflect_patronymic(text: str, gender: str, case: str) -> str:
    """Return a patronymic; «Мамед оглы» and «Тофик кызы» stay as they are.

    Raises:
        Uncertain: The text does not end like a patronymic in the nominative.
    """
    if patronymic_gender(text) is None:
        raise Uncertain(text, _NOT_NOMINATIVE.format(text))
    if _particle(text):
        return text
    head, hyphen, tail = text.rpartition("-")
    if tail.lower().endswith("ыч"):  # pytrovich 0.2.0 has no rule for «Силыч»; it declines like «Саввич»
        return inflect_name("middle", gender, case, "Саввич").replace("Саввич", text)
    return head + hyphen + inflect_name("middle", gender, case, tail)


def patronymic_gender(text: str) -> str | None:
    """Return m or f by the ending of a patronymic, None when it has no known one."""
    lower = text.lower()
    if particle := _particle(text):
        return PATRONYMIC_PARTICLES[particle]
    if re.search(r"[оеё]вич$", lower) or lower in _PATRONYMICS_ON_ICH:
        return "m"
    return "f" if re.search(r"(?:[оеё]вна|ична)$", lower) else None


def _particle(text: str) -> str | None:
    last = re.split(r"[\s-]+", text.lower().strip())[-1]
    return last if last in PATRONYMIC_PARTICLES and last != text.lower() else None


def _collected(
    reasons: list[str], inflect: Callable[[str, str, str], str], piece: str, gender: str, case: str
) -> str:
    try:
        return inflect(piece, gender, case)
    except Uncertain as doubt:
        reasons.append(doubt.reason)
        return doubt.text


def _joined(word: str, made: list[str], reasons: list[str]) -> str:
    text = "-".join(made)
    if reasons:
        raise Uncertain(text, reasons[0])
    return text


def _first_half(piece: str, gender: str, case: str) -> str:
    if piece.lower() in _FIXED_FIRST_PARTS:
        return piece
    made = _surname_piece(piece, gender, case)
    if made != piece and len(piece) < _SHORTEST_SURNAME:
        raise Uncertain(made, _FIRST_HALF.format(piece))
    return made


def _surname_piece(piece: str, gender: str, case: str) -> str:
    lower = piece.lower()
    if not re.fullmatch(r"[а-яё'’]{2,}", lower):
        raise Uncertain(piece, _NO_ENDING)
    if _never_declines(lower, gender):
        return piece
    if _DECLINED_SURNAME[gender].search(lower) and not (gender == "f" and lower.endswith("на")):
        raise Uncertain(piece, _NOT_NOMINATIVE.format(piece))
    made = _irregular_surname(piece, gender, case) or inflect_name("last", gender, case, piece)
    if made == piece and not lower.endswith("ых"):
        # pytrovich has no rule and says nothing: «Гуляй».
        raise Uncertain(made, _UNKNOWN.format(piece))
    if gender == "m" and (_FLEETING.search(lower) or lower in _FLEETING_EI):
        raise Uncertain(made, _FAMILY_HABIT.format(piece))
    if lower.endswith(("их", "ых")) or (gender == "m" and lower.endswith(("ая", "яя"))):
        raise Uncertain(made, _UNKNOWN.format(piece))
    if gender == "m" and lower.endswith("ий") and not _is_adjective(lower):
        raise Uncertain(made, _FAMILY_HABIT.format(piece))
    if _noun_declines_otherwise(piece, made, case):
        raise Uncertain(made, _FAMILY_HABIT.format(piece))
    if gender == "f" and lower.endswith(("ова", "ева", "ёва", "ина", "ына")) and is_common_noun(lower):
        raise Uncertain(made, _STRESS.format(piece))
    return made


def _is_adjective(lower: str) -> bool:
    """«Горький» and «Трубецкий» are adjectives, «Бокий» and «Палий» are not."""
    if re.search(r"[гкх]ий$", lower) and not re.search(r"[сц]кий$", lower):
        return any(r.tag.POS == "ADJF" for r in parses(lower)) and is_known(lower)
    return bool(_MASCULINE_ADJECTIVE.search(lower))


def _never_declines(lower: str, gender: str) -> bool:
    """Surnames on -ых, on -о and other vowels, and women's surnames on a consonant."""
    if _SOFT_PLURAL_ADJECTIVE.search(lower) or lower in _INDECLINABLE_SURNAMES:
        return True
    if lower[-1] in "еёиоуыэю" or re.search(r"[оуыэюёе]а$|иа$", lower):
        return True
    return gender == "f" and lower[-1] not in _VOWELS


def _irregular_surname(piece: str, gender: str, case: str) -> str | None:
    """«Цой» is a noun though it ends like an adjective; «Сухим» and «Ткачом» obey the last consonant.

    pytrovich 0.2.0 makes «Сухым» and «Ткачем»; the bench says when this can go.
    """
    lower = piece.lower()
    if _HISSING_ADJECTIVE[gender].search(lower):
        return _hissing_adjective(piece, gender, case)
    if gender != "m":
        return None
    if len(piece) <= 4 and re.search(r"[^гкх]ой$", lower):
        endings = {
            "genitive": "я",
            "dative": "ю",
            "accusative": "я",
            "instrumental": "ем",
            "prepositional": "е",
        }
        return piece[:-1] + endings[case]
    if case == "instrumental" and re.search(r"[гкхжчшщ]ой$", lower):
        return piece[:-2] + "им"
    if case == "instrumental" and re.search(r"[жчшщц]$", lower) and not lower.endswith("ич"):
        stressed = next((r for r in parses(lower) if r.tag.POS == "NOUN" and r.normal_form == lower), None)
        if stressed is None or not is_known(lower):
            raise Uncertain(inflect_name("last", gender, case, piece), _STRESS.format(piece))
        return spelled_like(piece, str(stressed.inflect({"ablt", "sing"}).word))
    return None


def _hissing_adjective(piece: str, gender: str, case: str) -> str:
    """«Куцый» makes «Куцего», «Хорошая» «Хорошей», but «Большая» «Большой»: the stress decides of a woman's.

    pytrovich 0.2.0 makes «Куцого» and «Хорошой» of them and says nothing.
    """
    if gender == "m":
        endings = {"genitive": "его", "dative": "ему", "accusative": "его", "instrumental": "ым"}
        return piece[:-2] + endings.get(case, "ем")
    lower = piece.lower()
    readings = [r for r in parses(lower) if is_known(lower) and r.tag.POS == "ADJF" and r.tag.case == "nomn"]
    if not readings:
        raise Uncertain(inflect_name("last", gender, case, piece), _STRESS.format(piece))
    return spelled_like(piece, str(readings[0].inflect({TAG_OF_CASE[case], "sing", "femn"}).word))


def _noun_declines_otherwise(piece: str, made: str, case: str) -> bool:
    """«Лев» may become «Льву» or «Леву»: an everyday noun and the surname part ways."""
    if case == "accusative" and piece.lower()[-1] not in "ая":
        case = "genitive"  # people are animate, whatever the noun is
    forms = [r.inflect({TAG_OF_CASE[case], "sing"}) for r in _everyday_nouns(piece.lower())]
    plain = {str(form.word).replace("ё", "е") for form in forms if form is not None}
    surname_known = any("Surn" in r.tag and r.tag.case == "nomn" for r in parses(piece.lower()))
    return not surname_known and bool(plain - {made.lower().replace("ё", "е")})


def is_common_noun(lower: str) -> bool:
    """Tell whether a surname is rather an everyday word, such as «калина»."""
    nominatives = [r for r in parses(lower) if r.tag.case == "nomn"]
    return bool(_everyday_nouns(lower)) and not any("Surn" in r.tag for r in nominatives)


def _everyday_nouns(lower: str) -> list[Any]:
    return [
        r
        for r in parses(lower)
        if is_known(lower)
        and (str(r.tag.POS), r.normal_form, str(r.tag.case)) == ("NOUN", lower, "nomn")
        and not {"Surn", "Name", "Geox"} & set(r.tag.grammemes)
    ]


def _first_name_piece(piece: str, gender: str, case: str) -> str:
    lower = piece.lower()
    if not re.fullmatch(r"[а-яё'’]{2,}", lower):
        raise Uncertain(piece, _NO_ENDING)
    if lower[-1] in "еёиоуыэю" or lower[-2:] in ("аа", "оо"):
        return piece
    readings = [r for r in parses(lower) if "Name" in r.tag and r.tag.case is not None and is_known(lower)]
    named = [r for r in readings if {"masc": "m", "femn": "f"}.get(str(r.tag.gender), gender) == gender]
    if named and not any(r.tag.case == "nomn" for r in named):
        raise Uncertain(piece, _NOT_NOMINATIVE.format(piece))
    made = inflect_name("first", gender, case, piece)
    if _ONE_SYLLABLE_IA.fullmatch(lower) and case in ("dative", "prepositional"):
        return piece[:-1] + "е"  # «Ие», «Лие»: the rules of 1956, paragraph 40, name such stems
    if gender == "f" and lower[-1] not in _VOWELS and lower not in _FEMININE_SOFT:
        if lower[-1] == "ь" and not lower.endswith(("гуль", "нуль")):
            raise Uncertain(made, _UNKNOWN.format(piece))
        return piece
    if made == piece and not (case == "accusative" and lower in _FEMININE_SOFT):
        raise Uncertain(made, _UNKNOWN.format(piece))
    known = {spelled_like(piece, form.word) for r in named if (form := _in_case(r, case))}
    if gender == "f" and lower.endswith("ия") and made not in known:
        raise Uncertain(made, _STRESS.format(piece))
    if known and made not in known:
        raise Uncertain(made, _UNKNOWN.format(piece))
    if not known and lower[-1] in "ьй":
        raise Uncertain(made, _UNKNOWN.format(piece))
    return made


def _in_case(reading: Any, case: str) -> Any:
    return reading.inflect({TAG_OF_CASE[case], "sing"}) if reading.tag.case == "nomn" else None
