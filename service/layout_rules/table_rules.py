"""Tables that run over pages: G-TBL (layout rules A.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms._checks import Finding
from service.layout_rules.paper import Cell, Paper, Row, Table
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule, in_mm
from service.layout_rules.wording import quoted

_NUMBER = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,4})*)\.?")
_NUMBER_HEADING = re.compile(r"(?i)№(?:\s*п\s*/\s*п)?|п/п|номер")
_HAND_NOTE = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹⁰]|(?<=\w)\*+$")
_EXPLAINED = re.compile(
    r"(?P<short>[А-ЯЁA-Z][А-ЯЁA-Z0-9]+(?:[ \u00a0][А-ЯЁA-Z]{2,})*)[ \u00a0][–—-][ \u00a0]"
)
_LIST_OF_SHORT = re.compile(r"[Сс]окращения[^:]*:")


def heading_repeats(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-01: the heading row repeats on each page and is typed once."""
    for table in paper.tables:
        if not _wants_heading(table):
            continue
        if not table.rows[0].is_heading:
            yield Finding(
                "G-TBL-01", "warning", table.rows[0].path,
                f"Заголовок таблицы не повторяется на следующих страницах: {_quoted_row(table.rows[0])}.",
                "Отметьте первую строку: «Повторять как заголовок на каждой странице».",
            )  # fmt: skip
        words = _texts(table.rows[0])
        again = next((row for row in table.rows[1:] if len(words) > 1 and _says(row, words)), None)
        if again is not None:
            yield Finding(
                "G-TBL-01", "warning", again.path, f"Заголовок таблицы набран ещё раз: {_quoted_row(again)}.",
                "Удалите повтор: заголовок повторится на каждой странице сам.",
            )  # fmt: skip


def numbered_columns(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-02: a row of column numbers under the heading repeats with it."""
    for table in paper.tables:
        for row in table.rows[1:3]:
            texts = _texts(row)
            if len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)] and not row.is_heading:
                yield Finding(
                    "G-TBL-02", "info", row.path, "Строка с номерами граф не повторяется на каждой странице.",
                    "Отметьте и её как повторяемый заголовок.",
                )  # fmt: skip


def rows_whole(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-03: a row is not torn between pages."""
    for table in paper.tables:
        torn = [row for row in table.rows if row.may_tear]
        if torn:
            yield Finding(
                "G-TBL-03", "warning", torn[0].path,
                f"Строка таблицы может разорваться между страницами: {_quoted_row(torn[0])}. "
                f"Всего таких строк: {len(torn)}.",
                "Снимите «Разрешить перенос строк на следующую страницу».",
            )  # fmt: skip


def section_rows(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-04: the name of a section stands in one cell over all columns."""
    for table, columns in ((table, table.columns) for table in paper.tables):
        for row in table.rows:
            if len(row.cells) == 1 and columns > 1:
                cell = row.cells[0]
                if cell.column + cell.span < columns:
                    yield Finding(
                        "G-TBL-04", "warning", row.path,
                        f"Строка раздела занимает не всю ширину таблицы: {quoted(cell.text)}.",
                        "Объедините ячейки строки раздела.",
                    )  # fmt: skip
            elif _is_unmerged_section(row):
                yield Finding(
                    "G-TBL-04", "info", row.path,
                    f"Название раздела стоит в одной графе: {quoted(row.cells[0].text)}.",
                    "Объедините ячейки строки раздела.",
                )  # fmt: skip


def table_width(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-05: fixed columns, together not wider than the text."""
    for table in paper.tables:
        if table.width > table.room + profile.tolerance:
            yield Finding(
                "G-TBL-05", "error", table.path,
                f"Таблица шире текста: {in_mm(table.width)} при ширине {in_mm(table.room)}.",
                "Уменьшите ширину столбцов.",
            )  # fmt: skip
        elif not table.is_fixed:
            yield Finding(
                "G-TBL-05", "warning", table.path, "Ширина столбцов зависит от текста и может измениться.",
                "Установите для таблицы фиксированную ширину столбцов.",
            )  # fmt: skip


def every_column_headed(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-06: every column has a heading, and no row has more cells than columns."""
    for table in paper.tables:
        if not _wants_heading(table):
            continue
        heading = [row for row in table.rows if row.is_heading] or [table.rows[0]]
        headed: set[int] = set()
        for row in heading:
            for cell in row.cells:
                if cell.text.strip():
                    headed.update(range(cell.column, cell.column + cell.span))
        bare = [column for column in range(table.columns) if column not in headed]
        if bare:
            yield Finding(
                "G-TBL-06", "warning", heading[0].path, f"У столбца {bare[0] + 1} таблицы нет заголовка.",
                "Назовите каждый столбец.",
            )  # fmt: skip


def no_empty_rows(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-07: no row is empty, none has a number and nothing else."""
    for table in paper.tables:
        body = [row for row in table.rows if not row.is_heading and not _is_merged_down(row)]
        if not any(_is_filled(cell) for row in body for cell in row.cells):
            continue  # a blank to be filled in by hand
        for row in body:
            if sum(map(_is_filled, row.cells)) > 1:
                continue
            texts = _texts(row)
            if not texts or (len(row.cells) > 1 and len(texts) == 1 and _NUMBER.fullmatch(texts[0])):
                what = f"в строке таблицы только номер {texts[0]}" if texts else "пустая строка таблицы"
                yield Finding(
                    "G-TBL-07",
                    "warning",
                    row.path,
                    f"{what.capitalize()}.",
                    "Заполните строку или удалите её.",
                )


def row_numbers(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-08: rows are numbered without gaps and in one style; a section may begin anew."""
    for table in paper.tables:
        if not (table.rows and table.rows[0].cells):
            continue
        if not _NUMBER_HEADING.fullmatch(" ".join(table.rows[0].cells[0].text.split())):
            continue
        last: dict[str, int] = {}
        for row in table.rows:
            if row.is_heading or not row.cells:
                continue
            if len(row.cells) == 1:
                last.pop("", None)
                continue
            match = _NUMBER.fullmatch(_number_text(row.cells[0]))
            if match is None:
                continue
            prefix, _, figure = match["number"].rpartition(".")
            wanted = last.get(prefix, int(figure) - 1 if prefix == "" and "" not in last else 0) + 1
            restarted = int(figure) == 1
            if int(figure) != wanted and not restarted:
                yield Finding(
                    "G-TBL-08", "warning", row.path,
                    f"Нумерация строк нарушена: {match['number']} вместо "
                    f"{f'{prefix}.{wanted}' if prefix else wanted}.",
                    "Пронумеруйте строки подряд.",
                )  # fmt: skip
            last[prefix] = int(figure)


def landscape_for_wide(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-09: a table with many columns of long text is better on a landscape sheet."""
    for table in paper.tables:
        if paper.sections[table.section].landscape or table.columns < profile.landscape_from:
            continue
        if _row_length(table) > profile.long_row:
            yield Finding(
                "G-TBL-09", "info", table.path,
                f"В таблице {table.columns} столбцов с длинным текстом на книжном листе.",
                "Расположите таблицу на альбомном листе.",
            )  # fmt: skip


def real_footnotes(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-10: footnotes of a table are Word's own, and each one is referred to."""
    for table in paper.tables:
        for row in table.rows[:2]:
            for cell in row.cells:
                if _HAND_NOTE.search(cell.text.strip()):
                    yield Finding(
                        "G-TBL-10", "warning", row.path, f"Знак сноски набран вручную: {quoted(cell.text)}.",
                        "Вставьте настоящую сноску.",
                    )  # fmt: skip
    used = {note for part in (*paper.flow, *paper.cells) for note in part.notes}
    for note in sorted(used - set(paper.sheets.footnotes)):
        yield Finding(
            "G-TBL-10",
            "warning",
            f"footnote.{note}",
            "Знак сноски есть, а текста сноски нет.",
            "Впишите сноску.",
        )
    for note in sorted(set(paper.sheets.footnotes) - used):
        text = " ".join(part.text for part in paper.sheets.footnotes[note])
        yield Finding(
            "G-TBL-10", "info", f"footnote.{note}", f"На сноску нет ссылки: {quoted(text)}.",
            "Поставьте знак сноски или удалите её.",
        )  # fmt: skip


def explained_is_used(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TBL-10: every abbreviation that a note explains is used in the paper."""
    lists = [part for part in (*paper.of("note"), *paper.notes) if _LIST_OF_SHORT.search(part.text)]
    if not lists:
        return
    text = "\n".join(part.text for part in paper.printed if part not in lists)
    for part in lists:
        explanations = part.text
        for match in _EXPLAINED.finditer(explanations):
            rest = explanations.replace(match[0], "", 1)
            short = re.escape(match["short"])
            used = re.compile(rf"{short}(?<!\w{short})(?!\w)")
            if not used.search(text) and not used.search(rest):
                yield Finding(
                    "G-TBL-10", "info", part.path, f"Сокращение {match['short']} объяснено, но не встречается.",
                    "Уберите его из перечня сокращений.",
                )  # fmt: skip


def _wants_heading(table: Table) -> bool:
    """Two columns without a bold first row are a card of names and values."""
    if len(table.rows) < 2 or not table.rows[0].cells:
        return False
    first = [part for cell in table.rows[0].cells for part in cell.paragraphs if not part.is_empty]
    return table.rows[0].is_heading or table.columns > 2 or (bool(first) and all(p.is_bold for p in first))


def _texts(row: Row) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row.cells if cell.text.strip()]


def _is_filled(cell: Cell) -> bool:
    return bool(cell.text.strip())


def _says(row: Row, texts: list[str]) -> bool:
    """Say whether the texts of a row are these; hardly any row begins like the heading."""
    first = next(filter(_is_filled, row.cells), None)
    return first is not None and " ".join(first.text.split()) == texts[0] and _texts(row) == texts


def _quoted_row(row: Row) -> str:
    return quoted(" | ".join(_texts(row)))


def _is_merged_down(row: Row) -> bool:
    return any(cell.merge == "continue" for cell in row.cells)


def _is_unmerged_section(row: Row) -> bool:
    if any(map(_is_filled, row.cells[1:])):
        return False
    filled = [cell for cell in row.cells if cell.text.strip()]
    if len(filled) != 1 or filled[0] is not row.cells[0] or row.is_heading or _is_merged_down(row):
        return False
    bold = [part.is_bold for part in filled[0].paragraphs if not part.is_empty]
    return all(bold) and not _NUMBER.fullmatch(filled[0].text.strip())


def _number_text(cell: Cell) -> str:
    label = next((part.label for part in cell.paragraphs if part.label), "")
    return cell.text.strip() or label


def _row_length(table: Table) -> float:
    """Return how many letters a row holds on the average, merged cells aside."""
    lengths: dict[int, list[int]] = {}
    for row in table.rows:
        for cell in row.cells:
            if not row.is_heading and cell.span == 1:
                lengths.setdefault(cell.column, []).append(len(cell.text))
    return sum(sum(column) / len(column) for column in lengths.values())


RULES: tuple[Rule, ...] = (
    heading_repeats,
    numbered_columns,
    rows_whole,
    section_rows,
    table_width,
    every_column_headed,
    no_empty_rows,
    row_numbers,
    landscape_for_wide,
    real_footnotes,
    explained_is_used,
)
