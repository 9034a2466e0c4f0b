"""A recorded version made again from what is recorded of it: is the result the same, and if not, why?

The .docx must be equal byte by byte. A PDF of the same office is too; one of another version of the office counts
as the same when its pages and their text are.
"""

from __future__ import annotations

import dataclasses
import difflib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import pikepdf

from service.archive import Archive
from service.archive.extracts import Extracts
from service.conversion.pdf_text import page_text
from service.documents import Paper, Version
from service.errors import ArchiveError, FormInvalid, Integrity, ServiceError, TemplateError
from service.filling import CompiledTemplate, TemplateCache, outline
from service.packages import PACKAGE
from service.pipeline import Press
from service.production import make_paper

_SHA256_DIGITS = 64
_SHOWN_LINES = 6
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Remade:
    """What came out.

    Attributes:
        identical: whether the paper is the recorded one.
        reasons: why not, or what differs without changing the paper; Russian sentences.
        paper: the paper made again, None when it could not be made.
    """

    identical: bool
    reasons: tuple[str, ...]
    paper: Paper | None


class KeptTemplates(TemplateCache):
    """The templates that a version was made with, by kind."""

    def __init__(self, kept: Mapping[str, CompiledTemplate]) -> None:
        self._kept = kept

    def get(self, kind: str) -> CompiledTemplate:
        """Return the template of a kind; see `TemplateCache.get`."""
        if kind not in self._kept:
            raise TemplateError(f"Среди сохранённых шаблонов нет шаблона для «{kind}».")
        return self._kept[kind]


def remake(version: Version, archive: Archive, press: Press, *, with_pdf: bool = True) -> Remade:
    """Fill and convert a version again from the record and compare.

    Args:
        version: what was recorded.
        archive: where its files and templates are.
        press: whose offices convert; its own templates are not used.
        with_pdf: whether the PDF is made and compared too.

    Raises:
        StorageError: the record cannot be read now.
    """
    try:
        templates = _kept_templates(version, archive.extracts)
        again = dataclasses.replace(press, templates=templates)
        # Nothing stops it as a draft: what was let pass once stands in the record.
        pdf_wanted = with_pdf and version.pdf is not None
        paper = make_paper(version.kind, dict(version.payload), again, with_pdf=pdf_wanted, draft=True)
        recorded = archive.open_file(version, "docx")
        recorded_pdf = archive.open_file(version, "pdf") if pdf_wanted else None
    except FormInvalid as error:
        fields = "; ".join(f"{path}: {' '.join(texts)}" for path, texts in error.messages.items())
        return Remade(False, (f"Данные больше не подходят к форме: {fields}",), None)
    except (ArchiveError, TemplateError) as error:
        return Remade(False, (str(error),), None)
    except ServiceError as error:
        if error.retryable:
            raise
        return Remade(False, (f"Документ не получен: {error}",), None)
    differences = [*_docx_differences(recorded, paper.docx), *_pdf_differences(recorded_pdf, paper.pdf)]
    notes = _provenance_notes(version, paper) if differences else []
    return Remade(not differences, (*differences, *notes), paper)


def _kept_templates(version: Version, extracts: Extracts) -> KeptTemplates:
    named = version.provenance.template_sha256
    try:
        if version.kind != PACKAGE:
            return KeptTemplates({version.kind: CompiledTemplate(extracts.file(named), name=version.kind)})
        manifest = extracts.file(named).decode("ascii")
        hashes = [manifest[i : i + _SHA256_DIGITS] for i in range(0, len(manifest), _SHA256_DIGITS)]
        kinds = ["order", *(annex["kind"] for annex in version.payload["annexes"])]
        kinds += version.payload.get("sheets", [])
        pairs = zip(kinds, hashes, strict=True)
        return KeptTemplates(
            {kind: CompiledTemplate(extracts.file(sha256), name=kind) for kind, sha256 in pairs}
        )
    except Integrity as error:
        text = f"Шаблон {named[:12]}… этой версии не сохранён или повреждён: создать её заново не из чего."
        raise Integrity(text) from error


def _docx_differences(recorded: bytes, made: bytes) -> list[str]:
    if recorded == made:
        return []
    lines = difflib.unified_diff(outline(recorded).splitlines(), outline(made).splitlines(), lineterm="", n=0)
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    if not changed:
        return ["DOCX отличается оформлением: текст и стили те же."]
    shown = [
        f"  {'было' if line[0] == '-' else 'стало'}: {line[1:]}" for line in islice(changed, _SHOWN_LINES)
    ]
    return ["DOCX отличается:", *shown, *(["  … и дальше"] if len(changed) > _SHOWN_LINES else [])]


def _pdf_differences(recorded: bytes | None, made: bytes | None) -> list[str]:
    if recorded is None or made is None or recorded == made:
        return []
    before, now = _page_texts(recorded), _page_texts(made)
    if len(before) != len(now):
        return [f"В PDF страниц было {len(before)}, стало {len(now)}."]
    different = [
        str(number) for number, pair in enumerate(zip(before, now, strict=True), 1) if len(set(pair)) > 1
    ]
    return [f"В PDF отличается текст страниц: {', '.join(different)}."] if different else []


def _page_texts(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [_SPACES.sub("", page_text(page)) for page in opened.pages]


def _provenance_notes(version: Version, paper: Paper) -> list[str]:
    then, now = version.provenance, paper.provenance
    pairs = (
        ("Версия программы", then.program_version, now.program_version),
        ("Версия LibreOffice", then.office_version, now.office_version),
        ("Шрифты", ", ".join(then.fonts), ", ".join(now.fonts)),
    )
    return [f"{name}: была «{old}», теперь «{new}»." for name, old, new in pairs if new and old != new]
