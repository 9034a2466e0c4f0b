"""The cells of a sheet by a pattern, for sheets written the way programs usually write them.

Thousands of rows are mostly plain cells, which a pattern reads several times faster than a tree. What it does not
know in full (comments, CDATA, prefixes, rich texts, rare attributes) makes `survey_by_pattern` give None, and the
tree is asked. The source must have passed `office_files`: it is well-formed and has no DOCTYPE.
"""

from __future__ import annotations

import functools
import re

from openpyxl.utils.cell import column_index_from_string, range_boundaries

from service.importing.xlsx_survey import Survey

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DECLARED = re.compile(r"<\?xml\s[^>?]*\?>\s*")
_ROOT = re.compile(rf'<worksheet(?=[^>]*\sxmlns="{re.escape(_MAIN)}")(?:\s+[\w:.]+="[^"<>]*")*\s*>')
_TOKEN = re.compile(
    r'\s*(?:<c(?:\s+r="([A-Z]{1,3})\d{1,7}")?(?:\s+s="(\d{1,6})")?(?:\s+t="(\w+)")?\s*'
    r"(?:/>|>\s*(<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*)?"
    r"(?:<v>([^<]*)</v>\s*|<v/>\s*"
    r'|<is>\s*<t(?:\s+xml:space="preserve")?(?:/>|>([^<]*)</t>)\s*()</is>\s*)?</c>)'
    r"|<row((?:\s[^<>]*)?/?)>|</row>)"
)
_ROW_NUMBER = re.compile(r'\sr="(\d{1,7})"')
_HIDDEN = re.compile(r'\shidden="(?:1|true)"')
_MERGED = re.compile(r'<mergeCell\s+ref="([A-Z0-9:]+)"\s*/>')
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def survey_by_pattern(xml: bytes, survey: Survey) -> bool:
    """Fill a survey; False when the sheet has anything the pattern does not know.

    Raises:
        PayloadTooLarge: from the survey.
    """
    parts = _parts(xml)
    if parts is None:
        return False
    data, tail = parts
    merges = _MERGED.findall(tail)
    if len(merges) != tail.count("mergeCell ") or (merges and "xmlns=" in tail):
        return False
    if not _cells(data, survey):
        return False
    survey.merges += map(range_boundaries, merges)
    return True


def _parts(xml: bytes) -> tuple[str, str] | None:
    """Return what stands in <sheetData> and what behind it."""
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\r" in text:  # as XML parsers do
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    declared = _DECLARED.match(text)
    start = declared.end() if declared else 0
    if declared and "encoding=" in declared[0] and not re.search(r"""=["']utf-8["']""", declared[0], re.I):
        return None
    root = _ROOT.match(text, start)
    if root is None or "<!" in text or text.find("<?", start) >= 0 or text.count("<sheetData") != 1:
        return None
    begin, end = text.find("<sheetData>", root.end()), text.find("</sheetData>", root.end())
    if begin < 0 or end < begin or "xmlns=" in text[root.end() : begin]:
        return None
    return text[begin + len("<sheetData>") : end], text[end:]


def _cells(data: str, survey: Survey) -> bool:
    """Take token after token; False at the first that is not known."""
    row = column = position = 0
    read = _TOKEN.scanner(data).match  # type: ignore[attr-defined]  # re.Pattern.scanner has no stub
    while token := read():
        position = token.end()
        letters, style, kind, formula, value, inline, is_inline, attributes = token.groups()
        if attributes is not None:
            if "xmlns" in attributes:
                return False
            number = _ROW_NUMBER.search(attributes)
            row, column = int(number[1]) if number else row + 1, 0
            survey.hidden_rows += bool(_HIDDEN.search(attributes))
            if attributes.endswith("/"):
                continue
        elif token[0].endswith("</row>"):
            continue
        else:
            column = _column(letters) if letters else column + 1
            if is_inline is not None:
                if kind != "inlineStr":
                    return False
                value = inline or ""
            survey.add(
                row, column, kind or "n", value, int(style or 0), formula=formula is not None, plain=unescaped
            )
    return not data[position:].strip()


@functools.lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return int(column_index_from_string(letters))


def unescaped(text: str) -> str:
    """Return a text of well-formed XML without DOCTYPE as a parser gives it."""
    return _REFERENCE.sub(_sign, text) if "&" in text else text


def _sign(found: re.Match[str]) -> str:
    decimal, sixteen, name = found.groups()
    return _NAMED[name] if name else chr(int(decimal) if decimal else int(sixteen, 16))
