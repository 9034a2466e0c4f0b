"""Rules about a curator's report: visits, documents, measures and dates that must agree with each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from forms._checks import Finding
from forms._checks_vocabulary import FEDERAL_EVENTS, VISIT_INTERVAL_DAYS
from forms._checks_walk import folded, shown
from forms._reference import RISK_DIRECTIONS
from forms._working_days import day_off


def check_curator_report(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule about a curator's report."""
    yield from _parties(data)
    yield from _visits(data)
    yield from _visit_intervals(data)
    yield from _documents(data)
    yield from _programmes(data)
    for index, measure in enumerate(data["measures"]):
        yield from _measure(index, measure, data)
    yield from _indicators(data)
    yield from late_recommendations(data, data["reported_on"])


def _warning(rule: str, path: str, message: str, fix: str) -> Finding:
    return Finding(rule, "warning", path, message, fix)


def _parties(data: Mapping[str, Any]) -> Iterator[Finding]:
    if folded(data["curator_organisation"]) == folded(data["school"]["name"]):
        yield _warning(
            "CURATOR_OWN_SCHOOL",
            "curator_organisation",
            f"Куратор работает в той же школе: «{shown(data['school']['name'])}».",
            "Куратор назначается из другой организации: проверьте место работы.",
        )
    if data["year"] not in (data["starts_on"].year, data["ends_on"].year):
        yield _warning(
            "YEAR_MISMATCH",
            "year",
            f"Год отчёта {data['year']} не совпадает с отчётным периодом.",
            "Исправьте год или период.",
        )
    contract = data["contract"]
    first = min(visit["date"] for visit in data["visits"])
    if contract and contract["date"] > first:
        yield _warning(
            "DATE_ORDER",
            "contract.date",
            f"Договор с куратором ({contract['date']:%d.%m.%Y}) позже первого посещения ({first:%d.%m.%Y}).",
            "Проверьте дату договора.",
        )


def _visits(data: Mapping[str, Any]) -> Iterator[Finding]:
    due = next((e.due for e in FEDERAL_EVENTS.get(data["year"], ()) if e.visit == "first"), None)
    before: dt.date | None = None
    for index, visit in enumerate(data["visits"]):
        day, path = visit["date"], f"visits.{index}.date"
        if day > data["reported_on"]:
            yield Finding(
                "VISIT_AFTER_REPORT",
                "error",
                path,
                f"Посещение {day:%d.%m.%Y} позже даты отчёта ({data['reported_on']:%d.%m.%Y}).",
                "Исправьте дату посещения или дату отчёта.",
            )
        if before and day < before:
            yield _warning(
                "DATE_ORDER",
                path,
                f"Посещение {day:%d.%m.%Y} стоит после посещения {before:%d.%m.%Y}.",
                "Расположите посещения по датам.",
            )
        before = day
        if why := day_off(day):
            yield Finding(
                "NONWORKING_DAY",
                "info" if why == "суббота" else "warning",
                path,
                f"Посещение назначено на нерабочий день: {day:%d.%m.%Y} – {why}.",
                "Проверьте дату.",
            )
        if due and visit["kind"] == "first" and day > due:
            yield _warning(
                "LATE_VS_FEDERAL",
                path,
                f"Первичное посещение {day:%d.%m.%Y} позже федерального срока ({due:%d.%m.%Y}).",
                "Объясните задержку в разделе «Проблемы».",
            )


def _visit_intervals(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The curator is in touch with the school at least once in four weeks."""
    days = sorted({one["date"] for name in ("visits", "consultations") for one in data[name]})
    for before, after in pairwise(days):
        gap = (after - before).days
        if gap > VISIT_INTERVAL_DAYS:
            yield _warning(
                "VISIT_INTERVAL",
                "visits",
                f"Между {before:%d.%m.%Y} и {after:%d.%m.%Y} прошло {gap} дней без посещений и консультаций, "
                f"допустимо не больше {VISIT_INTERVAL_DAYS}.",
                "Добавьте пропущенные посещения и консультации или объясните перерыв.",
            )


def _documents(data: Mapping[str, Any]) -> Iterator[Finding]:
    for index, document in enumerate(data["documents"]):
        uploaded, confirmed = document["uploaded_on"], document["confirmed_on"]
        if confirmed and (not uploaded or confirmed < uploaded):
            yield _warning(
                "DOCUMENT_DATES",
                f"documents.{index}.confirmed_on",
                f"Документ подтверждён {confirmed:%d.%m.%Y}, раньше, чем размещён.",
                "Исправьте даты.",
            )
        for name, day in (("uploaded_on", uploaded), ("confirmed_on", confirmed)):
            if day and day > data["reported_on"]:
                yield _warning(
                    "DOCUMENT_DATES",
                    f"documents.{index}.{name}",
                    f"Дата {day:%d.%m.%Y} позже даты отчёта ({data['reported_on']:%d.%m.%Y}).",
                    "Исправьте дату.",
                )


def _programmes(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every activated risk has its programme; every measure belongs to a risk of the profile."""
    covered = {document["risk"] for document in data["documents"] if document["kind"] == "anti_risk"}
    profile = {risk["direction"] for risk in data["risks"]}
    for index, risk in enumerate(data["risks"]):
        if risk["activated"] and risk["direction"] not in covered:
            yield _warning(
                "RISK_NO_PROGRAMME",
                f"risks.{index}.direction",
                f"Нет антирисковой программы по направлению «{RISK_DIRECTIONS[risk['direction']]}».",
                "Добавьте программу в перечень документов.",
            )
    for index, measure in enumerate(data["measures"]):
        if measure["risk"] not in profile:
            yield _warning(
                "RISK_UNLISTED",
                f"measures.{index}.risk",
                f"Направления «{RISK_DIRECTIONS[measure['risk']]}» нет в рисковом профиле школы.",
                "Исправьте направление или дополните профиль.",
            )


def _measure(index: int, measure: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Finding]:
    path, name = f"measures.{index}", shown(measure["measure"])
    done = measure["status"] == "done"
    if done and not measure["evidence"]:
        yield _warning(
            "EVIDENCE_MISSING",
            f"{path}.evidence",
            f"Мероприятие «{name}» исполнено, а подтверждающий документ не указан.",
            "Укажите документ.",
        )
    if measure["confirmed"] and not done:
        yield _warning(
            "STATUS_CONFLICT",
            f"{path}.confirmed",
            f"Мероприятие «{name}» подтверждено, хотя не исполнено.",
            "Исправьте состояние или отметку о подтверждении.",
        )
    if measure["status"] == "not_done" and not measure["comment"]:
        yield _warning(
            "REASON_MISSING",
            f"{path}.comment",
            f"Не сказано, почему не исполнено мероприятие «{name}».",
            "Объясните причину в комментарии.",
        )
    term = measure["period"]
    if done and term and term.start and term.start > data["reported_on"]:
        yield _warning(
            "STATUS_CONFLICT",
            f"{path}.status",
            f"Мероприятие «{name}» исполнено, а его срок ({shown(term.wording)}) ещё не наступил.",
            "Исправьте состояние или срок.",
        )


def _indicators(data: Mapping[str, Any]) -> Iterator[Finding]:
    """At stage 2 every indicator is compared with the value of stage 1."""
    if data["stage"] != "2":
        return
    for index, indicator in enumerate(data["indicators"]):
        for name, word in (("baseline", "значения первого этапа"), ("current", "текущего значения")):
            if indicator[name] is None:
                yield _warning(
                    "STAGE_VALUE_MISSING",
                    f"indicators.{index}.{name}",
                    f"У показателя «{shown(indicator['name'])}» нет {word}.",
                    "Заполните значение.",
                )


def late_recommendations(data: Mapping[str, Any], day: dt.date) -> Iterator[Finding]:
    """A recommendation is for the time after the paper."""
    for index, one in enumerate(data["recommendations"]):
        term = one["deadline"]
        if term and term.end and term.end < day:
            yield _warning(
                "RECOMMENDATION_PAST",
                f"recommendations.{index}.deadline",
                f"Срок рекомендации «{shown(term.wording)}» раньше даты документа ({day:%d.%m.%Y}).",
                "Исправьте срок.",
            )
