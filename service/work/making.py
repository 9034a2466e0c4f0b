"""A claim becomes a recorded paper, or a row that says why not.

Every way out is written down under the fence of the claim, so whoever lost the claim changes nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog

from forms._overrides import Override
from service.archive import Archive
from service.archive.canonical import sha256_of
from service.documents import Version
from service.errors import LeaseLost, OfficeCrashed, ServiceError, StorageError
from service.pipeline import Press
from service.production import make_version
from service.work.leases import Leases
from service.work.values import Claim

# Each attempt is two tries of the pool on fresh offices: a paper that ended four is to blame itself.
CRASHES = 2
# How long a worker keeps a result that it cannot write down before it gives up and ends.
REPORT_S = 60.0

_log = structlog.get_logger(__name__)


class Maker:
    """Makes claimed papers.

    Args:
        leases: where claims end.
        archive: where papers are recorded.
        press_for: gives what papers of an organisation are made with.
    """

    def __init__(self, leases: Leases, *, archive: Archive, press_for: Callable[[str], Press]) -> None:
        self._leases = leases
        self._archive = archive
        self._press_for = press_for

    def make(self, claim: Claim) -> str:
        """Make the paper and write down how that ended; return one word: done, failed, paused or lost.

        Raises:
            StorageError: the end could not be written down for a minute; the worker should end, so that
                its items are taken back.
        """
        started = time.monotonic()
        try:
            outcome = self._try(claim)
        except LeaseLost:
            outcome = "lost"
        spent_ms = round((time.monotonic() - started) * 1000)
        _log.info("job", job=claim.item_id, kind=claim.kind, duration_ms=spent_ms, code=outcome)
        return outcome

    def _try(self, claim: Claim) -> str:
        try:
            self._record(claim)
        except LeaseLost:
            raise
        except ServiceError as error:
            return self._refused(claim, error)
        except Exception as error:
            _log.exception("job_broke", job=claim.item_id, kind=claim.kind)
            broken = ServiceError(
                "Внутренняя ошибка при создании документа. Сообщите администратору номер задания "
                f"{claim.item_id}."
            )
            broken.__cause__ = error
            return self._refused(claim, broken)
        return "done"

    def _record(self, claim: Claim) -> None:
        options = claim.options
        finished = threading.Event()

        def finish(connection: sa.Connection, version: Version) -> None:
            self._leases.finish(connection, claim, version)
            finished.set()

        version = make_version(
            claim.kind,
            claim.payload,
            press=self._press_for(claim.actor.organisation_id),
            archive=self._archive,
            actor=claim.actor,
            document_id=options["document_id"],
            reason=options["reason"],
            overrides=[Override(**one) for one in options["overrides"]],
            together=finish,
            **_key(claim),
            register=options["register"],
        )
        if not finished.is_set():
            # The key was used before: the paper exists, and this item stands for the same one.
            patiently(lambda: self._leases.complete(claim, version))

    def _refused(self, claim: Claim, error: ServiceError) -> str:
        crashed = isinstance(error, OfficeCrashed)
        if error.retryable and not (crashed and claim.attempt >= CRASHES):
            _log.warning("job_paused", job=claim.item_id, code=error.code, exc_info=error)
            patiently(lambda: self._leases.pause(claim, error, counts=crashed))
            return "paused"
        if error.status >= 500:
            _log.warning("job_failed", job=claim.item_id, code=error.code, exc_info=error)
        patiently(lambda: self._leases.fail(claim, error))
        return "failed"


def _key(claim: Claim) -> dict[str, Any]:
    """Return the sender's key; a paper to be registered has one anyway, so that a retry gets the same number."""
    options = claim.options
    if "idempotency_key" in options:
        return {name: options[name] for name in ("idempotency_key", "request_sha256")}
    if not options["register"]:
        return {}
    name = f"job:{claim.item_id}"
    return {"idempotency_key": name, "request_sha256": sha256_of(name)}


def patiently(write: Callable[[], None]) -> None:
    """Repeat a write while the database does not answer; raises its StorageError after a minute."""
    pause, deadline = threading.Event(), time.monotonic() + REPORT_S
    while True:
        try:
            return write()
        except StorageError:
            if time.monotonic() > deadline:
                raise
        pause.wait(1.0)
