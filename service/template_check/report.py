"""The verdict on a template: errors that stop it and remarks that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
    """

    errors: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the template can be used."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it; long lists and texts are cut."""
        return {"ok": self.ok, "errors": _plain(self.errors), "remarks": _plain(self.remarks)}


def report_of(found: Mapping[str, Any]) -> Report:
    """Return the report that `as_json` described."""
    return Report(
        tuple(Problem(**one) for one in found["errors"]), tuple(Problem(**one) for one in found["remarks"])
    )


def _plain(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [
        {name: text[:MOST_CHARS] for name, text in asdict(problem).items()}
        for problem in problems[:MOST_PROBLEMS]
    ]
