"""Days off: weekends, public holidays and the days moved by decree, kept as data beside this module."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

_DAYS = json.loads(Path(__file__).with_name("_day_transfers.json").read_text(encoding="utf-8"))
_HOLIDAYS = frozenset(_DAYS["holidays"])
_OFF = frozenset(map(dt.date.fromisoformat, _DAYS["days_off"]))
_WORKED = frozenset(map(dt.date.fromisoformat, _DAYS["working_days"]))
_WEEKEND = {5: "суббота", 6: "воскресенье"}


def day_off(date: dt.date) -> str:
    """Return why nobody works on a day: «суббота», «праздничный день»; "" for a working day."""
    if date.strftime("%m-%d") in _HOLIDAYS:
        return "праздничный день"
    if date in _WORKED:
        return ""
    return "выходной день" if date in _OFF else _WEEKEND.get(date.weekday(), "")
