"""The keeper: who is silent loses its items, who lives keeps them, whatever any clock says."""

from __future__ import annotations

import pytest
from work_parts import ANNA, FACTS, orders

from service.errors import StorageFull
from service.work.keeper import Keeper, Watch


class Monotonic:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Monotonic()


@pytest.fixture
def keeper(parts, clock):
    return Keeper(parts.leases, lease_s=15, clock=clock)


def pass_seconds(keeper, clock, seconds, *, meanwhile=lambda: None):
    for _ in range(seconds):
        clock.now += 1
        meanwhile()
        keeper.look()


def test_the_items_of_a_silent_worker_are_free_after_the_lease(parts, keeper, clock):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.sign_on("w-1", "host")
    parts.leases.claim("w-1")
    keeper.look()

    pass_seconds(keeper, clock, 15)
    before = parts.leases.claim("w-2")
    pass_seconds(keeper, clock, 1)

    assert before is None
    assert parts.leases.claim("w-2").attempt == 2
    assert "w-1" not in parts.leases.beats()


def test_a_worker_that_beats_keeps_its_items_for_ever(parts, keeper, clock):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.sign_on("w-1", "host")
    parts.leases.claim("w-1")

    pass_seconds(keeper, clock, 100, meanwhile=lambda: parts.leases.beat("w-1"))

    assert parts.leases.claim("w-2") is None


def test_an_item_of_a_worker_nobody_knows_is_free_after_the_lease(parts, keeper, clock):
    # after a reboot, or a restored database, the old worker is unknown; no process number matters.
    """R-24."""
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.claim("from before the reboot")
    keeper.look()

    pass_seconds(keeper, clock, 16)

    assert parts.leases.claim("w-2").attempt == 2


def test_time_in_which_the_keeper_was_stopped_takes_no_lease_away(parts, keeper, clock):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.sign_on("w-1", "host")
    parts.leases.claim("w-1")
    keeper.look()

    clock.now += 3600
    keeper.look()
    pass_seconds(keeper, clock, 14)

    assert parts.leases.claim("w-2") is None
    pass_seconds(keeper, clock, 2)
    assert parts.leases.claim("w-2") is not None


def test_a_pause_ends_after_its_seconds(parts, keeper, clock):
    parts.work.enqueue(ANNA, orders(1))
    for _ in range(3):
        parts.leases.pause(parts.leases.claim("w-1"), StorageFull("Нет места."), counts=False)
        keeper.look()
        pass_seconds(keeper, clock, 4)

    parts.leases.pause(parts.leases.claim("w-1"), StorageFull("Нет места."), counts=False)
    keeper.look()
    pass_seconds(keeper, clock, 7)
    before = parts.leases.claim("w-1")
    pass_seconds(keeper, clock, 1)

    assert before is None
    assert parts.leases.claim("w-1") is not None


def test_a_watch_forgets_what_is_gone_and_starts_anew_with_a_change():
    watch = Watch()
    seconds = [watch.look(values, now)["a"] for values, now in (({"a": 1}, 0), ({"a": 1}, 2), ({"a": 2}, 3))]

    watch.look({}, 4)

    assert seconds == [0, 2, 0]
    assert watch.look({"a": 2}, 5) == {"a": 0}
