"""What became of the rows of a batch, in the words people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.batches.listing import ListedRow
from service.batches.rows import Message, Row
from service.batches.verdicts import Outcome
from service.batches.wording import field_words
from service.work import Row as WorkRow
from service.work import State

STATUSES: dict[State, str] = {
    "ready": "ожидает",
    "running": "создаётся",
    "done": "готов",
    "failed": "не создан",
    "cancelled": "отменён",
    "refused": "не принят",
}
TALLIES: dict[State, str] = {
    "done": "Готово",
    "running": "Создаётся",
    "ready": "Ожидает",
    "refused": "Не принято",
    "failed": "Не создано",
    "cancelled": "Отменено",
}
_NEW_ROW = "новая строка"


@dataclass(frozen=True)
class BatchRow:
    """A row of a batch: what the work knows of it, and what it is called in the newest file."""

    work: WorkRow
    listed: ListedRow | None

    @property
    def status(self) -> str:
        """One word for people."""
        return STATUSES[self.work.state]

    @property
    def messages(self) -> list[Message]:
        """What is wrong, for people: with the cells of the newest file where they are known."""
        if self.listed is not None and (self.work.state == "refused" or self.listed.changed):
            return [one for one in self.listed.messages if self.listed.changed or one.severity == "error"]
        trouble = self.work.trouble
        if trouble is None or self.work.state == "done":
            return []
        # A refusal was kept with its cells; what failed in the making names its fields.
        named = self.work.state != "refused"
        return [
            Message("error", text, path, label=field_words(self.work.kind, path) if named else "")
            for path, texts in trouble.messages.items()
            for text in texts
        ] or [Message("error", trouble.text)]

    @property
    def remarks(self) -> list[str]:
        """What is wrong, as lines with their cells or fields."""
        errors = [one for one in self.messages if one.severity == "error"]
        return [one.line if one.place or one.label else one.text for one in errors]


@dataclass(frozen=True)
class Correction:
    """What a corrected file changed.

    Attributes:
        corrected: rows that will be made now.
        refused: rows that still have errors, new ones too.
        untouched: rows that are made or being made.
        changed: of these, rows whose data are others now; their papers stay as they are.
        added: new rows that will be made now.
        removed: rows of the batch that are not in the file; they stay as they are.
        removed_done: of these, rows that are made.
    """

    corrected: int
    refused: int
    untouched: int
    changed: int
    added: int
    removed: int
    removed_done: int


def outcome_of(
    row: Row,
    listed: ListedRow,
    made: WorkRow | None,
    address: Callable[[str], str],
    numbers: Mapping[str, str],
) -> Outcome:
    """Return the verdict on a row of the newest file.

    Args:
        row: as it was read.
        listed: as it was kept.
        made: what the work knows of it; None for a row that is in no batch, as new rows once were.
        address: document id -> where a person finds it.
        numbers: document id -> the number it is registered under.
    """
    if made is None:
        said = "Такой строки в пакете не было: загрузите её отдельным файлом."
        return Outcome(row, _NEW_ROW, [*listed.messages, Message("warning", said, place=row.place_of(""))])
    messages = list(listed.messages)
    if made.state == "failed" and made.trouble is not None:
        messages += [
            Message("error", text, path, row.place_of(path))
            for path, texts in made.trouble.messages.items()
            for text in texts
        ] or [Message("error", made.trouble.text, place=row.place_of(""))]
    document = made.document_id or ""
    file = address(document) if document else ""
    return Outcome(row, STATUSES[made.state], messages, number=numbers.get(document, ""), file=file)


def checked_outcome(row: Row, listed: ListedRow) -> Outcome:
    """Return the verdict on a row that nobody has ordered yet."""
    return Outcome(row, STATUSES["refused"] if listed.refused else "принят", listed.messages)
