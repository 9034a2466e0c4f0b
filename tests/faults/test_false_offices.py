"""R-07: a program in the place of LibreOffice that says it has succeeded is not believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.conversion import OfficePool, PlainOffice
from service.conversion.inside import frames
from service.conversion.probe import probe_docx
from service.errors import DocumentRefused, OfficeStart, ServiceError
from tests.doubles import text_pdf
from tests.samples import PROJECT

GOOD = text_pdf(["Проверка готовности"])
FALSE = {
    "nothing": "",
    "an empty file": "b''",
    "half a file": f"{GOOD[: len(GOOD) // 2]!r}",
    "another format": "b'<!DOCTYPE html><html><body>' + b'<p>no</p>' * 200",
    "no answer at all": None,
}
# Speaks as the program inside does; is started in the place of the system's Python.
PROGRAM = """#!{python}
import os, socket, sys
sys.path.append({project!r})
from inside.frames import frame, read_frame
link = socket.socket(fileno=int(sys.argv[5]))
link.sendall(frame({{"version": "7.4.7.2"}}))
answers = [{good!r}, {good!r}]
while True:
    read_frame(link)
    pdf = answers.pop() if answers else {false}
    if pdf is None:
        sys.exit(0)
    link.sendall(frame({{"failed": "", "error": "", "full": False, "resident_bytes": 1}}, pdf))
"""


@pytest.fixture
def office(tmp_path):
    """Makes offices whose program gives good answers to the probes and then what it is told."""

    def make(false: str) -> PlainOffice:
        program = tmp_path / "python"
        program.write_text(
            PROGRAM.format(
                python=Path("/proc/self/exe").readlink(),
                project=str(PROJECT / "service" / "conversion"),
                good=GOOD,
                false=false,
            )
        )
        program.chmod(0o700)
        return PlainOffice(tmp_path / "work", program=Path("/bin/true"), python=program)

    return make


@pytest.mark.parametrize("name", FALSE)
def test_r_07_success_without_a_pdf_is_a_failure(office, name):
    false = FALSE[name]

    with (
        OfficePool(lambda: office("None" if false is None else false or "b''"), offices=1) as pool,
        pytest.raises(ServiceError) as caught,
    ):
        pool.convert(probe_docx(), deadline_s=10)

    assert caught.value.code in {"document_refused", "office_crashed"}


def test_control_a_program_that_answers_with_a_pdf_is_believed(office):
    with OfficePool(lambda: office(repr(GOOD)), offices=1) as pool:
        assert pool.convert(probe_docx(), deadline_s=10) == GOOD


def test_r_07_a_program_without_a_sound_pdf_for_the_probe_is_not_started(tmp_path):
    program = tmp_path / "python"
    program.write_text(
        PROGRAM.format(
            python=Path("/proc/self/exe").readlink(),
            project=str(PROJECT / "service" / "conversion"),
            good=b"%PDF-",
            false="None",
        )
    )
    program.chmod(0o700)
    office = PlainOffice(tmp_path / "work", program=Path("/bin/true"), python=program)

    with pytest.raises(OfficeStart) as caught:
        office.start()

    assert DocumentRefused.__name__ in str(caught.value.__cause__)


def test_an_office_cannot_announce_more_than_the_limit():
    assert frames.BODY_LIMIT_BYTES < 2**32 - 1
