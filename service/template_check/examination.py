"""A template looked at from all sides: package, language, names, a dry run of every sample, what is left over.

Each step is done only when those before found nothing that would make it senseless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms import FormKind
from service.errors import PackageRefused, PayloadTooLarge, ServiceError
from service.filling import CompiledTemplate
from service.filling.canonical import cleaned_parts
from service.filling.document import write_parts
from service.filling.guard import ParsedPart, parse_part
from service.filling.tags import footnote_loops, patched
from service.filling.template import FOOTNOTES, may_hold_tags
from service.office_files import Problem, docx_problems
from service.template_check.branches import untaken
from service.template_check.names import read_names
from service.template_check.report import Report
from service.template_check.shapes import shape_of
from service.template_check.unused import unused_fields

OUTPUT_BYTES = 20_000_000


def examine(docx: bytes, kind: FormKind, samples: Mapping[str, Any]) -> Report:
    """Return what is wrong with a template of a kind.

    Args:
        docx: as it came from Word; it is brought into canonical form first.
        kind: what it shall print.
        samples: name -> payload; each is filled in once.
    """
    try:
        parts = cleaned_parts(docx)
    except (PackageRefused, PayloadTooLarge) as error:
        return Report(errors=(Problem("файл", str(error), ""),), admitted=False)
    if problems := tuple(docx_problems(parts)):
        return Report(errors=problems, admitted=False)
    parsed, errors = _parsed(parts)
    if errors:
        return Report(errors=tuple(errors))
    contexts = {name: kind.context(kind.load(payload)) for name, payload in samples.items()}
    shape = shape_of(kind, contexts.values())
    names = [read_names(part, shape) for part in parsed]
    errors = [problem for one in names for problem in one.problems]
    if not errors:
        errors = _dry_run(write_parts(parts), kind, samples)
    if errors:
        return Report(errors=tuple(errors))
    used = {path for one in names for path in one.used}
    remarks = [remark for part in parsed for remark in untaken(part, list(contexts.values()))]
    return Report(remarks=(*remarks, *unused_fields(kind, list(samples.values()), used)))


def _parsed(parts: Mapping[str, bytes]) -> tuple[list[ParsedPart], list[Problem]]:
    found: list[ParsedPart] = []
    problems: list[Problem] = []
    loops = footnote_loops(parts.get(FOOTNOTES, b"").decode())
    for name, data in parts.items():
        if may_hold_tags(name):
            xml = data.decode()
            part, wrong = parse_part(name, xml, patched(xml, footnotes=loops))
            problems += wrong
            found += [part] if part else []
    return found, problems


def _dry_run(docx: bytes, kind: FormKind, samples: Mapping[str, Any]) -> list[Problem]:
    """Fill every sample; the first failure of a sample is its problem."""
    if not samples:
        return [
            Problem(
                "файл", f"Нет образцов вида «{kind.name}».", "Проверить шаблон не на чем: добавьте образец."
            )
        ]
    try:
        template = CompiledTemplate(docx, name=kind.name)
    except ServiceError as error:
        return [Problem("файл", str(error), "")]
    return [
        problem for name, payload in samples.items() for problem in _filled(template, kind, name, payload)
    ]


def _filled(template: CompiledTemplate, kind: FormKind, name: str, payload: Any) -> Sequence[Problem]:
    place = f"образец {name}"
    data = kind.load(payload)
    try:
        filled = template.fill(kind.context(data), title=kind.headline(data))
    except ServiceError as error:
        return [Problem(place, str(error), "Исправьте названную метку.")]
    if len(filled) > OUTPUT_BYTES:
        return [Problem(place, "Документ получается слишком большим.", "Уберите лишние циклы и рисунки.")]
    return ()


__all__ = ["OUTPUT_BYTES", "examine"]
