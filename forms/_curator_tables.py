"""The printed tables of a curator's report, with totals and shares that are computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms._measures import DASH, decimal_comma, difference, share
from forms._recommendations import grouped
from forms._reference import RISK_DIRECTIONS, RISK_LEVELS
from forms.language.agree import date_in_digits, date_in_words
from forms.language.cases import gender_of, initials_surname

STATUSES = {"done": "исполнено", "running": "исполняется", "not_done": "не исполнено"}
STAGES = {"1": "1 этап", "2": "2 этап"}
VISIT_KINDS = {
    "first": "первичное",
    "repeated": "повторное",
    "planned": "плановое",
    "unplanned": "внеплановое",
    "final": "итоговое",
}
DOCUMENT_KINDS = {
    "concept": "Концепция развития",
    "programme": "Среднесрочная программа развития",
    "anti_risk": "Антирисковая программа",
}
ADDRESSEES = {"school": "школе", "municipality": "муниципальному органу управления образованием"}


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the printed tables and the totals: counts and shares with their denominators."""
    measures = data["measures"]
    done = [m for m in measures if m["status"] == "done"]
    documents = data["documents"]
    return {
        "stage_text": STAGES[data["stage"]],
        "period_text": f"{date_in_digits(data['starts_on'])} – {date_in_digits(data['ends_on'])}",
        "date_text": date_in_words(data["reported_on"]),
        "contract_text": _contract(data["contract"]),
        "visit_lines": [
            {**v, "date_text": date_in_digits(v["date"]), "kind_text": VISIT_KINDS[v["kind"]]}
            for v in data["visits"]
        ],
        "consultation_lines": [{**c, "date_text": date_in_digits(c["date"])} for c in data["consultations"]],
        "risk_lines": [_risk(r) for r in data["risks"]],
        "document_lines": [_document(d) for d in documents],
        "measure_groups": [_measures(direction, measures) for direction in _directions(data)],
        "indicator_lines": [_indicator(i) for i in data["indicators"]],
        "totals": {
            "visits": len(data["visits"]),
            "consultations": len(data["consultations"]),
            "measures_done": share(len(done), len(measures)),
            "measures_confirmed": share(sum(m["confirmed"] for m in measures), len(measures)),
            "documents_confirmed": share(sum(bool(d["confirmed_on"]) for d in documents), len(documents)),
        },
        "recommendation_groups": grouped(
            data["recommendations"], {key: f"Рекомендации {label}" for key, label in ADDRESSEES.items()}
        ),
        "signatures": _signatures(data),
    }


def _signatures(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the curator with the date, the head of the school, the coordinator if there is one."""
    lines = [
        (["Куратор", date_in_words(data["reported_on"])], data["curator"]["person"]),
        ([_acquainted(data["school"]["director"]), "руководитель школы"], data["school"]["director"]),
    ]
    if data["coordinator"]:
        lines.append((["Согласовано:", "муниципальный координатор"], data["coordinator"]))
    names = [initials_surname(person).text for _, person in lines]
    names[0] += "\n"  # beside the word «Куратор», above the date
    return [{"position": line[0], "name": name} for line, name in zip(lines, names, strict=True)]


def _acquainted(person: Mapping[str, Any]) -> str:
    return {"f": "Ознакомлена:", "m": "Ознакомлен:"}.get(gender_of(person) or "", "Ознакомлен(а):")


def _directions(data: Mapping[str, Any]) -> list[str]:
    """Return every direction that has measures, the activated ones first: no measure is left unprinted."""
    order = [r["direction"] for r in data["risks"] if r["activated"]] + [m["risk"] for m in data["measures"]]
    return list(dict.fromkeys(order))


def _contract(contract: Mapping[str, Any] | None) -> str:
    return f"№ {contract['number']} от {date_in_digits(contract['date'])}" if contract else ""


def _risk(risk: Mapping[str, Any]) -> dict[str, str]:
    verified = "подтверждено" if risk["verified"] else "не подтверждено"
    if risk["reason"]:
        verified = f"{verified}. {risk['reason']}"
    return {
        "direction_text": RISK_DIRECTIONS[risk["direction"]],
        "level_text": RISK_LEVELS[risk["level"]],
        "verified_text": verified,
        "activated_text": "да" if risk["activated"] else "нет",
    }


def _document(document: Mapping[str, Any]) -> dict[str, str]:
    title = DOCUMENT_KINDS[document["kind"]]
    if document["risk"]:
        direction = RISK_DIRECTIONS[document["risk"]]
        title = f"{title}: {direction[0].lower()}{direction[1:]}"
    return {
        "title": title,
        "uploaded_text": date_in_digits(document["uploaded_on"]) if document["uploaded_on"] else DASH,
        "confirmed_text": date_in_digits(document["confirmed_on"]) if document["confirmed_on"] else DASH,
        "remark": document["remark"] or DASH,
    }


def _measures(direction: str, measures: list[Mapping[str, Any]]) -> dict[str, Any]:
    own = [m for m in measures if m["risk"] == direction]
    return {
        "title": RISK_DIRECTIONS[direction],
        "done_text": share(sum(m["status"] == "done" for m in own), len(own)),
        "lines": [
            {
                **m,
                "status_text": STATUSES[m["status"]],
                "confirmed_text": "да" if m["confirmed"] else "нет",
                "period_text": str(m["period"]),
                "evidence_text": m["evidence"] or DASH,
            }
            for m in own
        ],
    }


def _indicator(indicator: Mapping[str, Any]) -> dict[str, str]:
    values = {f"{key}_text": decimal_comma(indicator[key]) for key in ("baseline", "current", "target")}
    change = difference(indicator["current"], indicator["baseline"])
    return {"name": indicator["name"], "unit": indicator["unit"], "change_text": change, **values}
