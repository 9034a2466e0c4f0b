"""Times as the database keeps them: UTC text of fixed width, so that text order is time order."""

from __future__ import annotations

import datetime as dt

TIME_WIDTH = len("2021-03-19T08:15:30.000000Z")


def time_text(moment: dt.datetime) -> str:
    """Return the UTC text of an aware time: `2021-03-19T08:15:30.000000Z`.

    A naive time is a mistake of the program, not of a person: it raises ValueError.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone cannot be recorded")
    utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def time_of(text: str) -> dt.datetime:
    """Return the aware UTC time of a stored text; raises ValueError when it is not one."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None or len(text) != TIME_WIDTH:
        raise ValueError(f"not a recorded time: {text!r}")
    return moment.astimezone(dt.UTC)
