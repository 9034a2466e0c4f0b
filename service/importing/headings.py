"""The heading of a roadmap's table: where it stands and what its columns mean.

Owns the synonyms of column names met in real roadmaps. A name it does not know never hides a column: it is kept
under the author's own heading and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.importing.grids import Grid, Line, one_line, without_marks

_LONGEST_NAME = 120
_DEEPEST = 3
_LINES_BEFORE = 60  # letterheads and titles typed into the same sheet
_MARKS = re.compile(r"[¹²³⁰⁴-⁹*]")
_NOT_WORD = re.compile(r"[^0-9a-zа-я]+")

_OF_WHAT = r"(?: (?:реализации|исполнения|выполнения|мероприятия|срока|работ))?"

# Whole names. «П», «Ш» and «1У» are what people type for Roman II, III and IV.
_WHOLE = {
    "no": r"n|nn|(?:n |nn |no |номер )?п ?п|номер|номер (?:пункта|строки)|n пункта",
    "q1": r"(?:i|1|1 ?й|первый) ?(?:кв|квартал)",
    "q2": r"(?:ii|2|2 ?й|второй|п) ?(?:кв|квартал)",
    "q3": r"(?:iii|3|3 ?й|третий|ш) ?(?:кв|квартал)",
    "q4": r"(?:iv|4|4 ?й|четвертый|1у|iу|1v) ?(?:кв|квартал)",
    "start": rf"(?:дата |срок )?начал[оа]{_OF_WHAT}|с",
    "end": rf"(?:дата |срок )?(?:окончани|завершени)[ея]{_OF_WHAT}|по|до",
}
# Stems; of several the one that stands first in the name decides.
_STEMS = {
    "consequences": r"последстви",
    "related": r"связь",
    "usage": r"использовани",
    "publication": r"размещени|размещается|публикаци|\bсайт|\bссылк",
    "executors": r"исполнител|ответственн|организатор",
    "indicator": r"показател|индикатор|критери",
    "result": r"результат|\bитог|продукт|вид документа",
    "note": r"примечани|комментари|\bотметк",
    "period": r"\bсрок|\bдат[аы]\b|\bпериод|\bмесяц|\bвремя",
    "action": r"мероприяти|действи|\bзадач|направлени|деятельност|\bшаг|\bмеры\b|\bработ",
}
# Stems that count only where nothing above is found: «Описание», but not «Описание результата».
_WEAK = {"event": r"событи|\bэтап", "action": r"описани|содержани|наименовани"}
_TERMS = {"period", "start", "end", "q1", "q2", "q3", "q4"}


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        key: what it holds, a key of the roadmap's columns; "" while that is not known.
        title: its heading as the author wrote it, in one line, without footnote marks.
        group: the heading above, shared with its neighbours.
        begin, end: the columns of the grid it takes, the second exclusive.
        marked: the heading with its footnote marks.
    """

    key: str
    title: str
    group: str
    begin: int
    end: int
    marked: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading found in a grid: lines `first` to `first + depth - 1`."""

    first: int
    depth: int
    columns: tuple[Column, ...]

    @property
    def score(self) -> int:
        """How many columns have a name we know."""
        return len({column.key for column in self.columns if column.key})


def find_heading(grid: Grid) -> Heading | None:
    """Return the heading whose names match most synonyms; None where no line looks like one.

    A heading names the measures and at least one thing more.
    """
    candidates: list[Heading] = []
    filled = [index for index, line in enumerate(grid.lines) if not line.is_blank()][:_LINES_BEFORE]
    for first in filled:
        for depth in range(1, min(_DEEPEST, len(grid.lines) - first) + 1):
            if first + depth < len(grid.lines) and _goes_on(grid.lines[first + depth]):
                continue
            columns = _columns(grid.lines[first : first + depth])
            if depth > 1 and not any(column.group for column in columns):
                continue
            found = Heading(first, depth, _with_keys(columns))
            if any(column.key == "action" for column in found.columns) and found.score > 1:
                candidates.append(found)
    return max(candidates, key=lambda one: (one.score, -one.depth, -one.first), default=None)


def known_names() -> str:
    """Return the headings people should use, for a message."""
    return "«№ п/п», «Мероприятие», «Срок», «Показатель», «Исполнители», «Результат»"


def recognised(name: str, group: str = "") -> str:
    """Return the key a heading stands for, "" for a name that is not known.

    Args:
        name: of the column.
        group: the heading above it; «начала» means a date only under «Срок».
    """
    text = folded(name)
    if not text or len(text) > _LONGEST_NAME:
        return ""
    for key, pattern in _WHOLE.items():
        if re.fullmatch(pattern, text) and (len(text) > 2 or key == "no" or group):
            return key
    for stems in (_STEMS, _WEAK):
        places = {key: found.start() for key, stem in stems.items() if (found := re.search(stem, text))}
        if places:
            return min(places, key=lambda key: places[key])
    return ""


def folded(name: str) -> str:
    """Return a heading for comparing: no case, marks, punctuation or line breaks."""
    text = _MARKS.sub("", one_line(without_marks(name))).casefold().replace("ё", "е").replace("№", "n ")
    return _NOT_WORD.sub(" ", text).strip()


def repeats(line: Line, heading: Heading, grid: Grid) -> bool:
    """Return whether a line of the body is the heading retyped on a new page."""
    texts = [folded(cell.text) for cell in line.cells]
    if sum(map(bool, texts)) < 2:
        return False
    own = grid.lines[heading.first : heading.first + heading.depth]
    return any(texts == [folded(cell.text) for cell in one.cells] for one in own)


def is_count(line: Line) -> bool:
    """Return whether a line only counts the columns: 1 | 2 | 3 | 4."""
    return len(line.cells) > 2 and all(
        cell.text == str(number) for number, cell in enumerate(line.cells, start=1)
    )


def _goes_on(line: Line) -> bool:
    """Return whether a cell of the heading reaches down into this line."""
    return any(cell.carried for cell in line.cells)


def _columns(lines: Sequence[Line]) -> list[Column]:
    """Return the columns a heading of these lines has: neighbours under the same cells are one column."""
    width = max(sum(cell.span for cell in line.cells) for line in lines)
    stacks: list[tuple[tuple[int, str], ...]] = []
    owners = [_owners(line, width) for line in lines]
    for column in range(width):
        stacks.append(tuple(owner[column] for owner in owners))
    columns: list[Column] = []
    begin = 0
    for column in range(1, width + 1):
        if column == width or stacks[column] != stacks[begin]:
            columns.append(_column([text for _, text in stacks[begin]], begin, column))
            begin = column
    return columns


def _owners(line: Line, width: int) -> list[tuple[int, str]]:
    """Return for each column of the grid the first column of its cell and the text of that cell."""
    owners = [(column, cell.text) for column, cell in line.placed() for _ in range(cell.span)]
    return owners + [(column, "") for column in range(len(owners), width)]


def _column(levels: list[str], begin: int, end: int) -> Column:
    texts = [text for text in levels if text]
    name = texts[-1] if texts else ""
    group = one_line(without_marks(" ".join(texts[:-1])))
    return Column("", one_line(without_marks(name)), group, begin, end, " ".join(texts))


def _with_keys(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Give every column the key its name stands for; no key twice."""
    named = [replace(column, key=recognised(column.title, column.group)) for column in columns]
    keys = [column.key for column in named]
    measures = [index for index, key in enumerate(keys) if key == "action"]
    if not measures and "event" in keys:
        measures = [keys.index("event")]
    elif len(measures) > 1 and "event" not in keys:
        named[measures[0]] = replace(named[measures[0]], key="event")
        measures = measures[1:]
    for index in measures[:1]:
        named[index] = replace(named[index], key="action")
    return tuple(_once_each(named))


def _once_each(columns: Sequence[Column]) -> Iterator[Column]:
    seen: set[str] = set()
    split_terms = any(column.key in _TERMS - {"period"} for column in columns)
    for column in columns:
        repeated = column.key in seen or (column.key == "period" and split_terms)
        yield replace(column, key="") if repeated else column
        seen.add(column.key)
