"""The sentences of an order: preamble, clauses, control; what stands in which case, and how sure we are.

Every inflected name or position that is a guess is a finding, never a silent form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms._checks import Finding
from forms._entries import with_stop
from forms._letters import line_count
from forms._parts import (
    act_text,
    approval_lines,
    contact_lines,
    date_line,
    executor_mark_lines,
    number_line,
    organisation_genitive,
    position_in,
    signature,
)
from forms.language.agree import act_forms, date_in_digits
from forms.language.cases import Inflected, initials_surname, surname_initials

# At least three lines go with the signature (G-SIGN-05): they share a row with it. LibreOffice 7.4 loses "keep with
# next" between two paragraphs where the second one starts the next page.
_LINES_WITH_SIGNATURE = 3
_TEXT_WIDTH_PT, _INDENT_PT = 482.0, 36.0  # margins of 30 and 10 mm
_TYPE_PT = 13.5  # a little less than the 14 of the text: a line too few is worse than one too many

VERBS = {
    "приказ": ("ПРИКАЗЫВАЮ", "приказа"),
    "распоряжение": ("ОБЯЗЫВАЮ", "распоряжения"),
    "постановление": ("ПОСТАНОВЛЯЮ", "постановления"),
}
OPENINGS = {
    "in_accordance": ("В соответствии с", "instrumental"),
    "on_basis": ("На основании", "genitive"),
    "pursuant": ("Во исполнение", "genitive"),
}


def preamble(data: Mapping[str, Any]) -> str:
    """Return the text before the operative word: basis, then purpose."""
    words, case = OPENINGS[data["opening"]]
    purpose: str = data["purpose"].rstrip(" .:;")
    if not data["basis"]:
        return purpose[:1].upper() + purpose[1:]
    *acts, last = (act_text(act, case) for act in data["basis"])
    basis = f"{words} {', '.join(acts)} и {last}" if acts else f"{words} {last}"
    return f"{basis}, {purpose[:1].lower()}{purpose[1:]}" if purpose else basis


def clause_text(clause: Mapping[str, Any], annexes: int) -> str:
    """Return the printed sentence of a clause, without its number."""
    text = clause["text"].rstrip(" .;")
    if executor := clause.get("executor"):
        who = f"{position_in(executor, 'dative').text} {surname_initials(executor['person'], 'dative').text}"
        text = f"{who[:1].upper()}{who[1:]} {text[:1].lower()}{text[1:]}"
    if number := clause.get("annex"):
        text += f" (приложение {number_line(str(number))})" if annexes > 1 else " (приложение)"
    return with_deadline(text, clause["deadline"])


def with_deadline(text: str, deadline: Any) -> str:
    """Return a sentence with its deadline and full stop."""
    if not deadline:
        return text if text.endswith((":", "!", "?")) else f"{text}."
    wording = " ".join(str(deadline).split())
    if wording.lower().startswith(("до ", "не позднее", "с ")):
        return f"{text} в срок {wording}." if wording.lower().startswith("до ") else f"{text} {wording}."
    return f"{text}. Срок: {wording}."


def control_text(data: Mapping[str, Any]) -> str:
    """Return the control clause."""
    start = f"Контроль за исполнением настоящего {VERBS[data['doc_kind']][1]}"
    official = data["control"]["official"]
    if data["control"]["kind"] == "self" or not official:
        return f"{start} оставляю за собой."
    position = position_in(official, "accusative").text
    name = surname_initials(official["person"], "accusative").text
    return f"{start} возложить на {position} {name}"  # the initials bring the full stop


def check_cases(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A name or a position whose case form is a guess is confirmed by a person first."""
    officials = [(f"clauses.{i}.executor", c["executor"], "dative") for i, c in enumerate(data["clauses"])]
    officials.append(("control.official", data["control"]["official"], "accusative"))
    if data["signer"]["status"]:
        officials.append(("signer", data["signer"], "genitive"))
    if any(annex["paragraphs"] for annex in data["annexes"]):
        form = organisation_genitive(data["organisation"])
        if not form.certain:
            yield _uncertain("organisation.name_genitive", form)
    for path, official, case in officials:
        if not official:
            continue
        forms = {"position": position_in(official, case)}
        if path != "signer":
            forms["person"] = surname_initials(official["person"], case)
        for name, form in forms.items():
            if not form.certain:
                yield _uncertain(f"{path}.{name}", form)


def _uncertain(path: str, form: Inflected) -> Finding:
    return Finding(
        "CASE_UNCERTAIN",
        "error",
        path,
        f"Проверьте падеж: «{form.text}». {form.reason}".strip(),
        "Укажите пол или впишите верную форму в поле падежных форм.",
    )


def _annexes(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    mark = {"act": data["doc_kind"], "date": data["date"], "number": data["number"]}
    body = organisation_genitive(data["organisation"]).text
    printed = []
    for number, annex in enumerate(data["annexes"], start=1):
        if not annex["paragraphs"]:
            continue
        approval = {
            **mark,
            "form": annex["approved"],
            "annex_number": number if len(data["annexes"]) > 1 else None,
            "body": body,
        }
        lines = approval_lines(approval, annex["title"], data["date_style"])
        printed.append({**annex, "paragraphs": _punctuated(annex["paragraphs"]), "mark": lines})
    return printed


def _punctuated(paragraphs: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the paragraphs; the lines of a list end with a semicolon, its last one with a full stop."""
    made = []
    for index, part in enumerate(paragraphs):
        goes_on = index + 1 < len(paragraphs) and paragraphs[index + 1]["style"] == "item"
        text = with_stop(part["text"], last=not goes_on) if part["style"] == "item" else part["text"]
        made.append({**part, "text": text})
    return made


def _clause_paragraphs(clauses: list[Mapping[str, Any]], annexes: int) -> list[dict[str, Any]]:
    """Return {text, nested} of clauses and sub-clauses in their order."""
    paragraphs: list[dict[str, Any]] = []
    for clause in clauses:
        text = clause_text(clause, annexes)
        if clause["subclauses"] and not clause["deadline"]:
            text = f"{text.removesuffix('.').removesuffix(':')}:"
        paragraphs.append({"text": text, "nested": False})
        for sub in clause["subclauses"]:
            text = with_deadline(sub["text"].rstrip(" .;"), sub["deadline"])
            paragraphs.append({"text": text, "nested": True})
    return paragraphs


def _first_kept(clauses: list[dict[str, Any]], control: str) -> int:
    """Return the number of the first clause that shares the page of the signature."""
    first, lines = len(clauses), _lines(control)
    while first and lines < _LINES_WITH_SIGNATURE:
        first -= 1
        lines += _lines(clauses[first]["text"])
    return first


def _lines(text: str) -> int:
    """Return how many lines a clause takes at least; its number stands in the indent and a little behind it."""
    return line_count(f"2.2. {text}", _TEXT_WIDTH_PT - _INDENT_PT / 2, size_pt=_TYPE_PT)


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the printed lines: letterhead, preamble, clauses, signature, annexes."""
    organisation, count = data["organisation"], len(data["annexes"])
    clauses, control = _clause_paragraphs(data["clauses"], count), control_text(data)
    first_kept = _first_kept(clauses, control)
    return {
        "letterhead_lines": organisation["name"].split("\n"),
        "contacts": contact_lines(organisation, narrow=data["letterhead"] == "angular"),
        "angular": data["letterhead"] == "angular",
        "three_lines": data["requisites"] == "three_lines",
        "date_text": date_line(data["date"], data["date_style"]),
        "number_text": number_line(data["number"]),
        "title_lines": data["title"].split("\n"),
        "preamble": preamble(data),
        "verb": VERBS[data["doc_kind"]][0],
        "clause_lines": clauses[:first_kept],
        "closing_lines": clauses[first_kept:],
        "control_text": control,
        "signature": signature(data["signer"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
        "visa_lines": _named(data["visas"]),
        "acquainted_lines": _named(data["acquainted"]),
        "acquainted_title": f"С {act_forms(data['doc_kind'], 'instrumental')} ознакомлены:",
        "printed_annexes": _annexes(data),
    }


def _named(people: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "position": one["position"],
            "name": initials_surname(one["person"]).text,
            "date": date_in_digits(one["date"]) if one["date"] else "",
        }
        for one in people
    ]
