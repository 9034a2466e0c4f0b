"""Files as they come in: small ones are looked at at once, large ones are accepted and looked at by the checker."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from forms._overrides import Strictness
from service.batches.checks import Check
from service.batches.files import Files, Kept, Upload
from service.batches.listing import Listing, listing_of
from service.batches.preflight import Preflight, Told, preflight, tell_nobody
from service.batches.rows import SourceFile
from service.batches.source import ParseJson, read_source, require_known
from service.batches.weight import seconds_to_check
from service.documents import Actor

# Seconds of work up to which a file is looked at while its sender waits.
_AT_ONCE_S = 1.5
_UNSEEN = SourceFile(())
_NOTHING = Listing((), ())


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent.

    Attributes:
        register: whether every paper gets its number from the journal.
        reason: why the papers are made, for the record.
    """

    name: str
    content: bytes
    register: bool = False
    reason: str = ""


class Uploads:
    """Takes files in.

    Args:
        files: where they are kept.
        strictness_of: gives the severities of an organisation that are other than the built-in ones.
        now: gives the time, aware.
        new_id: gives a new random id.
    """

    def __init__(
        self,
        files: Files,
        *,
        strictness_of: Callable[[str], Strictness],
        now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._files = files
        self._checks = files.checks
        self._strictness_of = strictness_of
        self._now = now
        self._new_id = new_id

    def take(
        self,
        actor: Actor,
        kind: str,
        sent: SentFile,
        parse_json: ParseJson,
        *,
        idempotency_key: str | None = None,
        start: bool = False,
    ) -> Upload:
        """Keep a file; return it with its rows looked at, or waiting for that when it is large.

        Raises:
            UnknownKind, BatchInvalid, PayloadTooLarge: the file cannot be read; of a large one only what its first
                bytes show.
            Conflict: the idempotency key was used for another file.
        """
        upload = self.described(actor, kind, sent, place=1)
        if seconds_to_check(sent.content) <= _AT_ONCE_S:
            source, checked = self.read(actor.organisation_id, kind, sent, parse_json)
            kept = Kept(sent.content, source, listing_of(checked))
            return self._files.add(upload, kept, actor=actor, idempotency_key=idempotency_key)
        require_known(kind, sent.content, file_name=sent.name)

        def order(connection: sa.Connection) -> None:
            self._checks.order(connection, upload.id, start=start)

        kept = Kept(sent.content, _UNSEEN, _NOTHING)
        return self._files.add(upload, kept, actor=actor, idempotency_key=idempotency_key, together=order)

    def look(self, mine: Check, parse_json: ParseJson, told: Told) -> Upload | None:
        """Look at a large file and keep what was found; None when that is of no use any more.

        Raises:
            NotFound: the file was removed meanwhile.
            BatchInvalid, PayloadTooLarge: the file cannot be read.
        """
        upload = self._files.known(mine.file_id)
        if upload.batch_id:  # killed between the start and the end of the look
            return upload
        sent = SentFile(upload.file_name, self._files.content(upload))
        source, checked = self.read(upload.organisation_id, upload.kind, sent, parse_json, told)
        found = self._files.fill(
            upload, source, listing_of(checked), mine=lambda connection: self._checks.hold(connection, mine)
        )
        return upload if found else None

    def read(
        self,
        organisation_id: str,
        kind: str,
        sent: SentFile,
        parse_json: ParseJson,
        told: Told = tell_nobody,
    ) -> tuple[SourceFile, Preflight]:
        """Return the rows of a file and what is wrong with them; raises as `take`."""
        source = read_source(kind, sent.content, file_name=sent.name, parse_json=parse_json)
        return source, preflight(kind, source, self._strictness_of(organisation_id), told=told)

    def described(
        self, actor: Actor, kind: str, sent: SentFile, *, place: int, batch_id: str | None = None
    ) -> Upload:
        """Return what is kept of a file beside its bytes."""
        return Upload(
            id=self._new_id(),
            organisation_id=actor.organisation_id,
            batch_id=batch_id,
            place=place,
            kind=kind,
            file_name=sent.name,
            sha256=hashlib.sha256(sent.content).hexdigest(),
            register=sent.register,
            reason=sent.reason,
            actor_id=actor.id,
            actor_name=actor.name,
            created_at=self._now(),
        )
