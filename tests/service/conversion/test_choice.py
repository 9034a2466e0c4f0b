"""Which office is made where: asked for, found out, or refused."""

from __future__ import annotations

import pytest

from service.config import read_settings
from service.conversion import Bubblewrap, ForkedOffice, OfficeChoice, OfficeKind, OfficePool, PlainOffice
from service.conversion.sandbox import Launch
from service.errors import ConfigError, OfficeStart
from tests.doubles import eventually
from tests.offices import paper, processes, require_sandbox


class NoParents(Bubblewrap):
    """A machine whose LibreOffice cannot be loaded into a process: everything but a parent starts."""

    def wrap(self, command, *, work, readable):
        if "parent" in command:
            command = [*command[:3], "/nonexistent", *command[4:]]
        return super().wrap(command, work=work, readable=readable)


def test_without_a_sandbox_no_office_is_made_and_the_operator_reads_what_to_set(tmp_path):
    choice = OfficeChoice(OfficeKind.AUTO, tmp_path, find_sandbox=lambda work: None)

    with pytest.raises(OfficeStart, match="OFFICE_UNSANDBOXED=yes"):
        choice()


def test_nothing_is_tried_before_the_first_office_is_asked_for(tmp_path):
    tried = []

    OfficeChoice(OfficeKind.AUTO, tmp_path, find_sandbox=tried.append).close()

    assert tried == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "made"), [(OfficeKind.PLAIN, PlainOffice), (OfficeKind.FORK, ForkedOffice)])
def test_the_kind_asked_for_is_made_without_a_trial(tmp_path, kind, made):
    choice = OfficeChoice(kind, tmp_path, unsandboxed=True, find_sandbox=lambda work: None)

    assert isinstance(choice(), made)


@pytest.mark.office
def test_auto_takes_forked_offices_where_they_work(tmp_path):
    require_sandbox("sandboxed", tmp_path)
    choice = OfficeChoice(OfficeKind.AUTO, tmp_path / "work")

    with OfficePool(choice, offices=1, on_close=choice.close) as pool:
        pool.convert(paper("Проба"), deadline_s=30)

        assert pool.ready().detail.endswith("копии прогретого офиса, в песочнице bubblewrap.")
    eventually(lambda: processes(tmp_path) == [])


@pytest.mark.office
def test_auto_takes_plain_offices_where_no_parent_comes_up(tmp_path):
    require_sandbox("sandboxed", tmp_path)
    choice = OfficeChoice(OfficeKind.AUTO, tmp_path / "work", find_sandbox=lambda work: NoParents())

    with OfficePool(choice, offices=1, on_close=choice.close) as pool:
        pool.convert(paper("Проба"), deadline_s=30)

        assert pool.ready().detail.endswith("отдельный офис, в песочнице bubblewrap.")
    eventually(lambda: processes(tmp_path) == [])


@pytest.mark.office
def test_a_parent_that_does_not_come_up_is_an_error_where_it_was_asked_for(tmp_path):
    require_sandbox("sandboxed", tmp_path)
    choice = OfficeChoice(OfficeKind.FORK, tmp_path / "work", find_sandbox=lambda work: NoParents())

    with OfficePool(choice, offices=1, on_close=choice.close) as pool, pytest.raises(OfficeStart):
        pool.convert(paper("Проба"), deadline_s=30)


@pytest.mark.office
def test_offices_are_replaced_after_the_papers_that_were_set(tmp_path):
    choice = OfficeChoice(
        OfficeKind.FORK, tmp_path / "work", unsandboxed=True, papers=2, find_sandbox=lambda work: None
    )
    office = choice()
    office.start()

    office.convert(paper("Один"))
    assert office.healthy()
    office.convert(paper("Два"))

    assert not office.healthy()
    office.kill()
    choice.close()


def test_the_settings_name_the_kinds_and_refuse_others():
    settings = read_settings({"OFFICE_KIND": "Plain", "OFFICE_PAPERS": "7"})

    assert (settings.office_kind, settings.office_papers) == (OfficeKind.PLAIN, 7)
    with pytest.raises(ConfigError, match=r"OFFICE_KIND.*auto, fork, plain"):
        read_settings({"OFFICE_KIND": "fast"})


def test_a_launch_without_a_sandbox_inherits_no_file():
    assert Launch(["/bin/true"]).files == ()
