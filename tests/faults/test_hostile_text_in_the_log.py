"""T-42: what people type cannot write lines of its own into the log, nor speak to the terminal that shows it."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.samples import PROJECT

# Line ends, escape sequences of 7 and 8 bits, and what turns the direction of a line.
HOSTILE = 'x\r\n{"event": "forged"}\x1b[2J\x07\x7f\x85\x9b31m\u2028\u202e'
SCRIPT = """
import logging, sys, tempfile
from pathlib import Path
from service.commands.answers import log_to_stderr
from tests.doubles import DoubleConverter
from tests.samples import read_sample
from tests.service.web.site import open_site

log_to_stderr(logging.INFO)
hostile = sys.stdin.buffer.read().decode()

class Breaking(DoubleConverter):
    def convert(self, docx, *, deadline_s):
        raise ZeroDivisionError(hostile)

with tempfile.TemporaryDirectory() as folder:
    site = open_site(Path(folder), converter=Breaking())
    program = site.program()
    body = {"kind": "acquaintance_sheet", "payload": read_sample("acquaintance_sheet")}
    asked = {"X-Request-ID": "plain-id\\x85forged", "User-Agent": "a\\x1b[2Jb"}
    answer = program.post("/documents", {**body, "reason": "x\\u2028\\x85y"}, headers=asked)
    program.client.get("/api/v1/documents/%0d%0aforged%1b", headers=program.headers)
    site.visitor().sign_in("ours\\x1b[2J" + "\\x85forged", "wrong")
    sys.stdout.write(str(answer.status_code))
    site.backends.close()
"""


def test_every_line_of_the_log_is_one_json_object_without_signs_that_do_not_print():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=PROJECT, input=HOSTILE.encode(), capture_output=True, timeout=120
    )

    log = done.stderr.decode("utf-8")
    lines = [json.loads(line) for line in log.split("\n") if line]
    assert done.stdout == b"500", log
    assert [one["event"] for one in lines].count("forged") == 0
    assert [letter for letter in log if letter != "\n" and not letter.isprintable()] == []
    # The control: the text of the error is in the log, as data.
    assert any("ZeroDivisionError" in one.get("exception", "") for one in lines)
    assert any("\x1b[2J" in one.get("exception", "") for one in lines)
