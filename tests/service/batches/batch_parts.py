"""Batches over the parts of the work, for tests that need no web server."""

from __future__ import annotations

import secrets

from service.batches.batches import Batches
from service.batches.files import Files
from tests.service.work.work_parts import Parts


def batches_of(parts: Parts, files: Files) -> Batches:
    return Batches(
        files,
        parts.work,
        strictness_of=lambda _: {},
        numbers_of=lambda *_: {},
        now=parts.clock,
        new_id=lambda: secrets.token_hex(16),
    )
