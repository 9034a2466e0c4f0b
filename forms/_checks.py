"""Findings: what a careful clerk says about a paper, and the rules several kinds share.

A rule is one pure function from form data to findings. It has an id, a severity, a path into the payload,
a message and a fix in Russian. Severity "error" stops the registration of a paper, "warning" and "info" do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One remark.

    Attributes:
        rule: stable id in capitals, «CASE_UNCERTAIN».
        path: field path into the payload, indexes 0-based: «clauses.2.executor.person».
        message: what is wrong, in Russian.
        fix: what to do about it, in Russian.
        override: why a person let an error pass; empty when nobody did.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    fix: str
    override: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding as plain JSON values."""
        return asdict(self)


Check = Callable[[Mapping[str, Any]], Iterable[Finding]]


# «… на 2022 г.», «… и др.» end with an abbreviation.
_ENDS_WITH_ABBREVIATION = re.compile(r"(?<![А-Яа-яЁё])(?:гг?|обл|др|пр|т\.[ ]?[дп]|[А-ЯЁ])\.$")


def check_title_stop(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A heading to the text ends without a full stop (GOST R 7.0.97, requisite 17); annexes likewise."""
    titles = [("title", data["title"])]
    titles += [
        (f"annexes.{i}.title", a["title"]) for i, a in enumerate(data.get("annexes") or []) if "title" in a
    ]
    for path, title in titles:
        if title.rstrip().endswith(".") and not _ENDS_WITH_ABBREVIATION.search(title.rstrip()):
            yield Finding(
                "TITLE_STOP",
                "warning",
                path,
                f"После заголовка к тексту точка не ставится: «…{title.rstrip()[-30:]}».",
                "Уберите точку в конце заголовка.",
            )
