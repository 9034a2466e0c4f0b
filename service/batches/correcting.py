"""A corrected file against the batch it belongs to: what is made now, what is new, what stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from service.batches.listing import ListedRow, Listing, listing_of, refusals
from service.batches.outcomes import Correction
from service.batches.preflight import Preflight
from service.batches.resuming import Known, known_rows
from service.batches.rows import Message
from service.errors import BatchInvalid
from service.work import BatchSummary, Order, State

OPEN: tuple[State, ...] = ("refused", "failed", "cancelled")
CHANGED = (
    "Документ создан или создаётся по прежним данным, изменения этой строки не приняты. "
    "Чтобы исправить документ, откройте его в архиве и создайте новую версию."
)


@dataclass(frozen=True)
class Plan:
    """What a corrected file asks of its batch.

    Attributes:
        corrected: orders for rows that were not made.
        added: orders for rows that the batch does not have yet.
    """

    checked: Preflight
    before: Listing
    known: Mapping[int, Known[ListedRow]]
    read: Listing
    states: Mapping[int, State]
    corrected: Sequence[Order]
    added: Sequence[Order]

    def listing(self, replaced: AbstractSet[int]) -> Listing:
        """Return what is kept of the file; rows of the batch that are not in it follow its own.

        Args:
            replaced: seqs of the rows whose data were taken.
        """
        rows = [self._listed(index, row, replaced) for index, row in enumerate(self.read.rows)]
        there = {row.seq for row in rows}
        absent = [replace(row, absent=True) for row in self.before.rows if row.seq and row.seq not in there]
        return Listing((*rows, *absent), self.read.remarks)

    def outcome(self, listing: Listing) -> Correction:
        """Return the counts for people."""
        new = {order.seq for order in self.added}
        taken = [row for row in listing.in_file if row.seq in new or self._is_taken(row)]
        absent = [row for row in listing.rows if row.absent]
        return Correction(
            corrected=sum(not row.refused and row.seq not in new for row in taken),
            refused=sum(row.refused for row in taken),
            untouched=len(listing.in_file) - len(taken),
            changed=sum(row.changed for row in listing.in_file),
            added=sum(not row.refused and row.seq in new for row in taken),
            removed=len(absent),
            removed_done=sum(self.states.get(row.seq) == "done" for row in absent),
        )

    def _is_taken(self, row: ListedRow) -> bool:
        return self.states.get(row.seq) in OPEN and not row.changed

    def _listed(self, index: int, row: ListedRow, replaced: AbstractSet[int]) -> ListedRow:
        earlier = self.known.get(index)
        if earlier is None or row.seq in replaced:
            return row
        kept = replace(
            row, refused=False, title=earlier.item.title, payload_sha256=earlier.item.payload_sha256
        )
        if not earlier.changed:
            return kept
        said = Message("warning", CHANGED, place=self.checked.verdicts[index].row.place_of(""))
        return replace(kept, changed=True, messages=(said,))


def plan_of(checked: Preflight, before: Listing, states: Mapping[int, State], facts: BatchSummary) -> Plan:
    """Return what a corrected file asks of its batch.

    Args:
        checked: the rows of the file.
        before: what is known of the rows of the batch.
        states: seq -> state of every row of the batch.
        facts: of the batch; added rows are made for the same reason.

    Raises:
        BatchInvalid: no row of the file is in the batch.
    """
    earlier = [(row.key, row.payload_sha256, row) for row in before.rows if row.seq]
    known = known_rows(checked.verdicts, earlier)
    if not known:
        raise BatchInvalid("В файле нет ни одной строки этого пакета. Загрузите его как новый пакет.")
    seqs, last = [], max(states, default=0)
    for index in range(len(checked.verdicts)):
        last += index not in known
        seqs.append(known[index].item.seq if index in known else last)
    read = listing_of(checked, seqs)
    orders = [
        Order(
            facts.kind,
            verdict.row.payload,
            reason=facts.reason,
            register=facts.register,
            seq=row.seq,
            refused=refusals(row) if row.refused else None,
        )
        for verdict, row in zip(checked.verdicts, read.rows, strict=True)
    ]
    corrected = [one for one in orders if states.get(one.seq or 0) in OPEN]
    added = [one for one in orders if one.seq not in states]
    return Plan(checked, before, known, read, states, corrected, added)
