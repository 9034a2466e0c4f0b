"""Rules about an order: annexes, clauses, their terms, dates of the acts it rests on, place of issue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms._checks import Finding
from forms._checks_walk import shown

_ANNEX_NUMBER = re.compile(r"приложени\w*\s*№?\s*(\d{1,2})(?!\d)", re.IGNORECASE)
_ANNEX = re.compile(r"\(приложени[ея]\)|согласно приложению(?=[\s.,;)]|$)", re.IGNORECASE)
# «приложение № 3 к приказу министерства» is somebody else's.
_FOREIGN = re.compile(r"\s+к\s+(?!настоящ|данн)|\s*«")
_PLACE_IN_NAME = re.compile(
    r"город|посел|посёл|сельск|(?<![а-яё])(?:г|с|пгт|пос|ст-ца)\.|(?<![а-яё])(?:села|пгт|станиц|аул|деревн)"
)
_AMENDS = re.compile(
    r"(?:внести|вносит\w*) .*(?:изменени|дополнени)|изложить .*(?:в новой|следующей) редакции", re.IGNORECASE
)
_DONE_AT_ONCE = re.compile(
    r"(?:утвердить|назначить|определить|создать|признать|внести|установить|считать|возложить|ввести|отменить"
    r"|закрепить|изложить|включить|исключить|контроль|настоящий)(?![а-яё])",
    re.IGNORECASE,
)
_TERM_IN_TEXT = re.compile(
    r"(?<![а-яё])(?:до|с|к|не позднее|в срок)\s+\d|в течение|постоянно|ежемесячно|ежеквартально|незамедлительно"
)
_INFINITIVE = re.compile(r"(?:ть|ти|чь|ться|тись|чься)$")
_STRAY_COMMA = re.compile(r"[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.,\s+[а-яё]+(?:ть|ти|чь|ться|тись)(?![а-яё])")
_CONTROL = re.compile(r"^контроль\s+(?:за|над)?\s*(?:исполнени|выполнени)", re.IGNORECASE)
_ABOUT = re.compile(r"об?о?\s", re.IGNORECASE)
_OPENERS = (
    "в целях",
    "в соответствии",
    "во исполнение",
    "на основании",
    "в связи",
    "руководствуясь",
    "в рамках",
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def check_order(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule about an order as a whole."""
    yield from _requisites(data)
    yield from _annexes(data)
    yield from _annex_titles(data)
    for index, clause in enumerate(data["clauses"]):
        yield from _clause(index, clause)
        yield from _deadline(index, clause, data)
        yield from _approved_year(index, clause, data["annexes"])
    yield from _full_stops(data["clauses"])
    yield from _dates_of_others(data)
    yield from _acquainted(data)


def _requisites(data: Mapping[str, Any]) -> Iterator[Finding]:
    name = data["organisation"]["name"].lower()
    if not data["place"] and not _PLACE_IN_NAME.search(name):
        yield Finding(
            "REQ_PLACE",
            "error",
            "place",
            "Не указано место издания, и в наименовании организации его нет.",
            "Укажите место: «с. Ясное».",
        )
    if not _ABOUT.match(data["title"]):
        yield Finding(
            "TITLE_FORM",
            "warning",
            "title",
            f"Заголовок не отвечает на вопрос «о чём?»: «{shown(data['title'])}».",
            "Начните заголовок с «О» или «Об».",
        )
    if data["purpose"] and not data["basis"] and not data["purpose"].lower().startswith(_OPENERS):
        yield Finding(
            "PREAMBLE_OPENING",
            "warning",
            "purpose",
            f"Преамбула начинается необычно: «{shown(data['purpose'])}».",
            "Начните её словами «В целях …».",
        )


def _annexes(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every annex named is there, every annex there is named."""
    count = len(data["annexes"])
    named: set[int] = set()
    for path, number in _annex_references(data):
        named.add(number or 1)
        if (number or 1) > count:
            what = f"№ {number}" if number else "без номера"
            yield Finding(
                "ANNEX_MISSING",
                "error",
                path,
                f"Названо приложение {what}, а приложений у документа {count}.",
                "Добавьте приложение или исправьте ссылку.",
            )
    for number in range(1, count + 1):
        if number not in named:
            yield Finding(
                "ANNEX_UNNAMED",
                "warning",
                f"annexes.{number - 1}.title",
                f"Приложение № {number} «{shown(data['annexes'][number - 1]['title'])}» не названо ни в одном пункте.",
                "Сошлитесь на приложение в пункте или уберите его.",
            )


def _annex_references(data: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield (path, number) of every annex the clauses name; 0 for «(приложение)»."""
    for index, clause in enumerate(data["clauses"]):
        if _AMENDS.match(clause["text"]):  # «Внести в приказ изменения»: its annexes are those of that act
            continue
        if clause["annex"]:
            yield f"clauses.{index}.annex", clause["annex"]
        texts = [(f"clauses.{index}.text", clause["text"])]
        texts += [
            (f"clauses.{index}.subclauses.{i}.text", sub["text"])
            for i, sub in enumerate(clause["subclauses"])
        ]
        for path, text in texts:
            for pattern in (_ANNEX_NUMBER, _ANNEX):
                for match in pattern.finditer(text):
                    if not _FOREIGN.match(text, match.end()):
                        yield path, int(match[1]) if pattern is _ANNEX_NUMBER else 0


def _annex_titles(data: Mapping[str, Any]) -> Iterator[Finding]:
    years = set(_YEAR.findall(data["title"]))
    for index, annex in enumerate(data["annexes"]):
        others = set(_YEAR.findall(annex["title"]))
        if years and others and not years & others:
            yield Finding(
                "YEAR_MISMATCH",
                "warning",
                f"annexes.{index}.title",
                f"В заголовке документа год {', '.join(sorted(years))}, в заголовке приложения – "
                f"{', '.join(sorted(others))}.",
                "Исправьте год.",
            )


def _clause(index: int, clause: Mapping[str, Any]) -> Iterator[Finding]:
    path, text = f"clauses.{index}.text", clause["text"]
    if not text and not clause["subclauses"]:
        yield Finding(
            "CLAUSE_EMPTY", "error", path, f"Пункт {index + 1} пуст.", "Заполните пункт или удалите его."
        )
        return
    if found := _STRAY_COMMA.search(text):
        yield _punctuation(
            path, f"Лишняя запятая между исполнителем и глаголом: «{shown(found[0])}».", "Уберите запятую."
        )
    if _CONTROL.match(text):
        yield Finding(
            "CONTROL_TWICE",
            "warning",
            path,
            f"Пункт {index + 1} говорит о контроле, а контроль указывается отдельно и печатается последним.",
            "Удалите пункт и заполните поле «Контроль исполнения».",
        )
    words = text.split(maxsplit=1)
    if clause["executor"] and words and not _INFINITIVE.search(words[0].lower().rstrip(",:")):
        yield Finding(
            "CLAUSE_NO_INFINITIVE",
            "warning",
            path,
            f"После исполнителя ожидается глагол («обеспечить», «подготовить»), а стоит «{words[0]}».",
            "Начните текст пункта с глагола.",
        )


def _punctuation(path: str, message: str, fix: str) -> Finding:
    return Finding("CLAUSE_PUNCT", "warning", path, message, fix)


def _deadline(index: int, clause: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Finding]:
    text = clause["text"]
    parts = clause["subclauses"]
    has_term = (
        clause["deadline"] or any(part["deadline"] for part in parts) or _TERM_IN_TEXT.search(text.lower())
    )
    if text and not has_term and (clause["executor"] or not _DONE_AT_ONCE.match(text)):
        yield Finding(
            "CLAUSE_NO_DEADLINE",
            "info",
            f"clauses.{index}.deadline",
            f"В пункте {index + 1} нет срока: «{shown(text)}».",
            "Укажите срок: «до 01.03.2022».",
        )
    terms = [(f"clauses.{index}.deadline", clause["deadline"])]
    terms += [(f"clauses.{index}.subclauses.{i}.deadline", part["deadline"]) for i, part in enumerate(parts)]
    for path, term in terms:
        if term and term.end and term.end < data["date"]:
            yield Finding(
                "DATE_BEFORE_APPROVAL",
                "warning",
                path,
                f"Срок «{shown(term.wording)}» истёк до даты документа ({data['date']:%d.%m.%Y}).",
                "Исправьте срок.",
            )


def _approved_year(
    index: int, clause: Mapping[str, Any], annexes: list[Mapping[str, Any]]
) -> Iterator[Finding]:
    """What a clause approves is of the same year as the annex itself says."""
    number = clause["annex"] or 0
    if not 0 < number <= len(annexes):
        return
    said, titled = (set(_YEAR.findall(text)) for text in (clause["text"], annexes[number - 1]["title"]))
    if len(said) == len(titled) == 1 and said != titled:
        yield Finding(
            "YEAR_MISMATCH",
            "warning",
            f"clauses.{index}.text",
            f"Пункт утверждает документ {said.pop()} года, а в заголовке приложения – {titled.pop()} год.",
            "Исправьте год в пункте или в заголовке приложения.",
        )


def _full_stops(clauses: list[Mapping[str, Any]]) -> Iterator[Finding]:
    """Full stops are printed by themselves; some typed and some not is a slip of the typist."""
    plain = [
        (i, c["text"]) for i, c in enumerate(clauses) if c["text"] and not c["text"].endswith((":", ";"))
    ]
    without = [(index, text) for index, text in plain if not text.endswith((".", "!", "?"))]
    if without and len(without) < len(plain):
        index, text = without[0]
        yield _punctuation(
            f"clauses.{index}.text",
            f"В конце пункта {index + 1} нет точки, в конце других она есть: «…{shown(text[-40:])}».",
            "Поставьте точку (в документе она печатается сама).",
        )


def _dates_of_others(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What the order rests on is older; a visa is not younger, an acquaintance not older than the order."""
    for index, act in enumerate(data["basis"]):
        if act["date"] and act["date"] > data["date"]:
            yield Finding(
                "BASIS_AFTER_ORDER",
                "error",
                f"basis.{index}.date",
                f"Акт-основание датирован {act['date']:%d.%m.%Y}, позже самого документа ({data['date']:%d.%m.%Y}).",
                "Исправьте дату.",
            )
    for name, when in (("visas", "позже"), ("acquainted", "раньше")):
        for index, one in enumerate(data[name]):
            day = one["date"]
            if day and (day > data["date"] if name == "visas" else day < data["date"]):
                yield Finding(
                    "DATE_ORDER",
                    "warning",
                    f"{name}.{index}.date",
                    f"Дата {day:%d.%m.%Y} {when} даты документа ({data['date']:%d.%m.%Y}).",
                    "Исправьте дату.",
                )


def _acquainted(data: Mapping[str, Any]) -> Iterator[Finding]:
    known = {one["person"]["last"].lower() for one in data["acquainted"]}
    if not known:
        return
    for index, clause in enumerate(data["clauses"]):
        executor = clause["executor"]
        if executor and executor["person"]["last"].lower() not in known:
            yield Finding(
                "ACQUAINTED_MISSING",
                "info",
                f"clauses.{index}.executor",
                f"Исполнитель {executor['person']['last']} не указан среди ознакомленных.",
                "Добавьте его в список ознакомленных.",
            )
