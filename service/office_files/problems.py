"""What is wrong with an Office file: where, what, and how a person mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import PackageRefused, ServiceError


@dataclass(frozen=True)
class Problem:
    """One thing that may not come in.

    Attributes:
        place: the part of the file, or the place in its text; empty for the whole file.
        message: what was found, in Russian.
        fix: what the person does about it, in Russian.
    """

    place: str
    message: str
    fix: str

    def __str__(self) -> str:
        return " ".join(text for text in (self.message, self.fix) if text)


def refusal_of(problems: Sequence[Problem], error: type[ServiceError] = PackageRefused) -> ServiceError:
    """Return the error that says all of them; its text is the first one with its place."""
    messages: dict[str, list[str]] = {}
    for problem in problems:
        texts = messages.setdefault(problem.place or "файл", [])
        if str(problem) not in texts:
            texts.append(str(problem))
    first = problems[0]
    place = f"{first.place}: " if first.place else ""
    return error(f"{place}{first}", messages=messages)
