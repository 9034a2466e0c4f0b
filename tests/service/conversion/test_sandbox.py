"""Whether a sandbox works is found out by a trial, and the answer is never a guess."""

from __future__ import annotations

from pathlib import Path

from service.conversion import bubblewrap
from service.conversion.launching import SYSTEM_PYTHON


def test_without_the_program_there_is_no_sandbox(tmp_path):
    assert bubblewrap(python=SYSTEM_PYTHON, work=tmp_path, program=Path("/nonexistent/bwrap")) is None


def test_a_machine_that_refuses_namespaces_has_no_sandbox(tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    refusing.chmod(0o700)

    assert bubblewrap(python=SYSTEM_PYTHON, work=tmp_path, program=refusing) is None
