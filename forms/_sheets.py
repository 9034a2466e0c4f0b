"""What the sheets that go with a document share: the document they belong to and its reference in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms._parts import act_text
from forms.language.agree import act_forms, date_in_digits


def document_text(sheet: Mapping[str, Any], case: str) -> str:
    """Return «приказом управления … от 23 января 2023 г. № 01-05/17», with the title in quotes if it is given.

    A document without date and number is a draft: «проекту приказа управления …».
    """
    act = {**sheet, "kind": sheet["doc_kind"]}
    if sheet["date"] or sheet["number"]:
        return act_text(act, case)
    return f"{_DRAFT[case]} {act_text(act, 'genitive')}"


_DRAFT = {"dative": "проекту", "instrumental": "проектом"}


def sheet_headline(sheet: Mapping[str, Any], title: str, preposition: str, case: str) -> str:
    """Return one line for lists: «Лист согласования к приказу от 23.01.2023 № 01-05/17»."""
    kind = sheet["doc_kind"]
    if not sheet["date"] and not sheet["number"]:
        return f"{title} {preposition} {_DRAFT[case]} {act_forms(kind, 'genitive')} «{sheet['title']}»"
    when = f" от {date_in_digits(sheet['date'])}" if sheet["date"] else ""
    number = f" № {sheet['number']}" if sheet["number"] else ""
    return f"{title} {preposition} {act_forms(kind, case)}{when}{number}"
