"""One try of one paper on one office, and what it says about both of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from service.conversion.converter import Office
from service.errors import DocumentRefused, OfficeCrashed, ParentCrashed, ServiceError

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a try gave. A suspect office is replaced, and its paper may be tried once more.

    Attributes:
        alone: no other office ended with this one.
    """

    answer: bytes | ServiceError
    suspect: bool = False
    alone: bool = True


def attempt(office: Office, docx: bytes, *, check: Callable[[bytes], object]) -> Outcome:
    """Convert a paper and check the PDF; raises nothing, for its thread must outlive every mistake."""
    try:
        pdf = office.convert(docx)
    except OfficeCrashed as e:
        return Outcome(e, suspect=True, alone=not isinstance(e, ParentCrashed))
    except ServiceError as e:
        return Outcome(e)
    except Exception as e:
        _log.exception("office_failed")
        error = OfficeCrashed("Преобразование в PDF прервано внутренней ошибкой. Сообщите администратору.")
        error.__cause__ = e
        return Outcome(error, suspect=True)
    try:
        check(pdf)
    except DocumentRefused as e:
        # Success without a sound PDF: a full disk or a sick office, only rarely the paper.
        return Outcome(e, suspect=True)
    return Outcome(pdf)
