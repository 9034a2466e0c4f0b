"""The rules of the clerk by name: their Russian titles and the severities they are born with.

`_rules.json` is the list; a test compares it with the rules that exist. What no severity can weaken is not a rule and
is not here: data that does not fit its schema, and a print that differs from its data.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from pathlib import Path

from forms._checks import Severity


@dataclass(frozen=True)
class RuleInfo:
    """A rule as people choose its severity.

    Attributes:
        rule: its id, «TITLE_STOP», «G-PAR-05».
        title: what it is about, in Russian.
        severities: those it is born with, the gravest first; some rules weigh two things differently.
    """

    rule: str
    title: str
    severities: tuple[Severity, ...]


RULES: dict[str, RuleInfo] = {
    rule: RuleInfo(rule, one["title"], tuple(one["severities"]))
    for rule, one in json.loads(Path(__file__).with_name("_rules.json").read_text(encoding="utf-8")).items()
}


def unknown_rule_text(rule: str) -> str:
    """Return what to say of a name that is no rule, with the one that may have been meant."""
    near = difflib.get_close_matches(rule.upper(), RULES, n=1, cutoff=0.6)
    hint = f" Возможно, вы имели в виду «{near[0]}»." if near else ""
    return f"Неизвестное правило «{rule[:64]}».{hint}"
