"""What an organisation makes of findings: other severities, and errors overridden with a reason.

An overridden error stays an error in the record, with the reason beside it; it only stops nothing any more.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from forms._checks import Finding, Severity

Strictness = Mapping[str, Severity | Literal["off"]]
SEVERITIES = ("error", "warning", "info", "off")


@dataclass(frozen=True)
class Override:
    """A person's decision that a finding does not stop the paper.

    Attributes:
        rule: id of the rule.
        reason: why; never empty.
        path: only findings at this path; empty means all of the rule.
    """

    rule: str
    reason: str
    path: str = ""


def settled(
    findings: Iterable[Finding], *, strictness: Strictness, overrides: Iterable[Override] = ()
) -> tuple[Finding, ...]:
    """Return the findings as the organisation sees them: without rules that are off, with reasons of overrides."""
    decisions = list(overrides)
    kept = []
    for finding in findings:
        severity = strictness.get(finding.rule, finding.severity)
        if severity == "off":
            continue
        reason = next(
            (one.reason for one in decisions if one.rule == finding.rule and one.path in {"", finding.path}),
            "",
        )
        kept.append(dataclasses.replace(finding, severity=severity, override=reason))
    return tuple(kept)
