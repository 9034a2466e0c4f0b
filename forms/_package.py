"""What must agree between an order and its annexes, who is named in them, and the sheets made from that.

Pure functions of form data: an order and its annexes as (kind name, data). Paths of findings begin with "order" or
"annexes.N.payload".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms._checks import Finding
from forms._parts import number_line, organisation_genitive
from forms.language.agree import date_in_digits

_STEM = 6
_APPOINTS = re.compile(r"назнач[^.;]{0,80}муниципальн\w+ координатор")
# A surname in another case keeps its beginning: «Ткач», «Ткачу»; «Седых», «Седых».
_SHORTEST_STEM, _ENDING = 3, 2

Data = Mapping[str, Any]
Annex = tuple[str, Data]


def people_of(data: Any) -> list[dict[str, Any]]:
    """Return {position, person} of everyone a paper names with a position, in reading order, nobody twice."""
    people: dict[tuple[str, str], dict[str, Any]] = {}
    for one in _officials(data):
        people.setdefault(person_key(one["person"]), {"position": one["position"], "person": one["person"]})
    return list(people.values())


def person_key(person: Data) -> tuple[str, str]:
    """Return what makes two mentions one person: the surname and the first letters of the names."""
    letters = f"{person['first'][:1]}{person['middle'][:1]}" if person["first"] else person["initials"]
    return person["last"].lower().replace("ё", "е"), letters.replace(".", "").lower().replace("ё", "е")


def _officials(value: Any) -> Iterator[Data]:
    if isinstance(value, Mapping):
        if isinstance(value.get("person"), Mapping) and isinstance(value.get("position"), str):
            yield value
        for inner in value.values():
            yield from _officials(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _officials(inner)


def approval_sheet_of(order: Data, annexes: Sequence[Annex]) -> dict[str, Any]:
    """Return the payload of the approval sheet: the visas of the order, or everyone it obliges.

    Whoever prepared the draft is the one of the executor mark.
    """
    visas = [_entry(visa) for visa in order["visas"]]
    people = visas or [_entry(one) for one in people_of([order["clauses"], order["control"]])]
    mark = order["executor_mark"]
    prepared_by = None
    if mark:
        last, first, middle = [*mark["name"].split(maxsplit=2), "", ""][:3]
        position = mark["position"] or "исполнитель"
        prepared_by = {"position": position, "person": {"last": last, "first": first, "middle": middle}}
    return {**_document(order), "people": people, "prepared_by": prepared_by}


def acquaintance_sheet_of(order: Data, annexes: Sequence[Annex]) -> dict[str, Any]:
    """Return the payload of the acquaintance sheet: everyone the order and its annexes name, but its signer."""
    named = people_of(
        [order["acquainted"], order["clauses"], order["control"], *(data for _, data in annexes)]
    )
    dates = {person_key(one["person"]): one["date"] for one in order["acquainted"]}
    signer = person_key(order["signer"]["person"])
    people = [
        _entry({**one, "date": dates.get(person_key(one["person"]))})
        for one in named
        if person_key(one["person"]) != signer
    ]
    return {**_document(order), "people": people}


SHEETS = {"approval_sheet": approval_sheet_of, "acquaintance_sheet": acquaintance_sheet_of}


def _document(order: Data) -> dict[str, Any]:
    return {
        "doc_kind": order["doc_kind"],
        "body": " ".join(organisation_genitive(order["organisation"]).text.split()),
        "title": " ".join(order["title"].split()).rstrip("."),
        "date": order["date"].isoformat(),
        "number": order["number"],
    }


def _entry(one: Data) -> dict[str, Any]:
    date = one.get("date")
    entry = {"position": one["position"], "person": dict(one["person"])}
    return {**entry, "date": date.isoformat()} if date else entry


def check_package(order: Data, annexes: Sequence[Annex]) -> list[Finding]:
    """Return what does not agree between the order and its annexes."""
    return [
        *_check_annexes_exist(order, annexes),
        *_check_marks(order, annexes),
        *_check_titles(order, annexes),
        *_check_positions(order, annexes),
        *_check_coordinators(order, annexes),
    ]


def _separate(order: Data) -> list[tuple[int, Data]]:
    """Return (number, annex) of the annexes that are papers of their own."""
    return [(n, annex) for n, annex in enumerate(order["annexes"], 1) if not annex["paragraphs"]]


def _check_annexes_exist(order: Data, annexes: Sequence[Annex]) -> Iterator[Finding]:
    separate = _separate(order)
    numbers = [number for number, _ in separate]
    if len(separate) > len(annexes):
        for number, annex in separate[len(annexes) :]:
            yield Finding(
                "ANNEX_MISSING",
                "error",
                f"order.annexes.{number - 1}",
                f"В приказе названо приложение {number_line(str(number))} «{annex['title']}», а в комплекте его нет.",
                "Добавьте приложение в комплект или уберите его из приказа.",
            )
    for index in range(len(separate), len(annexes)):
        yield Finding(
            "ANNEX_EXTRA",
            "error",
            f"annexes.{index}",
            "Приложение есть в комплекте, но в приказе не названо.",
            "Назовите его в перечне приложений приказа.",
        )
    if (
        numbers
        and numbers[0] <= len(order["annexes"]) - len(separate)
        and len(separate) < len(order["annexes"])
    ):
        yield Finding(
            "ANNEX_ORDER",
            "error",
            "order.annexes",
            "Приложения, напечатанные в самом приказе, должны идти первыми: иначе их порядок собьётся.",
            "Поставьте приложения с текстом перед остальными и исправьте их номера в пунктах.",
        )


def _check_marks(order: Data, annexes: Sequence[Annex]) -> Iterator[Finding]:
    for index, (_, data) in enumerate(annexes):
        mark = data["approval"]
        if not mark or mark["form"] == "approve_stamp":
            continue
        expected = {"act": order["doc_kind"], "date": order["date"], "number": order["number"]}
        for name, value in expected.items():
            if mark[name] != value:
                shown = date_in_digits(value) if name == "date" else value
                yield Finding(
                    "MARK_MISMATCH",
                    "error",
                    f"annexes.{index}.payload.approval.{name}",
                    f"Отметка на приложении не совпадает с приказом: в приказе «{shown}».",
                    "Исправьте отметку или удалите её: комплект поставит её сам.",
                )


def _check_titles(order: Data, annexes: Sequence[Annex]) -> Iterator[Finding]:
    for index, ((_, data), (number, annex)) in enumerate(zip(annexes, _separate(order), strict=False)):
        title, named = " ".join(str(data.get("title", "")).split()), " ".join(annex["title"].split())
        if title and title.lower() != named.lower():
            yield Finding(
                "ANNEX_TITLE",
                "warning",
                f"order.annexes.{number - 1}.title",
                f"В приказе приложение названо «{named}», а озаглавлено «{title}».",
                f"Приведите заголовки к одному виду (приложение {index + 1}).",
            )


def _check_positions(order: Data, annexes: Sequence[Annex]) -> Iterator[Finding]:
    """One person has one position in the whole package."""
    known = {person_key(one["person"]): one["position"] for one in _officials(order)}
    for index, (_, data) in enumerate(annexes):
        for one in people_of(data):
            before = known.get(person_key(one["person"]))
            if before and not _stems(before) & _stems(one["position"]):
                yield Finding(
                    "PERSON_POSITION",
                    "warning",
                    f"annexes.{index}.payload",
                    f"{one['person']['last']}: в приказе «{before}», в приложении «{one['position']}».".replace(
                        "\n", " "
                    ),
                    "Проверьте, что это один человек, и укажите должность одинаково.",
                )


def _check_coordinators(order: Data, annexes: Sequence[Annex]) -> Iterator[Finding]:
    """Who coordinates schools of an annex is whom the order appoints, if it appoints coordinators by name."""
    texts = [part["text"] for clause in order["clauses"] for part in (clause, *clause["subclauses"])]
    text = "\n".join(texts).lower().replace("ё", "е")
    if not _APPOINTS.search(text):
        return
    known = {person_key(one["person"])[0] for one in people_of(order)}
    for index, (kind, data) in enumerate(annexes):
        told: set[str] = set()
        for place, school in enumerate(data["schools"] if kind == "school_list" else ()):
            last = person_key(school["coordinator"])[0] if school["coordinator"] else ""
            stem = re.escape(last[: max(_SHORTEST_STEM, len(last) - _ENDING)])
            is_named = not last or last in known or re.search(rf"(?<![а-я]){stem}[а-я]{{0,4}}(?![а-я])", text)
            if is_named or last in told:
                continue
            told.add(last)
            yield Finding(
                "COORDINATOR_UNNAMED",
                "warning",
                f"annexes.{index}.payload.schools.{place}.coordinator",
                f"В перечне координатор – {school['coordinator']['last']}, а приказ назначает другого.",
                "Назовите в приказе и в перечне одного и того же муниципального координатора.",
            )


def _stems(position: str) -> set[str]:
    """Return the beginnings of the long words: «начальник» and «начальника» are one."""
    return {word[:_STEM] for word in position.lower().replace("ё", "е").split() if len(word) >= _STEM}
