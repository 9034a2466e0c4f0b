"""The verdict on a template: errors that stop it and remarks that do not."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.office_files import Problem

# What a person reads and what a pipe carries; more problems than this have one cause.
MOST_PROBLEMS, MOST_CHARS = 200, 600


@dataclass(frozen=True)
class Report:
    """What was found in a template.

    Attributes:
        errors: the template cannot be used before they are mended.
        remarks: worth a look: fields that are not printed, branches that no sample takes.
        admitted: whether the file was sound enough to be looked into.
        marked: the template with all of this as Word comments; empty when that was not asked for.
    """

    errors: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    admitted: bool = True
    marked: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the template can be used."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it; long lists and texts are cut."""
        return {"ok": self.ok, "errors": _plain(self.errors), "remarks": _plain(self.remarks)}


def report_of(found: Mapping[str, Any]) -> Report:
    """Return the report that `as_json` described, with the marked file as `marked`, base64."""
    return Report(
        tuple(Problem(**one) for one in found["errors"]),
        tuple(Problem(**one) for one in found["remarks"]),
        admitted=found["admitted"],
        marked=base64.b64decode(found["marked"]),
    )


def piped(report: Report) -> dict[str, Any]:
    """Return the report for the pipe out of the child."""
    marked = base64.b64encode(report.marked).decode("ascii")
    return {**report.as_json(), "admitted": report.admitted, "marked": marked}


def _plain(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """The same said of two tags in the same words is read once."""
    said = dict.fromkeys((problem.place, problem.message, problem.fix) for problem in problems)
    return [
        {"place": place[:MOST_CHARS], "message": message[:MOST_CHARS], "fix": fix[:MOST_CHARS]}
        for place, message, fix in list(said)[:MOST_PROBLEMS]
    ]
