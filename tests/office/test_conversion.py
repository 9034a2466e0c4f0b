"""A real LibreOffice: what it makes, how it dies and what it leaves."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pikepdf
import pytest

from service.conversion import OfficePool, PlainOffice, check_pdf, with_metadata
from service.errors import ConversionTimeout, DocumentRefused, OfficeStart
from tests.doubles import eventually

pytestmark = pytest.mark.office

DEADLINE_S = 30


@pytest.fixture
def root(tmp_path):
    """The work folder; fails the test that leaves a process or a file."""
    folder = tmp_path / "offices"
    sockets = office_sockets()
    yield folder
    eventually(lambda: processes(folder) == [])
    assert list(folder.glob("*")) == []
    assert office_sockets() <= sockets


@pytest.fixture
def pool(root):
    with OfficePool(lambda: PlainOffice(root), offices=1) as made:
        yield made


def office_sockets() -> set[Path]:
    return set(Path("/tmp").glob("OSL_PIPE_*"))  # noqa: S108 - LibreOffice knows no other place


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


def the_office(folder: Path) -> int:
    (pid,) = processes(folder, "soffice.bin")
    return pid


def paper(*lines: str) -> bytes:
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    for line in lines:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


LONG = paper(*(f"{n}. " + "Утвердить план мероприятий. " * 30 for n in range(2000)))


def test_a_paper_becomes_one_page_of_pdf_a_2b_with_its_text_in_embedded_fonts(pool):
    pdf = pool.convert(paper("Приказ № 376", "Начальник И. И. Иванова"), deadline_s=DEADLINE_S)

    facts = check_pdf(pdf, last_words="Приказ № 376 Начальник И. И. Иванова")
    assert (facts.pages, facts.fonts) == (1, ("LiberationSerif",))
    assert pdf_a(pdf) == ("2", "B")


def test_metadata_keeps_pdf_a(pool):
    pdf = pool.convert(paper("Приказ"), deadline_s=DEADLINE_S)

    named = with_metadata(pdf, title="Приказ № 376", author="Управление образования")

    assert pdf_a(named) == ("2", "B")
    with pikepdf.open(io.BytesIO(named)) as opened:
        xmp = opened.open_metadata()
        assert (xmp["dc:title"], xmp["dc:creator"]) == ("Приказ № 376", ["Управление образования"])
        assert xmp["pdf:Producer"] == str(opened.docinfo["/Producer"])
        assert xmp["xmp:CreatorTool"] == str(opened.docinfo["/Creator"])
        assert (str(opened.docinfo["/Title"]), str(opened.docinfo["/Author"])) == (
            "Приказ № 376",
            "Управление образования",
        )
        assert opened.trailer.ID is not None


def pdf_a(pdf: bytes) -> tuple[str, str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        xmp = opened.open_metadata()
        return xmp["pdfaid:part"], xmp["pdfaid:conformance"]


def test_headings_become_bookmarks(pool):
    document = docx.Document()
    document.add_heading("Приложение 1", 1)
    made = io.BytesIO()
    document.save(made)

    pdf = pool.convert(made.getvalue(), deadline_s=DEADLINE_S)

    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Приложение 1"]


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"{\\rtf1 text}", paper("x")[:2000]])
def test_garbage_is_refused_and_the_office_stays(pool, root, garbage):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)
    before = the_office(root)

    with pytest.raises(DocumentRefused):
        pool.convert(garbage, deadline_s=DEADLINE_S)

    pool.convert(paper("Два"), deadline_s=DEADLINE_S)
    assert the_office(root) == before


def test_r_04_a_stopped_office_is_a_timeout_and_the_next_paper_is_fine(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)
    os.kill(the_office(root), signal.SIGSTOP)

    with pytest.raises(ConversionTimeout):
        pool.convert(paper("Два"), deadline_s=0.5)

    check_pdf(pool.convert(paper("Три"), deadline_s=DEADLINE_S), last_words="Три")


def test_r_04_a_paper_that_takes_too_long_is_stopped_at_its_deadline(pool):
    with pytest.raises(ConversionTimeout):
        pool.convert(LONG, deadline_s=0.3)

    check_pdf(pool.convert(paper("Дальше"), deadline_s=DEADLINE_S), last_words="Дальше")


@pytest.mark.parametrize("victim", ["soffice.bin", "python3"])
def test_r_03_a_kill_in_the_middle_of_a_paper_is_not_seen_by_its_sender(pool, root, victim):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)
    (before,) = processes(root, victim)
    with ThreadPoolExecutor(1) as threads:
        making = threads.submit(pool.convert, LONG, deadline_s=DEADLINE_S)
        eventually(lambda: list(root.glob("*/*.docx")))
        os.kill(before, signal.SIGKILL)

        facts = check_pdf(making.result(), last_words="Утвердить план мероприятий.")

    assert facts.pages > 100
    assert processes(root, victim) != [before]


def test_an_office_killed_while_idle_is_noticed_and_replaced(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)
    os.kill(the_office(root), signal.SIGKILL)

    eventually(lambda: not pool.ready().ok)
    eventually(lambda: pool.ready().ok, within_s=DEADLINE_S)
    check_pdf(pool.convert(paper("Два"), deadline_s=DEADLINE_S), last_words="Два")


def test_thirty_papers_from_four_threads_on_two_offices(root):
    with OfficePool(lambda: PlainOffice(root), offices=2) as two, ThreadPoolExecutor(4) as threads:
        pdfs = list(threads.map(lambda n: two.convert(paper(f"Лист {n}."), deadline_s=DEADLINE_S), range(30)))

        assert len(processes(root, "soffice.bin")) == 2
        assert list(root.glob("*/*.docx")) == list(root.glob("*/*.pdf")) == []

    for number, pdf in enumerate(pdfs):
        check_pdf(pdf, last_words=f"Лист {number}.")


def test_an_office_is_replaced_after_its_papers(root):
    with OfficePool(lambda: PlainOffice(root), offices=1, papers_per_office=2) as one:
        one.convert(paper("Один"), deadline_s=DEADLINE_S)
        first = the_office(root)
        for text in ("Два", "Три"):
            check_pdf(one.convert(paper(text), deadline_s=DEADLINE_S), last_words=text)

        assert the_office(root) != first


def test_nothing_remains_when_the_worker_is_killed(root):
    office = PlainOffice(root)
    office.start()
    (worker,) = processes(root, "python3")

    os.kill(worker, signal.SIGKILL)

    eventually(lambda: processes(root) == [])
    assert not office.healthy()
    office.kill()


SERVICE = """
import sys, time
from pathlib import Path
from service.conversion import OfficePool, PlainOffice
pool = OfficePool(lambda: PlainOffice(Path(sys.argv[1])), offices=2, eager=True)
while not pool.ready().detail.startswith("Готово офисов: 2"):
    time.sleep(0.05)
print("ready", flush=True)
sys.stdin.read()
"""


def test_nothing_remains_when_the_service_is_killed_and_its_files_go_with_the_next_start(root):
    command = [sys.executable, "-c", SERVICE, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert any(line == "ready\n" for line in service.stdout)
        assert len(processes(root, "soffice.bin")) == 2

        service.kill()

    eventually(lambda: processes(root, "soffice.bin") == processes(root, "python3") == [])
    assert len(list(root.glob("*"))) == 2
    office = PlainOffice(root)
    office.start()
    assert len(list(root.glob("*"))) == 1
    office.kill()


def test_the_folder_of_a_living_office_is_not_swept(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    other = PlainOffice(root)
    other.start()
    other.kill()

    check_pdf(pool.convert(paper("Два"), deadline_s=DEADLINE_S), last_words="Два")


def test_t_43_the_office_inherits_nothing_and_listens_on_no_port(pool, root, monkeypatch):
    monkeypatch.setenv("FORMULYAR_SECRET", "change-me")
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    for pid in processes(root):
        names = {
            line.split(b"=")[0] for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if line
        }
        assert names <= {b"HOME", b"TMPDIR", b"PATH", b"LANG", b"SAL_USE_VCLPLUGIN", b"URE_BOOTSTRAP"}
    listening = [
        line for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()
    ]
    sockets = {str(link.readlink()) for link in Path(f"/proc/{the_office(root)}/fd").iterdir()}
    assert not [line for line in listening[1:] if f"socket:[{line.split()[9]}]" in sockets]


def test_t_45_only_this_user_can_reach_the_office(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    assert all(folder.stat().st_mode & 0o077 == 0 for folder in [root, *root.iterdir()])
    assert all(socket.stat().st_mode & 0o077 == 0 for socket in office_sockets())


def test_a_missing_office_says_what_to_install(root):
    office = PlainOffice(root, program=Path("/nonexistent/soffice.bin"))

    with pytest.raises(OfficeStart, match=r"/nonexistent/soffice\.bin.*libreoffice-writer-nogui"):
        office.start()


def test_a_program_that_is_no_office_is_noticed_at_once_and_leaves_nothing(root):
    office = PlainOffice(root, program=Path("/bin/true"))

    with pytest.raises(OfficeStart, match="Установите") as caught:
        office.start()

    assert "ended with code 0" in str(caught.value.__cause__)


def test_an_office_that_never_answers_is_given_up_at_the_start_deadline(root, tmp_path):
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec /bin/sleep 1000\n")
    silent.chmod(0o700)
    office = PlainOffice(root, program=silent, start_s=1.0)

    with pytest.raises(OfficeStart):
        office.start()


def test_a_work_folder_that_others_may_write_to_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(OfficeStart, match="Рабочая папка"):
        PlainOffice(tmp_path / "open").start()
