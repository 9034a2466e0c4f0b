"""Real offices as fixtures: `tests/office/` and `tests/faults/` take them from here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.conversion import OfficePool, PlainOffice
from service.filling import TemplateCache
from service.pipeline import Press
from tests.doubles import eventually
from tests.offices import OfficeMaker, processes, require_sandbox
from tests.samples import TEMPLATES


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """The work folder; fails the test that leaves a process or a file."""
    folder = tmp_path / "offices"
    yield folder
    eventually(lambda: processes(folder) == [])
    assert list(folder.glob("*")) == []


@pytest.fixture(params=["forked, sandboxed", "plain, sandboxed"])
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    require_sandbox(request.param, tmp_path_factory.getbasetemp())
    return str(request.param)


@pytest.fixture
def make(root: Path, kind: str) -> Iterator[OfficeMaker]:
    """Makes offices of a kind in the work folder of the test."""
    maker = OfficeMaker(kind, root)
    yield maker
    maker.close()


@pytest.fixture
def pool(make: OfficeMaker) -> Iterator[OfficePool]:
    with OfficePool(make, offices=1) as made:
        yield made


@pytest.fixture(scope="module")
def office_press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """What papers are made with, in two plain offices for all tests of a module."""
    folder = tmp_path_factory.mktemp("offices")
    with OfficePool(lambda: PlainOffice(folder), offices=2) as made:
        yield Press(TemplateCache(TEMPLATES), made, 60)
