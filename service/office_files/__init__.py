"""The check of every Office file that enters: imports, templates of ours and templates that people send.

Owns the shape of a ZIP and of its XML (`zip_shape`, `xml_shape`) and what a .docx may hold (`docx_parts`,
`docx_elements`, `field_codes`, `pictures`). Everything is an allow-list; what is not on it is refused with its place
and a way to mend it. Knows nothing of kinds, template tags or HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service.errors import PackageRefused, ServiceError
from service.office_files.docx_elements import element_problems
from service.office_files.docx_parts import part_problems
from service.office_files.problems import Problem, refusal_of
from service.office_files.zip_shape import DOCX_LIMITS, read_package, safe_parser

__all__ = ["Problem", "docx_problems", "read_docx_parts", "refusal_of", "require_docx", "safe_parser"]


def read_docx_parts(docx: bytes, *, refusal: type[ServiceError] = PackageRefused) -> dict[str, bytes]:
    """Return part name -> bytes of a package of sound shape; what the parts hold is not judged yet.

    Raises:
        PayloadTooLarge: a limit is exceeded.
        PackageRefused: it is no sound package; as `refusal`.
    """
    return read_package(docx, DOCX_LIMITS, keep=lambda name: True, refusal=refusal)


def docx_problems(parts: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield everything in a .docx that may not come in: parts, links, fields, pictures, leftovers of people."""
    yield from part_problems(parts)
    yield from element_problems(parts)


def require_docx(parts: Mapping[str, bytes], *, refusal: type[ServiceError] = PackageRefused) -> None:
    """Refuse a .docx that holds what may not come in.

    Raises:
        PackageRefused: naming every part and problem; as `refusal`.
    """
    if problems := list(docx_problems(parts)):
        raise refusal_of(problems, refusal)
