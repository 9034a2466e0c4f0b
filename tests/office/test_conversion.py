"""A real LibreOffice: what it makes, how it dies and what it leaves."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import docx
import pikepdf
import pytest

from service.conversion import OfficeParent, OfficePool, PdfProperties, PlainOffice, check_pdf, finish_pdf
from service.errors import ConversionTimeout, DocumentRefused, OfficeStart
from tests.doubles import eventually
from tests.offices import (
    OFFICE_KINDS,
    OfficeMaker,
    hosts,
    offices,
    paper,
    papers_in_work,
    processes,
    require_sandbox,
    the_office,
)
from tests.samples import PROJECT

pytestmark = pytest.mark.office

DEADLINE_S = 30


def sockets_of(pid: int) -> list[Path]:
    """Named sockets on which a process listens."""
    held = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    table = [line.split() for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]]
    return [
        Path(f"/proc/{pid}/root{line[7]}")
        for line in table
        if len(line) > 7 and f"socket:[{line[6]}]" in held
    ]


LONG = paper(*(f"{n}. " + "Утвердить план мероприятий. " * 30 for n in range(600)))


def test_a_paper_becomes_one_page_of_pdf_a_2b_with_its_text_in_embedded_fonts(pool):
    pdf = pool.convert(paper("Приказ № 376", "Начальник И. И. Иванова"), deadline_s=DEADLINE_S)

    facts = check_pdf(pdf, last_words="Приказ № 376 Начальник И. И. Иванова")
    assert (facts.pages, facts.fonts) == (1, ("LiberationSerif",))
    assert pdf_a(pdf) == ("2", "B")


def test_metadata_keeps_pdf_a(pool):
    pdf = pool.convert(paper("Приказ"), deadline_s=DEADLINE_S)

    named = finish_pdf(
        pdf, properties=PdfProperties(title="Приказ № 376", author="Управление образования")
    ).pdf

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


@pytest.mark.parametrize("victims", [offices, hosts])
def test_r_03_a_kill_in_the_middle_of_a_paper_is_not_seen_by_its_sender(pool, root, victims):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)
    (before,) = victims(root)
    with ThreadPoolExecutor(1) as threads:
        making = threads.submit(pool.convert, LONG, deadline_s=DEADLINE_S)
        eventually(lambda: papers_in_work(root))
        os.kill(before, signal.SIGKILL)

        facts = check_pdf(making.result(), last_words="Утвердить план мероприятий.")

    assert facts.pages > 50
    assert victims(root) != [before]


def test_an_office_killed_while_idle_is_noticed_and_replaced(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)
    os.kill(the_office(root), signal.SIGKILL)

    eventually(lambda: not pool.ready().ok)
    eventually(lambda: pool.ready().ok, within_s=DEADLINE_S)
    check_pdf(pool.convert(paper("Два"), deadline_s=DEADLINE_S), last_words="Два")


@pytest.mark.parametrize("victims", [offices, hosts])
def test_r_03_every_office_killed_at_once_again_and_again_loses_no_paper(root, make, victims):
    with OfficePool(make, offices=2, queue_limit=200) as two, ThreadPoolExecutor(8) as threads:
        papers = [threads.submit(two.convert, paper(f"Лист {n}."), deadline_s=DEADLINE_S) for n in range(120)]
        hit = papers[:20]
        for _ in range(3):
            # Two kills that meet one paper blame it: those that were in work at the last one are made first.
            eventually(lambda hit=hit: all(p.done() for p in hit), within_s=60)
            hit = [p for p in papers if not p.done()][:16]
            for pid in victims(root):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        for number, made in enumerate(papers):
            check_pdf(made.result(), last_words=f"Лист {number}.")


def test_thirty_papers_from_four_threads_on_two_offices(root, make):
    with OfficePool(make, offices=2) as two, ThreadPoolExecutor(4) as threads:
        pdfs = list(threads.map(lambda n: two.convert(paper(f"Лист {n}."), deadline_s=DEADLINE_S), range(30)))

        assert len(offices(root)) == 2
        assert papers_in_work(root) == []

    for number, pdf in enumerate(pdfs):
        check_pdf(pdf, last_words=f"Лист {number}.")


def test_an_office_is_replaced_after_its_papers(root, make):
    """R-06."""
    with OfficePool(make, offices=1, papers_per_office=2) as one:
        one.convert(paper("Один"), deadline_s=DEADLINE_S)
        first = the_office(root)
        for text in ("Два", "Три"):
            check_pdf(one.convert(paper(text), deadline_s=DEADLINE_S), last_words=text)

        assert the_office(root) != first


def test_nothing_remains_when_the_python_before_the_office_is_killed(root, make):
    office = make()
    office.start()

    try:
        os.kill(*hosts(root), signal.SIGKILL)
        eventually(lambda: processes(root) == [])
        eventually(lambda: not office.healthy())
    finally:
        office.kill()


SERVICE = """
import sys, time
from pathlib import Path
from service.conversion import OfficePool
from tests.offices import OfficeMaker
pool = OfficePool(OfficeMaker(sys.argv[2], Path(sys.argv[1])), offices=2, eager=True)
while not pool.ready().detail.startswith("Готово офисов: 2"):
    time.sleep(0.05)
print("ready", flush=True)
sys.stdin.read()
"""


def test_nothing_remains_when_the_service_is_killed_and_its_files_go_with_the_next_start(root, make, kind):
    """R-06."""
    command = [sys.executable, "-c", SERVICE, str(root), kind]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as service:
        assert any(line == "ready\n" for line in service.stdout)
        assert len(offices(root)) == 2

        service.kill()

    eventually(lambda: processes(root, "soffice.bin") == processes(root, "python3") == [])
    left = list(root.glob("*"))
    assert left
    office = make()
    office.start()
    assert len(list(root.glob("*"))) == 1
    assert not set(left) & set(root.glob("*"))
    office.kill()


def test_the_folder_of_a_living_office_is_not_swept(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    other = OfficeMaker("plain", root)()
    other.start()
    other.kill()

    check_pdf(pool.convert(paper("Два"), deadline_s=DEADLINE_S), last_words="Два")


# The last name is what glibc leaves of its own variable, which it cuts at the colon.
ENVIRONMENT = {
    *(
        b"HOME",
        b"TMPDIR",
        b"PATH",
        b"LANG",
        b"SAL_USE_VCLPLUGIN",
        b"URE_BOOTSTRAP",
        b"PWD",
        b"MAX_CONCURRENCY",
    ),
    *(b"SAL_LOK_OPTIONS", b"GLIBC_TUNABLES", b"glibc.malloc.trim_threshold"),
}


def test_t_43_the_office_inherits_nothing_and_listens_on_no_port(pool, root, monkeypatch):
    """T-45."""
    monkeypatch.setenv("FORMULYAR_SECRET", "change-me")
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    for pid in processes(root):
        names = {
            line.split(b"=")[0] for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if line
        }
        assert names <= ENVIRONMENT
        assert b"change-me" not in Path(f"/proc/{pid}/environ").read_bytes()
    listening = [
        line for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()
    ]
    sockets = {str(link.readlink()) for link in Path(f"/proc/{the_office(root)}/fd").iterdir()}
    assert not [line for line in listening[1:] if f"socket:[{line.split()[9]}]" in sockets]


@pytest.mark.parametrize("kind", OFFICE_KINDS, indirect=True)
def test_t_45_only_this_user_can_reach_the_office(pool, root, make):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    found = sockets_of(the_office(root))
    assert all(path.stat().st_mode & 0o077 == 0 for path in [root, *root.iterdir()])
    if make.forked:
        assert found == []  # it speaks on an inherited pair only
        return
    assert found
    if make.sandbox is None:
        assert all(socket.stat().st_mode & 0o077 == 0 for socket in found)
    else:
        assert not any((Path("/tmp") / socket.name).exists() for socket in found)  # noqa: S108


def test_t_46_a_killed_office_leaves_no_socket(root):
    office = OfficeMaker("plain", root)()
    office.start()
    found = {socket.name for socket in sockets_of(the_office(root))}

    office.kill()

    assert len(found) == 2
    assert not any((Path("/tmp") / name).exists() for name in found)  # noqa: S108 - LibreOffice knows no other place


@pytest.mark.parametrize("kind", OFFICE_KINDS, indirect=True)
def test_readiness_says_what_the_office_is_and_what_a_paper_can_reach_from_it(pool, make):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    kind = "копии прогретого офиса" if make.forked else "отдельный офис"
    place = (
        "в песочнице bubblewrap."
        if make.sandbox
        else "без песочницы (документу доступны сеть и файлы сервера)."
    )
    assert pool.ready().detail.endswith(f"{kind}, {place}")


def test_a_sandboxed_office_sees_no_network_and_no_file_of_the_machine(pool, root):
    pool.convert(paper("Один"), deadline_s=DEADLINE_S)

    inside = Path(f"/proc/{the_office(root)}")
    devices = [line.split(":")[0].strip() for line in (inside / "net" / "dev").read_text().splitlines()[2:]]
    assert devices == ["lo"]
    # The worker's script is read from where the project lies: its first folder is seen, nothing beside it.
    project_root = Path(__file__).resolve().parts[1]
    assert {path.name for path in (inside / "root").iterdir()} == SANDBOX_ROOT | {project_root}
    assert sorted(path.name for path in (inside / "root/usr/bin").iterdir()) == ["python3"]
    assert "CapEff:\t0000000000000000" in (inside / "status").read_text()


SANDBOX_ROOT = {"dev", "etc", "lib", "lib64", "proc", "tmp", "usr", "var"}


def test_a_missing_office_says_what_to_install(root):
    missing = {"program": Path("/nonexistent/soffice.bin")}

    for start in (PlainOffice(root, **missing).start, OfficeParent(root, **missing).fork):
        with pytest.raises(OfficeStart, match=r"/nonexistent/soffice\.bin.*libreoffice-writer-nogui"):
            start()


def test_a_libreoffice_that_cannot_be_loaded_into_a_parent_says_why_in_the_log(root):
    with pytest.raises(OfficeStart, match="Установите") as caught:
        OfficeParent(root, program=Path("/bin/true")).fork()

    assert "libmergedlo.so" in str(caught.value.__cause__)


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


def test_every_kind_of_office_makes_the_same_pdf_but_for_its_dates(tmp_path, tmp_path_factory):
    require_sandbox("sandboxed", tmp_path_factory.getbasetemp())
    made = []
    for kind in ("plain, sandboxed", "forked, sandboxed"):
        maker = OfficeMaker(kind, tmp_path / "work")
        office = maker()
        office.start()
        made += [undated(office.convert(LONG)), undated(office.convert(LONG))]
        office.kill()
        maker.close()

    assert made[1:] == made[:-1]


def undated(pdf: bytes) -> dict[tuple[int, int], bytes]:
    """The objects of a PDF without the three places where LibreOffice writes the time."""
    found = {}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream):
                content = re.sub(rb"<xmp:(Create|Modify)Date>[^<]*", b"", thing.read_bytes())
                # The header of a colour profile has its date in the bytes 24 to 35 (ICC.1, 7.2).
                found[thing.objgen] = content[:24] + content[36:] if content[36:40] == b"acsp" else content
            elif isinstance(thing, pikepdf.Dictionary) and "/CreationDate" not in thing:
                found[thing.objgen] = thing.unparse()
    return found
