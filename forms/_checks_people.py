"""Rules about the people of a paper: one is named alike everywhere, nobody commands or agrees with themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms._checks import Finding
from forms._people import alphabetical, full_name
from forms.language.cases import surname_initials

Named = tuple[str, Mapping[str, Any]]


def check_people(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A person is spelled alike wherever they are named: with «ё» or without, with one patronymic."""
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path, person in _people(data, ""):
        key = (alphabetical(person["last"]), surname_initials(person).text[-4:])
        seen = first.setdefault(key, person)
        if full_name(seen) == full_name(person) or not _speaks_of_one(seen, person):
            continue
        yield Finding(
            "PERSON_VARIANTS",
            "warning",
            f"{path}.last",
            f"Один человек, по-видимому, назван по-разному: «{full_name(person)}» и «{full_name(seen)}».",
            "Напишите фамилию, имя и отчество везде одинаково – как в паспорте.",
        )


def _speaks_of_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two spellings differ by «ё», or by the patronymic alone; initials alone say nothing."""
    if alphabetical(full_name(one)) == alphabetical(full_name(other)):
        return True
    same_last = one["last"] == other["last"]
    if same_last and one["first"] and one["first"] == other["first"] and one["middle"] and other["middle"]:
        return bool(one["middle"][0] == other["middle"][0])
    return not same_last and not (one["first"] and other["first"])


def _people(value: Any, path: str) -> Iterator[Named]:
    """Yield (path, person) in the order of the paper."""
    if isinstance(value, Mapping):
        if "last" in value and "initials" in value:
            yield path, value
            return
        for name, part in value.items():
            if name != "rows":  # the lines of a roadmap name nobody, and they are many
                yield from _people(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _people(part, f"{path}.{number}")


def check_order_people(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Who signs an order neither orders nor agrees with themselves."""
    signer = full_name(data["signer"]["person"])
    official = data["control"]["official"]
    if data["control"]["kind"] == "official" and official and full_name(official["person"]) == signer:
        yield Finding(
            "SIGNER_TWICE",
            "warning",
            "control.official",
            f"Контроль возложен на того, кто подписывает документ: {signer}.",
            "Выберите «оставляю за собой» или назначьте другое лицо.",
        )
    for index, clause in enumerate(data["clauses"]):
        if clause["executor"] and full_name(clause["executor"]["person"]) == signer:
            yield Finding(
                "SIGNER_TWICE",
                "warning",
                f"clauses.{index}.executor",
                f"Исполнителем назначен тот, кто подписывает документ: {signer}.",
                "Назначьте другого исполнителя: руководитель не поручает самому себе.",
            )
    for index, visa in enumerate(data["visas"]):
        if full_name(visa["person"]) == signer:
            yield Finding(
                "SIGNER_TWICE",
                "warning",
                f"visas.{index}.person",
                f"Документ согласует тот, кто его подписывает: {signer}.",
                "Уберите визу: подпись её заменяет.",
            )
    yield from _positions(data)


def _positions(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The executors of the clauses have one position each."""
    first: dict[str, str] = {}
    for index, clause in enumerate(data["clauses"]):
        if not (executor := clause["executor"]):
            continue
        name, position = full_name(executor["person"]), " ".join(executor["position"].split())
        seen = first.setdefault(name, position)
        if seen.lower() not in position.lower() and position.lower() not in seen.lower():
            yield Finding(
                "PERSON_POSITION",
                "warning",
                f"clauses.{index}.executor.position",
                f"У исполнителя {name} в пунктах разные должности: «{position}» и «{seen}».",
                "Укажите одну должность – по штатному расписанию.",
            )


def check_executor_mark(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The mark of who prepared the paper names a person of the paper as the paper does."""
    mark = data.get("executor_mark")
    if not mark:
        return
    words = mark["name"].split()
    for _, person in _people(data, ""):
        own = full_name(person).split()
        if len(own) == len(words) == 3 and own[:2] == words[:2] and own[2] != words[2]:
            yield Finding(
                "PERSON_VARIANTS",
                "warning",
                "executor_mark.name",
                f"В отметке об исполнителе – «{mark['name']}», а в тексте – «{full_name(person)}».",
                "Напишите фамилию, имя и отчество везде одинаково.",
            )
            return
