"""Real offices for tests: makers of every kind, their processes as the kernel sees them, papers."""

from __future__ import annotations

import functools
import io
from contextlib import suppress
from pathlib import Path

import docx
import pytest

from service.conversion import Bubblewrap, ForkedOffice, Office, OfficeParent, PlainOffice, bubblewrap
from service.conversion.launching import SYSTEM_PYTHON

OFFICE_KINDS = ("plain", "plain, sandboxed", "forked", "forked, sandboxed")


class OfficeMaker:
    """Makes offices of one kind in one work folder; a factory for a pool."""

    def __init__(self, kind: str, root: Path, *, spare: bool = False) -> None:
        self.kind, self.root = kind, root
        self.forked = kind.startswith("forked")
        self.sandbox = Bubblewrap() if kind.endswith("sandboxed") else None
        self._parent = OfficeParent(root, sandbox=self.sandbox, spare=spare)

    def __call__(self, **more: object) -> Office:
        if self.forked:
            return ForkedOffice(self._parent, **more)
        return PlainOffice(self.root, sandbox=self.sandbox, **more)

    def close(self) -> None:
        self._parent.close()


def require_sandbox(kind: str, folder: Path) -> None:
    """Skip, visibly, what needs namespaces on a machine that refuses them."""
    if kind.endswith("sandboxed") and not _sandbox_works(folder):
        pytest.skip("bubblewrap does not work on this machine")


@functools.cache
def _sandbox_works(folder: Path) -> bool:
    return bubblewrap(python=SYSTEM_PYTHON, work=folder) is not None


def processes(folder: Path, name: str = "") -> list[int]:
    """Living processes whose command line names the folder; zombies have none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in command and name.encode() in command.split(b"\0")[0]:
            found.append(int(entry.name))
    return found


def hosts(folder: Path) -> list[int]:
    """The Pythons between the service and its offices: workers of plain ones, parents of forked ones."""
    pythons = processes(folder, "python3")
    return [pid for pid in pythons if parent_of(pid) not in pythons]


def offices(folder: Path) -> list[int]:
    """The processes that convert papers: soffice.bin, or children of a parent."""
    pythons = processes(folder, "python3")
    return processes(folder, "soffice.bin") + [pid for pid in pythons if parent_of(pid) in pythons]


def the_office(folder: Path) -> int:
    (pid,) = offices(folder)
    return pid


def parent_of(pid: int) -> int:
    """The process that started this one; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def zombies_of(pid: int) -> list[int]:
    """Dead processes below this one that nobody has buried."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if state == "Z" and int(parent) == pid:
            found.append(int(entry.parent.name))
    return found


def papers_in_work(folder: Path) -> list[Path]:
    """Files of papers, on the disk or in the memory of the sandboxes."""
    inside = [Path(f"/proc/{pid}/root/tmp/papers") for pid in offices(folder)]
    found = [*folder.rglob("paper.docx"), *folder.rglob("paper.pdf")]
    with suppress(OSError):  # an office that ends while one looks
        found += [path for papers in inside for path in papers.rglob("*") if path.is_file()]
    return found


def paper(*lines: str) -> bytes:
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    for line in lines:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
