"""Fields of Word: what LibreOffice and Word compute when they open a paper.

Allowed are page numbers, references inside the paper and links; everything that reads files, asks networks, names
people or changes with the day is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from service.office_files.problems import Problem

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ALLOWED = {
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "TOC", "SEQ", "HYPERLINK",
}  # fmt: skip
_CHANGING = {"DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "EDITTIME"}
_TELLING = {
    "AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS", "FILENAME", "TEMPLATE", "INFO",
    "DOCPROPERTY", "COMMENTS", "KEYWORDS", "SUBJECT", "TITLE",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}
_QUOTED = re.compile(r'"([^"]*)"|(\S+)')


def field_problems(root: etree._Element, part: str) -> Iterator[Problem]:
    """Yield what is wrong with the fields of a part."""
    for code in _codes(root):
        yield from _judged(code, part)


def is_allowed_address(address: str) -> bool:
    """Return whether a link may lead there: a page or a mailbox."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and address.isprintable() and "\\" not in address


def _codes(root: etree._Element) -> Iterator[str]:
    """Yield the code of every field, joined over its runs; of nested fields each one."""
    open_fields: list[list[str]] = []
    for element in root.iter(f"{_W}fldSimple", f"{_W}fldChar", f"{_W}instrText"):
        if element.tag == f"{_W}fldSimple":
            yield element.get(f"{_W}instr", "")
        elif element.tag == f"{_W}instrText":
            if not open_fields:
                yield element.text or ""  # a code outside of a field: Word repairs it to one
            else:
                open_fields[-1].append(element.text or "")
        elif element.get(f"{_W}fldCharType") == "begin":
            open_fields.append([])
        elif element.get(f"{_W}fldCharType") == "end" and open_fields:
            yield "".join(open_fields.pop())
    yield from ("".join(pieces) for pieces in open_fields)


def _judged(code: str, part: str) -> Iterator[Problem]:
    words = code.split()
    name = words[0].upper() if words else ""
    shown = f"Поле Word «{code.strip()[:60]}»"
    if any(mark in code for mark in ("{{", "{%", "{#")):
        yield Problem(part, f"{shown} содержит метку.", "Поставьте метку в текст, а не в код поля.")
    elif name in _CHANGING:
        yield Problem(part, f"{shown} меняется со временем.", "Замените его меткой с датой документа.")
    elif name in _TELLING:
        yield Problem(part, f"{shown} печатает сведения о файле или авторе.", "Замените его обычным текстом.")
    elif name not in _ALLOWED:
        allowed = ", ".join(sorted(_ALLOWED))
        yield Problem(part, f"{shown} не допускается.", f"Удалите его. Допускаются поля: {allowed}.")
    elif name == "HYPERLINK" and not _is_allowed_link(code):
        yield Problem(
            part, f"{shown} ведёт не на страницу и не на почту.", "Оставьте http, https или mailto."
        )


def _is_allowed_link(code: str) -> bool:
    """A link to a bookmark, switch l, stays in the paper; any other argument must be an address."""
    words = [quoted or plain for quoted, plain in _QUOTED.findall(code)][1:]
    if "\\l" in words and words[0] == "\\l":
        return True
    targets = [word for word in words if not word.startswith("\\")]
    return bool(targets) and is_allowed_address(targets[0])
