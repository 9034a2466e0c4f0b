"""R-23: a log that cannot be written stops nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SCRIPT = """
import logging, sys, structlog
from service.commands.answers import log_to_stderr
log_to_stderr(logging.INFO)
for number in range(3):
    structlog.get_logger("paper").info("paper_recorded", number=number)
sys.stdout.write("went on")
"""


def run(**streams):
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.run(command, cwd=PROJECT, text=True, timeout=60, stdout=subprocess.PIPE, **streams)


def test_the_work_goes_on_when_the_disk_of_the_log_is_full():
    with Path("/dev/full").open("w") as full:
        assert run(stderr=full).stdout == "went on"


def test_a_log_that_can_be_written_is_written():
    done = run(stderr=subprocess.PIPE)

    assert done.stdout == "went on"
    assert done.stderr.count("paper_recorded") == 3
