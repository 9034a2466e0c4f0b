"""What a caller prefers, RFC 7240: to have an answer at once, or to wait a while for the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Longer than this nobody is kept waiting; proxies cut a silent connection after a minute.
LONGEST_WAIT_S = 60


@dataclass(frozen=True)
class Preferences:
    """The wishes that are honoured.

    Attributes:
        later: the paper is made by a worker, in its turn.
        wait_s: seconds for which the answer may wait for it.
        applied: the header Preference-Applied.
    """

    later: bool
    wait_s: int
    applied: str


def preferences(headers: Sequence[str]) -> Preferences:
    """Return what the headers Prefer ask for; what is not understood is passed over, as the RFC says."""
    wishes: dict[str, str] = {}
    for wish in ",".join(headers).split(","):
        name, _, value = wish.partition(";")[0].partition("=")
        wishes.setdefault(name.strip().lower(), value.strip().strip('"'))
    seconds = wishes.get("wait", "")
    waits = seconds.isascii() and seconds.isdecimal() and len(seconds) <= 9
    wait_s = min(int(seconds), LONGEST_WAIT_S) if waits else 0
    applied = ["respond-async"] if "respond-async" in wishes else []
    applied += [f"wait={wait_s}"] if waits else []
    return Preferences(bool(applied), wait_s, ", ".join(applied))
