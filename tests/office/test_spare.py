"""The spare parent of forked offices: it takes over, another one comes, and none is left in the end."""

from __future__ import annotations

import os
import signal

import pytest

from service.conversion import OfficePool, check_pdf
from tests.doubles import eventually
from tests.offices import OfficeMaker, hosts, offices, paper, parent_of, require_sandbox, the_office

pytestmark = pytest.mark.office

DEADLINE_S = 30
START_S = 60


@pytest.fixture
def pool(root, tmp_path_factory):
    """One office in use, and a spare parent beside its own."""
    require_sandbox("forked, sandboxed", tmp_path_factory.getbasetemp())
    maker = OfficeMaker("forked, sandboxed", root, spare=True)
    with OfficePool(maker, offices=1, on_close=maker.close) as made:
        made.convert(paper("Разогрев"), deadline_s=DEADLINE_S)
        settled(root)
        yield made


def settled(root) -> None:
    """Wait for two parents, of whom one has a child: a self-test has one too, for a moment."""
    eventually(lambda: len(hosts(root)) == 2 and len(offices(root)) == 1, within_s=START_S)


def test_the_spare_takes_over_from_a_killed_parent_and_another_one_comes(pool, root):
    serving = parent_of(the_office(root))
    (spare,) = set(hosts(root)) - {serving}

    os.kill(serving, signal.SIGKILL)
    check_pdf(pool.convert(paper("После"), deadline_s=DEADLINE_S), last_words="После")

    eventually(lambda: spare in {parent_of(pid) for pid in offices(root)})
    settled(root)
    assert set(hosts(root)) > {spare}


def test_a_spare_that_dies_unused_is_replaced_and_nobody_notices(pool, root):
    office = the_office(root)
    (spare,) = set(hosts(root)) - {parent_of(office)}

    os.kill(spare, signal.SIGKILL)
    check_pdf(pool.convert(paper("После"), deadline_s=DEADLINE_S), last_words="После")

    eventually(lambda: spare not in hosts(root))
    settled(root)
    assert the_office(root) == office


def test_a_pool_that_is_closed_while_its_spare_starts_leaves_nothing(root, tmp_path_factory):
    require_sandbox("forked, sandboxed", tmp_path_factory.getbasetemp())
    maker = OfficeMaker("forked, sandboxed", root, spare=True)
    with OfficePool(maker, offices=1, on_close=maker.close) as pool:
        pool.convert(paper("Один"), deadline_s=DEADLINE_S)
