"""Appends versions in a process of its own: `appender.py DIRECTORY DOCUMENT COUNT`.

Waits for a line on standard input, then prints the number of every version that was acknowledged.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from archive_parts import ANNA, open_archive, paper


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    directory, document_id, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    engine, _, archive = open_archive(directory, busy_timeout_s=60)
    _say("ready")
    sys.stdin.readline()
    for step in range(count):
        made = archive.append(paper(f"{os.getpid()} {step}"), actor=ANNA, document_id=document_id)
        _say(str(made.number))
    engine.dispose()
