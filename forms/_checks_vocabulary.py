"""The words and dates the checks compare with, read once from the data files beside this module."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True)
class FederalEvent:
    """An event of the federal calendar and how a row about it reads."""

    title: str
    due: dt.date
    every: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    visit: str = ""

    def is_about(self, text: str) -> bool:
        """Tell whether a text in lower case speaks of the event."""
        return all(p.search(text) for p in self.every) and not any(p.search(text) for p in self.none)


def _event(raw: dict[str, Any]) -> FederalEvent:
    return FederalEvent(
        raw["event"],
        dt.date.fromisoformat(raw["due"]),
        tuple(re.compile(text) for text in raw["all"]),
        tuple(re.compile(text) for text in raw["none"]),
        raw.get("visit", ""),
    )


_ABBREVIATIONS = _read("_abbreviations.json")
_CALENDAR = _read("_federal_calendar.json")
_WORDING = _read("_wording.json")

KNOWN_ABBREVIATIONS: dict[str, str] = _ABBREVIATIONS["known"]
IN_NAMES = frozenset[str](_ABBREVIATIONS["in_names"])
EVERYDAY = frozenset[str](_ABBREVIATIONS["everyday"])
NOT_ABBREVIATIONS = frozenset[str](_ABBREVIATIONS["not_abbreviations"])
MISSPELLED: dict[str, str] = _ABBREVIATIONS["misspelled"]

VISIT_INTERVAL_DAYS: int = _CALENDAR["visit_interval_days"]
FEDERAL_EVENTS: dict[int, tuple[FederalEvent, ...]] = {
    int(year): tuple(_event(raw) for raw in events) for year, events in _CALENDAR["years"].items()
}

WRONG_TERMS = tuple((re.compile(raw["pattern"]), str(raw["right"])) for raw in _WORDING["wrong_terms"])
GRAMMAR_SLIPS = tuple((re.compile(raw["pattern"]), str(raw["right"])) for raw in _WORDING["grammar"])
TERM_PAIRS = tuple(
    (re.compile(raw["one"]), re.compile(raw["other"]), str(raw["what"])) for raw in _WORDING["term_pairs"]
)
COMPOUNDS: dict[str, list[str]] = _WORDING["compounds"]
LATIN_WORDS: dict[str, str] = _WORDING["latin"]
VERBAL_NOUNS: tuple[str, ...] = tuple(_WORDING["verbal_nouns"])
EVENT_NOUNS: tuple[str, ...] = tuple(_WORDING["event_nouns"])
