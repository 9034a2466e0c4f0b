"""Batches of an organisation: upload, start, correct, look, take the verdicts back; the queue does the making."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from forms._overrides import Strictness
from service.batches.checker import Checker
from service.batches.checks import Check
from service.batches.correcting import plan_of
from service.batches.files import Files, Kept, Upload
from service.batches.listing import ListedRow, Listing, refusals
from service.batches.outcomes import BatchRow, Correction, checked_outcome, outcome_of
from service.batches.preflight import Told
from service.batches.rows import Row, SourceFile
from service.batches.source import ParseJson, read_source
from service.batches.uploading import SentFile, Uploads
from service.batches.verdicts import Outcome, verdict_workbook
from service.documents import Actor
from service.errors import Conflict, InputError, NotFound, QueueFull
from service.work import BatchFacts, Order, State, Work
from service.work import Row as WorkRow

_PAGE = 1_000


class Batches:
    """Uploaded files and the batches they become.

    Args:
        files: where they are kept.
        work: the queue.
        strictness_of: gives the severities of an organisation that are other than the built-in ones.
        numbers_of: gives the numbers under which documents of an organisation are registered.
        now: gives the time, aware.
        new_id: gives a new random id.
    """

    def __init__(
        self,
        files: Files,
        work: Work,
        *,
        strictness_of: Callable[[str], Strictness],
        numbers_of: Callable[[str, Sequence[str]], Mapping[str, str]],
        now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._files = files
        self._checks = files.checks
        self._work = work
        self._numbers_of = numbers_of
        self._now = now
        self._uploads = Uploads(files, strictness_of=strictness_of, now=now, new_id=new_id)
        self._checker: Checker | None = None
        self._waking = threading.Lock()

    def checker(self, parse_json: ParseJson, *, clock: Callable[[], float] = time.monotonic) -> Checker:
        """Return something that looks at large files after they were accepted."""
        return Checker(self._checks, lambda mine, told: self._look(mine, parse_json, told), clock=clock)

    def wake(self, parse_json: ParseJson) -> None:
        """Let the checker of this process look for files; the first call starts it."""
        with self._waking:
            self._checker = self._checker or self.checker(parse_json)
        self._checker.wake()

    def close(self) -> None:
        """End the checker; another process looks at the file that it leaves."""
        if self._checker is not None:
            self._checker.stop()

    def upload(
        self,
        actor: Actor,
        kind: str,
        sent: SentFile,
        parse_json: ParseJson,
        *,
        idempotency_key: str | None = None,
        start: bool = False,
    ) -> Upload:
        """Keep a file and look at every row, or leave that to a checker when it is large; nothing is made yet.

        Args:
            start: order the papers of the good rows of a large file as soon as it is looked at.

        Raises:
            UnknownKind, BatchInvalid, PayloadTooLarge: the file cannot be read.
            Conflict: the idempotency key was used for another file.
        """
        upload = self._uploads.take(
            actor, kind, sent, parse_json, idempotency_key=idempotency_key, start=start
        )
        if self.check(upload):
            self.wake(parse_json)
        return upload

    def check(self, upload: Upload, *, wait_s: float = 0) -> Check | None:
        """Return how far the look at a large file is; None once it has ended well."""
        return self._checks.until_ended(upload.id, within_s=wait_s)

    def unstarted(self, organisation_id: str) -> list[tuple[Upload, Check | None]]:
        """Return the newest files that nobody has started, with how far the look at each is."""
        found = self._files.unstarted(organisation_id)
        return [(upload, self._checks.find(upload.id)) for upload in found]

    def start(self, actor: Actor, upload_id: str, parse_json: ParseJson) -> str:
        """Enqueue the rows of a file and return the id of the batch; refused rows wait for their correction.

        A repeat returns the same batch.

        Raises:
            NotFound: no such file in this organisation.
            Conflict: the file is not looked at yet, or cannot be read.
            InputError: no row can be made.
            QueueFull: too many rows of this organisation wait already.
        """
        upload = self._files.get(actor.organisation_id, upload_id)
        if upload.batch_id:
            return upload.batch_id
        if found := self._checks.find(upload.id):
            raise Conflict(found.error or "Файл ещё проверяется. Дождитесь конца проверки.")
        return self._start(actor, upload, parse_json)

    def _start(self, actor: Actor, upload: Upload, parse_json: ParseJson) -> str:
        listing = self._files.listing(upload)
        if not listing.ready:
            raise InputError("В файле нет ни одной строки без ошибок. Исправьте его и загрузите снова.")
        facts = BatchFacts(upload.kind, upload.file_name, upload.sha256, upload.reason, upload.register)
        return self._work.enqueue(
            actor,
            _orders(upload, self._source(upload, parse_json), listing),
            batch=facts,
            idempotency_key=f"upload-{upload.id}",
            request_sha256=upload.sha256,
            together=lambda connection, made: self._files.started(upload, made, connection),
        )

    def upload_of(self, organisation_id: str, upload_id: str) -> tuple[Upload, Listing]:
        """Return a file with what was read from it; raises NotFound."""
        upload = self._files.get(organisation_id, upload_id)
        return upload, self._files.listing(upload)

    def correct(self, actor: Actor, batch_id: str, sent: SentFile, parse_json: ParseJson) -> Correction:
        """Put the rows of a corrected file in the place of those that were not made, and take new rows in.

        Rows that are made or being made are not touched. All of it is one transaction: a repeat after a failure
        takes nothing twice.

        Raises:
            NotFound: no such batch in this organisation.
            BatchInvalid: the file has none of its rows, or cannot be read.
            Conflict: somebody corrects the batch at the same time.
        """
        before = self._files.newest(actor.organisation_id, batch_id)
        source, checked = self._uploads.read(actor.organisation_id, before.kind, sent, parse_json)
        states = {row.seq: row.state for row in self._all_rows(actor.organisation_id, batch_id)}
        facts = self._work.batch(actor.organisation_id, batch_id).batch
        plan = plan_of(checked, self._files.listing(before), states, facts)
        upload = self._uploads.described(actor, before.kind, sent, place=before.place + 1, batch_id=batch_id)
        listing = plan.read

        def keep(connection: sa.Connection, replaced: set[int]) -> None:
            nonlocal listing
            listing = plan.listing(replaced)
            self._files.write(connection, upload, Kept(sent.content, source, listing), actor=actor)

        self._work.amend(actor, batch_id, corrected=plan.corrected, added=plan.added, together=keep)
        return plan.outcome(listing)

    def clear(self, *, after: dt.timedelta) -> int:
        """Remove uploaded files that nobody started for so long; return how many."""
        return self._files.clear(self._now() - after)

    def rows(
        self,
        organisation_id: str,
        batch_id: str,
        *,
        after: int = 0,
        limit: int = 100,
        states: Sequence[State] = (),
    ) -> list[BatchRow]:
        """Return rows of a batch in their order; the arguments are those of `Work.rows`."""
        found = self._work.rows(organisation_id, batch_id, after=after, limit=limit, states=states)
        try:
            listed = self._files.listing(self._files.newest(organisation_id, batch_id)).by_seq()
        except NotFound:  # the service ended between the enqueueing and the next line of `start`
            listed = {}
        return [BatchRow(row, listed.get(row.seq)) for row in found]

    def done_documents(self, organisation_id: str, batch_id: str) -> list[str]:
        """Return the documents that a batch has made; raises NotFound."""
        made = self._all_rows(organisation_id, batch_id, states=("done",))
        return [row.document_id for row in made if row.document_id]

    def result(
        self, organisation_id: str, batch_id: str, *, address: Callable[[str], str], parse_json: ParseJson
    ) -> tuple[str, bytes]:
        """Return (name, bytes) of the newest workbook of a batch with verdicts on its rows.

        Args:
            organisation_id: who asks.
            batch_id: which batch.
            address: document id -> where a person finds it.
            parse_json: the strict parser.

        Raises:
            NotFound: no such batch in this organisation.
            Conflict: the batch did not come as a workbook.
        """
        upload = self._files.newest(organisation_id, batch_id)
        made = {row.seq: row for row in self._all_rows(organisation_id, batch_id)}
        numbers = self._numbers_of(
            organisation_id, [row.document_id for row in made.values() if row.document_id]
        )
        return self._verdicts(
            upload,
            parse_json,
            lambda row, listed: outcome_of(row, listed, made.get(listed.seq), address, numbers),
        )

    def checked_result(
        self, organisation_id: str, upload_id: str, *, parse_json: ParseJson
    ) -> tuple[str, bytes]:
        """Return (name, bytes) of an uploaded workbook with what the preflight found; raises as `result`."""
        return self._verdicts(self._files.get(organisation_id, upload_id), parse_json, checked_outcome)

    def _verdicts(
        self, upload: Upload, parse_json: ParseJson, outcome: Callable[[Row, ListedRow], Outcome]
    ) -> tuple[str, bytes]:
        if not upload.file_name.lower().endswith(".xlsx"):
            raise Conflict("Пакет загружен не книгой Excel: замечания смотрите в списке строк.")
        source = self._source(upload, parse_json)
        rows = self._files.listing(upload).in_file
        outcomes = [outcome(row, listed) for row, listed in zip(source.rows, rows, strict=True)]
        return f"{upload.file_name[:-5]} (замечания).xlsx", verdict_workbook(
            self._files.content(upload), source, outcomes
        )

    def _look(self, mine: Check, parse_json: ParseJson, told: Told) -> None:
        """Look at a large file, and order its papers where that was asked for."""
        upload = self._uploads.look(mine, parse_json, told)
        if upload is None:
            return
        if mine.start and not upload.batch_id:
            actor = Actor(upload.actor_id, upload.organisation_id, upload.actor_name)
            # What was found tells why nothing was ordered, and a repeat of the request orders it.
            with contextlib.suppress(InputError, QueueFull):
                self._start(actor, upload, parse_json)
        self._checks.end(mine)

    def _source(self, upload: Upload, parse_json: ParseJson) -> SourceFile:
        """Return the rows of a file as they were read when it came."""
        kept = self._files.rows(upload)
        if kept is not None:
            return kept
        content = self._files.content(upload)
        return read_source(upload.kind, content, file_name=upload.file_name, parse_json=parse_json)

    def _all_rows(
        self, organisation_id: str, batch_id: str, *, states: Sequence[State] = ()
    ) -> Iterator[WorkRow]:
        after = 0
        while True:
            page = self._work.rows(organisation_id, batch_id, after=after, limit=_PAGE, states=states)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq


def _orders(upload: Upload, source: SourceFile, listing: Listing) -> Iterator[Order]:
    for row, listed in zip(source.rows, listing.rows, strict=True):
        yield Order(
            upload.kind,
            row.payload,
            reason=upload.reason,
            register=upload.register,
            seq=listed.seq,
            refused=refusals(listed) if listed.refused else None,
        )


__all__ = ["Batches", "SentFile"]
