"""The inventory of a bundle as JSON, which the verifier reads: every version, its files, its state, its link."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from service.archive.canonical import canonical_json
from service.archive.chain import CHAINED, chain_fields
from service.archive.extracts import Pick, Selection
from service.archive.records import Row
from service.bundles.names import FOLDER
from service.errors import InputError

FORMAT = "formulyar-bundle-2"


class Entry(NamedTuple):
    """What the inventory adds to the row of a version; a tuple, because there may be a hundred thousand.

    Attributes:
        stem: name of the files without folder and extension.
        date: on the paper, `2022-03-19`, or empty.
        number: on the paper, or empty.
        payload_size: bytes of the file with the data.
        problem: why a file is not in the bundle, or empty.
    """

    pick: Pick
    stem: str
    date: str
    number: str
    payload_size: int = 0
    problem: str = ""


class Listed(NamedTuple):
    """A line of the inventory: an entry with what the database says of it.

    Attributes:
        decision: the last event that registered, superseded or voided the version; None for a draft.
        first_event: number of the first such event; 0 for a draft.
    """

    entry: Entry
    row: Row
    decision: Row | None
    first_event: int

    @property
    def state(self) -> str:
        """Where the version stands: draft, registered, superseded or void."""
        return "draft" if self.decision is None else str(self.decision["action"])


def inventory_json(
    selection: Selection,
    lines: Iterable[Listed],
    *,
    made_at: str,
    made_by: str,
    others: Mapping[str, str],
) -> Iterator[bytes]:
    """Yield the JSON the verifier reads, a line for each version.

    Args:
        selection: what the bundle holds.
        lines: in the order of the chain.
        made_at: time as text.
        made_by: who asked.
        others: name -> SHA-256 of the files that belong to no version.
    """
    first = {
        "format": FORMAT,
        "organisation": {"id": selection.organisation_id, "name": selection.organisation_name},
        "made_at": made_at,
        "made_by": made_by,
        "heads": [dataclasses.asdict(head) for head in (selection.head, selection.event_head)],
        "complete": selection.complete,
        "count": len(selection.picks),
        "files": dict(others),
    }
    yield (json.dumps(first, ensure_ascii=False)[:-1] + ', "entries": [').encode()
    digest, comma = hashlib.sha256(f"{canonical_json(first)}\n".encode()), ""
    for listed in lines:
        line = canonical_json(_line(listed))
        digest.update(f"{line}\n".encode())
        yield f"{comma}\n{line}".encode()
        comma = ","
    yield f'\n], "sha256": "{digest.hexdigest()}"}}\n'.encode()


def _line(listed: Listed) -> dict[str, Any]:
    entry, row = listed.entry, listed.row
    return {
        "date": entry.date,
        "number": entry.number,
        "state": listed.state,
        "registration": _registration(listed.decision),
        "newest_version": entry.pick.newest,
        "problem": entry.problem,
        "files": _files(entry, row),
        "version": _chained(row),
        "chain_sha256": _plain(row["chain_sha256"]),
    }


def _registration(decision: Row | None) -> dict[str, Any] | None:
    """Return what the last event says of a version: the number, and for a void one why and when."""
    if decision is None:
        return None
    told = {name: decision[name] for name in ("number", "date", "reason", "actor_name")}
    return {**told, "changed_at": decision["created_at"], "event": decision["chain_number"]}


def _files(entry: Entry, row: Row) -> dict[str, Any]:
    sums = {
        "docx": (_plain(row["docx_sha256"]), _plain(row["docx_size"])),
        "pdf": (_plain(row["pdf_sha256"]), _plain(row["pdf_size"])),
        "json": (_plain(row["payload_sha256"]), entry.payload_size),
    }
    return {
        kind: {"name": f"{FOLDER}/{entry.stem}.{kind}", "sha256": sha256, "size_bytes": size}
        for kind, (sha256, size) in sums.items()
        if sha256 is not None
    }


def _chained(row: Row) -> dict[str, Any]:
    """Return what the chain hash is made of; a damaged row goes out as it is, for the verifier to find."""
    try:
        fields = chain_fields(row)
        canonical_json(fields)
    except (TypeError, ValueError, InputError):
        return {name: _plain(row[name]) for name in CHAINED}
    return fields


def _plain(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else repr(value)
