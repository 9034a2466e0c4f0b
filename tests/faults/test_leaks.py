"""T-03: whatever a paper links or embeds, a sandboxed office asks nobody and opens no file of the machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from service.conversion import Bubblewrap, ForkedOffice, Office, OfficeParent, PlainOffice, check_pdf
from service.conversion.sandbox import Launch
from service.conversion.self_test import Trap, leaks
from service.errors import DocumentRefused, OfficeCrashed, OfficeStart
from tests.doubles import eventually
from tests.hostile_papers import word_package
from tests.leaks import BODY, PROBES
from tests.offices import OfficeMaker, paper, processes, require_sandbox

pytestmark = pytest.mark.office

DEADLINE_S = 20
# What no office opens: another format under our name, and a part of the package that is not there.
NO_WORD_FILE = {name for name in PROBES if name.endswith("in .docx")}

# Refused whatever they name.
UNREADABLE = {"entity for an address", "entity for a file", "outside DTD", "linked font", "outside header"}


class Patient:
    """An office that is replaced when it dies or does not answer in time."""

    def __init__(self, make: OfficeMaker) -> None:
        self._make, self._office = make, make()
        self._office.start()

    def convert(self, docx: bytes) -> bytes | None:
        """The PDF, None when the paper was refused or the office ended."""
        watchdog = threading.Timer(DEADLINE_S, self._office.kill)
        watchdog.start()
        try:
            return self._office.convert(docx)
        except DocumentRefused:
            return None
        except OfficeCrashed:
            self._office.kill()
            self._office = self._make()
            self._office.start()
            return None
        finally:
            watchdog.cancel()

    def close(self) -> None:
        self._office.kill()


@contextmanager
def patient(kind: str, folder: Path) -> Iterator[Patient]:
    maker = OfficeMaker(kind, folder / "offices")
    made = Patient(maker)
    try:
        yield made
    finally:
        made.close()
        maker.close()


@pytest.fixture(scope="module", params=["forked, sandboxed", "plain, sandboxed"])
def sandboxed(request, tmp_path_factory):
    require_sandbox(request.param, tmp_path_factory.getbasetemp())
    with patient(request.param, tmp_path_factory.mktemp("sandboxed")) as made:
        yield made


@pytest.fixture(scope="module")
def trap(tmp_path_factory):
    made = Trap(tmp_path_factory.mktemp("trap"))
    yield made
    made.close()


@pytest.mark.parametrize("name", PROBES)
def test_t_03_a_sandboxed_office_reaches_nothing_and_makes_the_harmless_twin(sandboxed, trap, name):
    sandboxed.convert(PROBES[name](f"{trap.url}/probe", trap.file.as_uri()))
    harmless = word_package(BODY) if name in NO_WORD_FILE else PROBES[name]("media/none.png", "media/none")

    twin = sandboxed.convert(harmless)

    assert (trap.requests, trap.file_opened()) == ([], False)
    if twin is None:
        assert name in UNREADABLE
        twin = sandboxed.convert(word_package(BODY))
    assert check_pdf(twin).pages >= 1


@pytest.mark.parametrize("name", sorted(NO_WORD_FILE))
def test_t_03_another_format_under_the_name_of_a_word_file_is_refused(sandboxed, name):
    assert sandboxed.convert(PROBES[name]("media/none.png", "media/none")) is None
    assert sandboxed.convert(word_package(BODY)) is not None


def test_control_without_the_sandbox_the_same_trap_is_sprung(tmp_path):
    sprung: dict[str, tuple[bool, bool]] = {}
    with patient("forked", tmp_path) as bare:
        for name in ("SVG image", "SVG named .png", "embedded Word with links", "all the self-test has"):
            (tmp_path / name).mkdir()
            trap = Trap(tmp_path / name)
            bare.convert(PROBES[name](f"{trap.url}/probe", trap.file.as_uri()))
            sprung[name] = bool(trap.requests), trap.file_opened()
            trap.close()

    assert sprung.pop("all the self-test has") == (True, True)
    assert all(opened for _, opened in sprung.values())
    assert any(asked for asked, _ in sprung.values())


class LeakySandbox:
    """A sandbox that keeps nothing inside."""

    name = "в дырявой песочнице"

    def __init__(self, folder: Path) -> None:
        self.memory_disk = folder

    def wrap(self, command, *, work, readable) -> AbstractContextManager[Launch]:
        @contextmanager
        def launch() -> Iterator[Launch]:
            yield Launch(command)

        return launch()


@pytest.mark.parametrize("forked", [True, False])
def test_an_office_whose_sandbox_leaks_is_not_started(tmp_path, forked):
    root, sandbox = tmp_path / "offices", LeakySandbox(tmp_path)
    parent = OfficeParent(root, sandbox=sandbox)
    office: Office = ForkedOffice(parent) if forked else PlainOffice(root, sandbox=sandbox)

    with pytest.raises(OfficeStart, match=r"не прошёл самопроверку.*сеть и файлы сервера.*дырявой"):
        office.start()

    eventually(lambda: processes(root) == [])
    assert list(root.iterdir()) == []


def test_control_the_same_office_in_bubblewrap_is_started(tmp_path):
    require_sandbox("sandboxed", tmp_path)
    parent = OfficeParent(tmp_path / "offices", sandbox=Bubblewrap())

    child, readiness = parent.fork()

    child.kill()
    parent.close()
    assert readiness.ok


def test_the_trap_tells_a_visit_from_none(tmp_path):
    assert leaks(lambda docx: None, tmp_path) == ()
    assert leaks(lambda docx: (tmp_path / "canary.png").read_bytes(), tmp_path) == ("файлы сервера",)
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_a_paper_of_the_service_is_printed_as_text(sandboxed):
    assert check_pdf(sandboxed.convert(paper("https://example.org")), last_words="https://example.org")
