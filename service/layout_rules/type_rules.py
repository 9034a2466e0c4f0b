"""Typefaces and paragraphs: G-FONT and G-PAR (GOST R 7.0.97, section 3; layout rules A.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms._checks import Finding
from service.layout_rules.paper import BODY_ROLES, REQUISITE_ROLES, Paper, Paragraph, Run
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule, in_mm, in_points, per_cause
from service.layout_rules.text_width import paragraph_width
from service.layout_rules.values import POINT

_SYMBOL_FONTS = {
    "Symbol",
    "Wingdings",
    "Wingdings 2",
    "Wingdings 3",
    "Webdings",
    "OpenSymbol",
    "Segoe UI Symbol",
}
_ALIGNMENTS = {"left": "по левому краю", "right": "по правому краю", "center": "по центру"}
_GAPS = re.compile(r"\S {2,}\S")
_SPACED_OUT = re.compile(r"\b(?:[А-ЯЁа-яё] ){3,}[А-ЯЁа-яё]\b")
# A spaced-out word has it behind its first letter; it begins with a space, from one of which to the next `re` jumps.
_SINGLE_LETTERS = re.compile(r" [А-ЯЁа-яё] (?=[А-ЯЁа-яё] [А-ЯЁа-яё]\b)")
_BODY = (*BODY_ROLES, "item")
_LINE_HEIGHT = 1.15  # of the font size: what a line of Times takes


def free_fonts(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-FONT-01: freely distributed fonts are used; Times New Roman passes."""
    known = {*profile.free_fonts, *profile.tolerated_fonts, *_SYMBOL_FONTS}
    if known.issuperset(_named_fonts(paper)):
        return
    for font, part in _fonts(paper).items():
        if font not in known:
            yield Finding(
                "G-FONT-01", "info", part.path,
                f"Шрифт «{font}» не входит в число свободно распространяемых.",
                "Выберите Liberation Serif, PT Astra Serif или PT Serif.",
            )  # fmt: skip


def text_size(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-FONT-02: sizes of 12, 13 and 14 points; an error in the text, a warning in requisites."""
    wanted = ", ".join(in_points(size) for size in profile.text_sizes)
    for roles, severity in (((*_BODY, "heading"), "error"), (REQUISITE_ROLES, "warning")):
        wrong = (
            (part, f"размер шрифта {in_points(run.format.size)}, а нужен {wanted}")
            for part in paper.of(*roles)
            for run in _words(part)
            if run.format.size not in profile.text_sizes and not run.format.raised
        )
        yield from per_cause(
            "G-FONT-02", "error" if severity == "error" else "warning", wrong,
            "Установите размер шрифта 14 (или 12, 13).",
        )  # fmt: skip


def table_size(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-FONT-03: a table may be set smaller, down to 9 points."""
    least, most = profile.table_sizes
    if all(least <= shape.size <= most for shape in paper.formats):
        return
    wrong = (
        (part, f"размер шрифта в таблице {in_points(run.format.size)}")
        for part in paper.cells
        for run in _words(part)
        if not least <= run.format.size <= most and not run.format.raised
    )
    yield from per_cause("G-FONT-03", "warning", wrong, "Установите в таблице размер от 9 до 14.")


def one_typeface(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-FONT-04: one typeface in the whole document, symbols excepted."""
    if len(_named_fonts(paper)) < 2:
        return
    fonts = {font: part for font, part in _fonts(paper).items() if font not in _SYMBOL_FONTS}
    if len(fonts) > 1:
        names = ", ".join(f"«{font}»" for font in fonts)
        path = list(fonts.values())[1].path
        yield Finding(
            "G-FONT-04", "warning", path, f"В документе разные шрифты: {names}.",
            "Оставьте один шрифт во всём документе.",
        )  # fmt: skip


def plain_requisites(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-FONT-05: requisites have no underline and no italics; nothing is printed in colour."""
    wrong = []
    is_plain = not any(shape.underline or shape.italic for shape in paper.formats)
    for part in () if is_plain else paper.of(*REQUISITE_ROLES, "executor"):
        for run in _words(part):
            if run.format.underline and run.text.strip(" _\u00a0"):
                wrong.append((part, "реквизит подчёркнут"))
            if run.format.italic:
                wrong.append((part, "реквизит набран курсивом"))
    yield from per_cause("G-FONT-05", "warning", dict.fromkeys(wrong), "Уберите подчёркивание и курсив.")
    if not any(shape.color for shape in paper.formats):
        return
    coloured = (
        (part, "текст цветной") for part in paper.printed if any(run.format.color for run in _words(part))
    )
    yield from per_cause("G-FONT-05", "warning", coloured, "Установите цвет текста «Авто».")


def executor_size(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-FONT-06: the executor mark may be set smaller, but must stay readable."""
    wrong = (
        (part, f"отметка об исполнителе набрана размером {in_points(run.format.size)}")
        for part in paper.of("executor")
        for run in _words(part)
        if not profile.executor_size <= run.format.size <= max(profile.text_sizes)
    )
    yield from per_cause("G-FONT-06", "info", wrong, "Установите для отметки об исполнителе размер 8–12.")


def first_line(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-01: the text has a first-line indent of 1.25 cm and no other one."""
    wrong = []
    for part in paper.of(*BODY_ROLES):
        if part.is_empty:
            continue
        if abs(part.format.first_line - profile.first_line) > profile.tolerance:
            wrong.append((part, f"абзацный отступ {in_mm(part.format.first_line)}, а нужен 12,5 мм"))
        elif abs(part.format.left) > profile.tolerance:
            wrong.append((part, f"текст отодвинут от левого поля на {in_mm(part.format.left)}"))
    yield from per_cause("G-PAR-01", "error", wrong, "Установите отступ первой строки 1,25 см, слева 0.")
    items = (
        (part, f"строка перечня начинается с отступом {in_mm(part.format.left + part.format.first_line)}")
        for part in paper.of("item")
        if part.format.left + part.format.first_line < profile.first_line - profile.tolerance
    )
    yield from per_cause("G-PAR-01", "warning", items, "Начинайте строки перечня с отступа 1,25 см.")


def line_spacing(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-02: line spacing of the text from 1 to 1.5; an exact one is only tolerated."""
    least, most = profile.line_auto
    wrong, exact = [], []
    for part in paper.of(*_BODY):
        shape = part.format
        if shape.line_rule == "auto":
            if not least <= shape.line <= most:
                spacing = f"{shape.line / 240:.2f}".rstrip("0").rstrip(".").replace(".", ",")
                wrong.append((part, f"межстрочный интервал {spacing}, а нужен от 1 до 1,5"))
            continue
        size = max((run.format.size for run in part.runs), default=28) / 2 * POINT
        points = f"{shape.line / POINT:g}".replace(".", ",")
        too_tight = shape.line_rule == "exact" and shape.line < size
        if too_tight or shape.line > size * 1.5 * _LINE_HEIGHT:
            wrong.append((part, f"межстрочный интервал {points} пт не равен 1–1,5 строки"))
        elif shape.line_rule == "exact":
            exact.append((part, f"межстрочный интервал задан точно: {points} пт"))
    yield from per_cause("G-PAR-02", "error", wrong, "Установите межстрочный интервал от 1 до 1,5.")
    yield from per_cause("G-PAR-02", "warning", exact, "Задайте интервал множителем: одинарный или 1,5.")


def requisite_spacing(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-03: requisites of several lines are set with single spacing, their parts apart."""
    wrong = (
        (part, "в реквизите межстрочный интервал больше одинарного")
        for part in paper.of(*REQUISITE_ROLES)
        if part.format.line_rule == "auto" and part.format.line > profile.requisite_line
    )
    yield from per_cause("G-PAR-03", "warning", wrong, "Установите в реквизитах одинарный интервал.")
    previous: Paragraph | None = None
    for part, role in zip(paper.flow, paper.roles, strict=True):
        if role == "kind" and previous is not None and not previous.is_empty:
            if max(previous.format.after, part.format.before) < profile.requisite_gap:
                yield Finding(
                    "G-PAR-03", "warning", part.path,
                    "Вид документа не отделён от реквизитов бланка дополнительным интервалом.",
                    "Добавьте перед видом документа интервал не меньше 6 пт.",
                )  # fmt: skip
            return
        previous = part


def word_spacing(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-04: one space between words, letters not spaced; the kind and ПРИКАЗЫВАЮ may be."""
    double = (
        (part, "между словами больше одного пробела")
        for part in paper.printed
        if "  " in part.text and _GAPS.search(part.text)
    )
    if "  " in paper.text:
        yield from per_cause("G-PAR-04", "error", double, "Оставьте между словами один пробел.")
    has_letters = bool(_SINGLE_LETTERS.search(paper.text))
    if not has_letters and not any(shape.spacing for shape in paper.formats):
        return
    spaced = (
        (part, "буквы набраны вразрядку или уплотнены")
        for part in (*paper.of(*_BODY, "heading", "title", "mark", "letterhead", "requisite"), *paper.cells)
        if any(run.format.spacing for run in _words(part)) or (has_letters and _SPACED_OUT.search(part.text))
    )
    yield from per_cause("G-PAR-04", "error", spaced, "Установите обычный интервал между буквами.")


def justified(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-05: the text is justified between the margins."""
    wrong = (
        (part, f"текст выровнен {_ALIGNMENTS.get(part.format.align, 'не по ширине')}, а нужно по ширине")
        for part in paper.of(*_BODY)
        if part.format.align != "both" and not part.is_empty
    )
    yield from per_cause("G-PAR-05", "error", wrong, "Выровняйте текст по ширине.")


def headings(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-06: headings are centred or begin with the paragraph's indent."""
    wrong = (
        (part, "заголовок стоит не по центру и без абзацного отступа")
        for part in paper.of("heading")
        if part.format.align not in ("center",)
        and abs(part.format.left + part.format.first_line - profile.first_line) > profile.tolerance
    )
    yield from per_cause(
        "G-PAR-06", "warning", wrong, "Выровняйте заголовок по центру или с отступом 1,25 см."
    )


def requisite_width(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-07: the longest line of a letterhead requisite is limited: the numbers are the edition's."""
    angular = paper.facts.letterhead == "angular"
    limit = profile.angular if angular else profile.longitudinal
    roles = ("letterhead", "kind", "requisite", "title") if angular else ("letterhead",)
    wrong = (
        (part, f"строка реквизита длиннее {in_mm(limit)}")
        for part in paper.of(*roles)
        if part.width > limit + profile.tolerance and paragraph_width(part) > limit + profile.tolerance
    )
    yield from per_cause("G-PAR-07", "warning", wrong, "Сузьте реквизит отступами или разбейте на строки.")


def one_alignment(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAR-08: the lines of a letterhead are all centred or all begin at the left."""
    parts = list(paper.of("letterhead"))
    if len({part.format.align for part in parts}) > 1:
        odd = next(part for part in parts if part.format.align != parts[0].format.align)
        yield Finding(
            "G-PAR-08", "info", odd.path, "Строки бланка выровнены по-разному.",
            "Расположите реквизиты бланка одним способом: по центру или от левого края.",
        )  # fmt: skip


def _words(part: Paragraph) -> Iterator[Run]:
    return (run for run in part.runs if run.text.strip())


def _named_fonts(paper: Paper) -> set[str]:
    """Return every font that a format names, whether letters of it are printed or not."""
    return {font for shape in paper.formats for font in (shape.ascii_font, shape.font)}


def _fonts(paper: Paper) -> dict[str, Paragraph]:
    """Return the fonts that letters are really printed in -> where each is met first."""
    fonts: dict[str, Paragraph] = {}
    for part in paper.printed:
        for run in _words(part):
            shape = run.format
            if not run.text.isascii():
                fonts.setdefault(shape.font, part)
            differs = shape.ascii_font != shape.font
            if run.text.isascii() or (differs and re.search(r"[!-~]", run.text)):
                fonts.setdefault(shape.ascii_font, part)
    return fonts


RULES: tuple[Rule, ...] = (
    free_fonts,
    text_size,
    table_size,
    one_typeface,
    plain_requisites,
    executor_size,
    first_line,
    line_spacing,
    requisite_spacing,
    word_spacing,
    justified,
    headings,
    requisite_width,
    one_alignment,
)
