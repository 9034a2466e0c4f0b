"""The text of two seeds as payloads: a small reader of tab-separated tables, for the recall of the checks.

Rows torn by a page are joined by the rule the analysis of the seeds gives: no number, no term, and an action that
starts with a small letter or is empty. Nothing else is repaired: the defects are what the tests look for.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

SECTION = re.compile(r"\d+\. ")
CLAUSE = re.compile(r"(\d+)\. (.*)")


def table_of(text: str) -> list[list[str]]:
    """Return [section or "", cells…] of every row, torn rows joined."""
    rows: list[list[str]] = []
    section = ""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if cells[0].startswith("№") and len(cells) > 2:
            inside = True
        elif inside and SECTION.match(line) and not any(cells[1:]):
            section = cells[0]
        elif inside and len(cells) > 2:
            if _continues(cells):
                rows[-1][1:] = [f"{a} {b}".strip() for a, b in zip(rows[-1][1:], cells, strict=True)]
            else:
                rows.append([section, *cells])
                section = ""
    return rows


def _continues(cells: list[str]) -> bool:
    no, action, term = cells[:3]
    return not no and not term and (not action or action[0].islower() or action[0].isdigit())


def order_of_seed_000(text: str) -> dict[str, Any]:
    """Return the order of seed 000 as an importer would give it."""
    head, _, rest = text.partition("ПРИКАЗЫВАЮ:")
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    body, _, annex = rest.partition("**")
    clauses = [found[2] for line in body.splitlines() if (found := CLAUSE.match(line))]
    signed = [line.strip() for line in body.splitlines() if line.strip() and not CLAUSE.match(line)]
    position = "\n".join(signed[:2]).removeprefix("Врио ").replace("начальника", "начальник", 1)
    initials, last = signed[2].split()
    return {
        "doc_kind": "приказ",
        "organisation": {"parent": lines[0], "name": lines[1], "address": lines[2], "email": lines[3]},
        "date": lines[5].split()[1],
        "number": lines[6].removeprefix("№ "),
        "date_style": "digits",
        "title": lines[7],
        "purpose": lines[8],
        "clauses": [{"text": clause} for clause in clauses[:-1]],
        "control": {"kind": "self"},
        "signer": {
            "position": position,
            "status": "Врио",
            "person": {"last": last, "initials": initials, "gender": "m"},
        },
        "annexes": [{"title": " ".join(annex.partition("**")[0].split())}],
    }


def roadmap_of_seed_000(text: str) -> dict[str, Any]:
    """Return the roadmap of seed 000."""
    title = text.split("**")[1].replace("¹", "")
    notes = [line[2:] for line in text.splitlines() if line.startswith(("¹ ", "² "))]
    listed = notes[1].partition(":")[2].rstrip(".").split(";")
    pairs = [re.split(r"\s[-–]\s?", one.strip(), maxsplit=1) for one in listed]
    return {
        "title": title,
        "year": 2022,
        "columns": _columns(
            "no action period indicator", "№ п/п|Описание действий|Дата реализации|Муниципальный показатель"
        ),
        "rows": [
            {"section": section, "no": no, "action": action, "period": term, "indicator": indicator}
            for section, no, action, term, indicator in table_of(text)
        ],
        "footnotes": [{"place": "title", "text": notes[0]}],
        "abbreviations": [
            {"short": short, "full": (full or [""])[0].strip()} for short, *full in pairs if short
        ],
    }


def roadmap_of_seed_001(text: str) -> dict[str, Any]:
    """Return the roadmap of seed 001 with its stamp; the word of the stamp and its place are layout."""
    head, _, _ = text.partition("\n№")
    lines = [line.strip() for line in head.replace("**", "").splitlines() if line.strip()]
    last, initials = lines[3].split()
    return {
        "approval": {
            "form": "approve_stamp",
            "position": "\n".join(lines[1:3]),
            "person": {"last": last, "initials": initials},
        },
        "title": "\n".join(lines[4:]),
        "year": 2021,
        "columns": _columns("no action period executors", "№|Описание действий|Дата реализации|Исполнитель"),
        "rows": [
            {"no": no, "action": action, "period": term, "executors": [one.strip() for one in who.split(",")]}
            for _, no, action, term, who in table_of(text)
        ],
    }


def _columns(keys: str, titles: str) -> list[dict[str, str]]:
    return [{"key": key, "title": title} for key, title in zip(keys.split(), titles.split("|"), strict=True)]


def read_seed(folder: Path, code: str) -> str:
    """Return the text of a seed; empty when it is not on this machine."""
    found = sorted(folder.glob(f"{code}_*.txt"))
    return found[0].read_text(encoding="utf-8") if found else ""
