"""Recognises the parts of a paper: by what they say and where they stand; a style's name is only a hint.

Recognition is lenient: a wrong mark is still a mark, so that a rule can say what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.layout_rules import wording
from service.layout_rules.facts import PaperFacts
from service.layout_rules.marks import find_marks
from service.layout_rules.paper import Paper, Paragraph, Sheets, Signature
from service.layout_rules.signatures import find_signatures

_HINTS = (
    ("Отметка об исполнителе", "executor"),
    ("Заголовок к тексту", "title"),
    ("Заголовок приложения", "title"),
    ("Подпись к списку", "label"),
)
_LITERAL_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?[ \u00a0\t]")
_LIST_SIGN = re.compile(r"(?:[–—•·*-]|\w\))[ \u00a0\t]")
_LONGEST_HEADING = 150
_LONGEST_REQUISITE = 90
_LONGEST_LABEL = 200


@dataclass
class _State:
    """How far down the paper the reading has come."""

    facts: PaperFacts
    stage: str = "top"
    has_kind: bool = False
    is_act: bool = False
    has_verb: bool = False
    in_annex: bool = False
    roles: list[str] = field(default_factory=list)


def recognised(sheets: Sheets, facts: PaperFacts) -> Paper:
    """Return the paper with the roles of its paragraphs, its marks and its signatures."""
    flow = tuple(block for block in sheets.blocks if isinstance(block, Paragraph))
    signatures = find_signatures(sheets)
    marks = find_marks(sheets)
    fixed = {id(part): "mark" for mark in marks for part in mark.paragraphs}
    fixed |= {id(part): "signature" for one in signatures for part in _signed_paragraphs(one)}
    first_kind = next((i for i, part in enumerate(flow) if _is_kind(part, fixed)), None)
    state = _State(facts, has_kind=first_kind is not None)
    fixed |= {key: "entry" for key in _entries(sheets) if key not in fixed}
    for part in flow:
        state.roles.append(_role(part, fixed, state))
    _mind_tables(sheets, flow, state.roles)
    return Paper(sheets, flow, tuple(state.roles), marks, signatures, facts)


def _role(part: Paragraph, fixed: dict[int, str], state: _State) -> str:
    if part.is_empty:
        if state.stage == "title" and "title" in state.roles:
            state.stage = "text"
        return "clause" if part.label and state.stage == "text" else "empty"
    if role := fixed.get(id(part)):
        state.stage = {"mark": "title", "signature": "after"}.get(role, state.stage)
        state.in_annex = state.in_annex or (role == "mark" and state.has_verb)
        return role
    if part.starts_page and state.stage == "after":
        state.stage = "text"
    if state.stage == "top" and wording.kind_word(part.text):
        state.stage = "requisites"
        state.is_act = wording.kind_word(part.text) in wording.VERBS
        return "kind"
    if wording.verb_word(part.text) and len(part.text) < _LONGEST_REQUISITE // 2:
        state.stage, state.has_verb = "text", True
        return "verb"
    for name, role in _HINTS:
        if part.format.style_name.startswith(name):
            return role
    return _by_stage(part, state)


def _by_stage(part: Paragraph, state: _State) -> str:
    if state.stage == "top":
        if state.has_kind:
            return "letterhead"
        state.stage = "title" if _looks_like_title(part) else "text"
    if state.stage == "requisites":
        if len(part.text) < _LONGEST_REQUISITE and _is_requisite(part):
            return "requisite"
        state.stage = "title"
    if state.stage == "title":
        if _looks_like_title(part):
            return "title"
        state.stage = "text"
    return _in_text(part, state)


def _in_text(part: Paragraph, state: _State) -> str:
    text = part.text.strip()
    centred = part.format.align == "center" and len(text) <= _LONGEST_LABEL and text.endswith(":")
    if centred or wording.AGREED.fullmatch(text):
        return "label"
    if state.stage == "after":
        named = wording.EXECUTOR_PHONE.search(part.text) or wording.FULL_NAME.match(part.text)
        return "executor" if named else "note"
    if wording.NOTE.match(part.text):
        return "note"
    if part.format.outline_level is not None or (part.is_bold and len(part.text) <= _LONGEST_HEADING):
        return "heading"
    if part.label or _LITERAL_CLAUSE.match(part.text) or _LIST_SIGN.match(part.text):
        counted = part.label[:1].isdigit() or _LITERAL_CLAUSE.match(part.text)
        return "clause" if counted and state.is_act and state.has_verb and not state.in_annex else "item"
    state.has_verb = state.has_verb or bool(wording.verb_word(part.text))
    return "text"


def _is_kind(part: Paragraph, fixed: dict[int, str]) -> bool:
    return id(part) not in fixed and bool(wording.kind_word(part.text))


def _is_requisite(part: Paragraph) -> bool:
    text = part.text
    return bool(
        wording.DATE.search(text) or wording.NUMBER.search(text) or wording.PLACE.search(text)
    ) and not (re.match(r"(?:О|Об|Обо|о|об|по)\s", text))


def _looks_like_title(part: Paragraph) -> bool:
    """A title stands centred or at the left margin in bold or in its narrow column; text is set otherwise."""
    if part.format.align == "center":
        return True
    unindented = part.format.first_line == 0 and part.format.align == "left" and not part.label
    return unindented and (part.is_bold or bool(re.match(r"(?:О|Об|Обо)\s", part.text)))


def _signed_paragraphs(one: Signature) -> tuple[Paragraph, ...]:
    return (*one.position, one.name)


def _entries(sheets: Sheets) -> Iterator[int]:
    """Yield the paragraphs that a layout table sets side by side: a list in columns, not the text."""
    for table in sheets.tables:
        for row in () if table.is_ruled else table.rows:
            filled = [cell for cell in row.cells if cell.text.strip()]
            if len(filled) > 1:
                yield from (id(part) for cell in filled for part in cell.paragraphs)


def _mind_tables(sheets: Sheets, flow: tuple[Paragraph, ...], roles: list[str]) -> None:
    """Short lines right above a table that are no sentences name the table: labels, not the text."""
    places = {id(part): place for place, part in enumerate(flow)}
    above: list[Paragraph] = []
    for block in sheets.blocks:
        if isinstance(block, Paragraph):
            is_line = block.is_empty or (
                len(block.text) <= _LONGEST_LABEL and block.text.rstrip()[-1] not in ".;,"
            )
            above = (
                [*above, block] if is_line and roles[places[id(block)]] in ("text", "note", "empty") else []
            )
            continue
        for part in above:
            if not part.is_empty:
                roles[places[id(part)]] = "label"
        above = []
