"""Sheet, margins and page numbers: G-PAGE and G-NUM (GOST R 7.0.97, section 3; layout rules A.1)."""

from __future__ import annotations

from collections.abc import Iterator

from forms._checks import Finding
from service.layout_rules.paper import Paper, Paragraph, Section
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule, in_mm
from service.layout_rules.wording import quoted

_SIDES = {"left": "левое", "right": "правое", "top": "верхнее", "bottom": "нижнее"}


def sheet_size(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAGE-01: the sheet is A4, or A5 for blanks, upright or landscape."""
    for section in paper.sections:
        width, height = section.width or 0, section.height or 0
        if section.landscape or width > height:
            width, height = height, width
        if any(
            abs(width - w) <= profile.tolerance and abs(height - h) <= profile.tolerance
            for w, h in profile.sheets
        ):
            continue
        size = f"{in_mm(section.width)} × {in_mm(section.height)}" if section.width and section.height else ""
        yield Finding(
            "G-PAGE-01", "error", section.path,
            f"Размер листа {size or 'в документе не указан'}, а нужен А4: 210 × 297 мм.",
            "Установите в параметрах страницы формат А4.",
        )  # fmt: skip


def margins(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAGE-02: margins are not smaller than 20, 10, 20 and 20 mm."""
    for section in paper.sections:
        for side, name in _SIDES.items():
            margin, least = getattr(section, side), getattr(profile, side)
            if margin < least - profile.tolerance:
                yield Finding(
                    "G-PAGE-02", "error", section.path,
                    f"Поле слишком узкое: {name} {in_mm(margin)}, а нужно не меньше {in_mm(least)}.",
                    f"Установите {name} поле не меньше {in_mm(least)}.",
                )  # fmt: skip


def binding_margin(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAGE-03: papers kept longer than ten years, orders among them, have 30 mm on the left."""
    if not (paper.facts.kept_over_10_years or paper.facts.part == "order"):
        return
    for section in paper.sections:
        if not section.landscape and section.left < profile.left_kept_long - profile.tolerance:
            yield Finding(
                "G-PAGE-03", "warning", section.path,
                f"Левое поле {in_mm(section.left)}: документ хранится дольше 10 лет, нужно не меньше 30 мм.",
                "Установите левое поле 30 мм.",
            )  # fmt: skip


def landscape_binding(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAGE-04: a landscape sheet is bound at its top; papers kept long need 30 mm there."""
    least = profile.left_kept_long if paper.facts.kept_over_10_years else profile.left
    for section in paper.sections:
        if section.landscape and section.top < least - profile.tolerance:
            yield Finding(
                "G-PAGE-04", "info", section.path,
                f"Альбомный лист подшивается верхним краем, а верхнее поле {in_mm(section.top)}.",
                f"Установите верхнее поле альбомного листа не меньше {in_mm(least)}.",
            )  # fmt: skip


def two_sided(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-PAGE-05: with mirrored margins every upright section has the same inner and outer margin."""
    if not paper.sheets.settings.mirror_margins:
        return
    pairs = {(section.left, section.right) for section in paper.sections if not section.landscape}
    if len(pairs) > 1:
        yield Finding(
            "G-PAGE-05", "info", "page",
            "Поля зеркальные, но в разделах документа они разные: лицевая и оборотная стороны не совпадут.",
            "Установите одинаковые внутренние и внешние поля во всех разделах.",
        )  # fmt: skip


def pages_numbered(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-NUM-01: pages are numbered from the second one; the first has no number."""
    if paper.facts.pages == 1:
        return
    for number, section in enumerate(paper.sections):
        names = ["default", "even"] if paper.sheets.settings.even_and_odd else ["default"]
        if any(not _numbers(section, name) for name in names):
            yield Finding(
                "G-NUM-01", "error", _header_path(section),
                "Страницы, начиная со второй, не пронумерованы: в верхнем колонтитуле нет номера страницы.",
                "Вставьте в верхний колонтитул поле «Номер страницы».",
            )  # fmt: skip
        elif number == 0 and (not section.first_differs or _numbers(section, "first")):
            yield Finding(
                "G-NUM-01", "error", _header_path(section),
                "На первой странице печатается номер, а нумеровать нужно со второй.",
                "Включите «Особый колонтитул для первой страницы» и оставьте его пустым.",
            )  # fmt: skip


def number_in_the_middle(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-NUM-02: the number stands in the middle of the top margin."""
    for section in paper.sections:
        if any(_page_fields(parts) for parts in section.footers.values()):
            yield Finding(
                "G-NUM-02", "error", "footer",
                "Номер страницы стоит в нижнем колонтитуле, а нужен в середине верхнего поля.",
                "Перенесите номер страницы в верхний колонтитул.",
            )  # fmt: skip
        for part in (part for parts in section.headers.values() for part in _page_fields(parts)):
            in_frame = part.format.frame_align == "center"
            if part.format.align != "center" and not in_frame and not part.centre_tab:
                yield Finding(
                    "G-NUM-02", "error", _header_path(section),
                    "Номер страницы стоит не в середине верхнего поля.",
                    "Выровняйте абзац с номером страницы по центру.",
                )  # fmt: skip


def number_from_the_edge(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-NUM-03: the number stands at least 10 mm from the upper edge."""
    for section in paper.sections:
        if section.header < profile.page_number_from_edge - profile.tolerance:
            yield Finding(
                "G-NUM-03", "error", _header_path(section),
                f"От верхнего края листа до номера страницы {in_mm(section.header)}, нужно не меньше 10 мм.",
                "Установите расстояние от края до верхнего колонтитула 10 мм.",
            )  # fmt: skip


def only_the_figure(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-NUM-04: nothing is printed beside the page number: no «стр.», no dashes, no «из 5»."""
    for section in paper.sections:
        for part in (part for parts in section.headers.values() for part in _page_fields(parts)):
            beside = "".join(run.text for run in part.runs if run.field != "PAGE")
            if beside.strip():
                yield Finding(
                    "G-NUM-04", "warning", _header_path(section),
                    f"Рядом с номером страницы напечатано {quoted(beside)}, а нужна одна цифра.",
                    "Уберите из колонтитула всё, кроме номера страницы.",
                )  # fmt: skip


def annexes_numbered_alike(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-NUM-05: page numbers of annexes all go on, or all begin anew."""
    starts = {section.start_number for section in paper.sections[1:]}
    if len(starts) > 1:
        yield Finding(
            "G-NUM-05", "info", "header",
            "В одних приложениях нумерация страниц продолжается, в других начинается заново.",
            "Выберите для всех приложений один способ нумерации страниц.",
        )  # fmt: skip


def _header_path(section: Section) -> str:
    return section.path.replace("page", "header", 1)


def _page_fields(parts: tuple[Paragraph, ...]) -> list[Paragraph]:
    return [part for part in parts if any(run.field == "PAGE" for run in part.runs)]


def _numbers(section: Section, name: str) -> bool:
    return bool(_page_fields(section.headers.get(name, ())))


RULES: tuple[Rule, ...] = (
    sheet_size,
    margins,
    binding_margin,
    landscape_binding,
    two_sided,
    pages_numbered,
    number_in_the_middle,
    number_from_the_edge,
    only_the_figure,
    annexes_numbered_alike,
)
