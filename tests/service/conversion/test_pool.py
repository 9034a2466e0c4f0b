"""The supervisor with doubles for offices: no process is started here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.conversion import OfficePool, check_pdf
from service.conversion.probe import probe_docx
from service.errors import (
    ConversionTimeout,
    DocumentRefused,
    OfficeCrashed,
    OfficeStart,
    ParentCrashed,
    QueueFull,
)
from tests.doubles import (
    DoubleOffice,
    breaks,
    crashes,
    eventually,
    hangs,
    printed,
    waits_for,
    writes_half,
    writes_html,
    writes_nothing,
)

DOCX = probe_docx()
OK = {"last_words": "Проверка готовности № 1 (Test)"}


class Offices:
    """A factory that hands out the given offices, then good ones, and remembers them."""

    def __init__(self, *planned: DoubleOffice) -> None:
        self._planned = list(planned)
        self.made: list[DoubleOffice] = []

    def __call__(self) -> DoubleOffice:
        office = self._planned.pop(0) if self._planned else DoubleOffice()
        self.made.append(office)
        return office


@pytest.fixture
def pool() -> Iterator[Callable[..., OfficePool]]:
    """Makes pools that end with the test."""
    made: list[OfficePool] = []

    def make(factory: Offices, *, offices: int = 1, **more: object) -> OfficePool:
        made.append(OfficePool(factory, offices=offices, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_paper_becomes_a_pdf_with_its_text(pool):
    pdf = pool(Offices()).convert(DOCX, deadline_s=5)

    assert check_pdf(pdf, **OK).pages == 1


def test_a_lazy_pool_starts_no_office_before_the_first_paper(pool):
    factory = Offices()

    lazy = pool(factory, offices=3)

    assert factory.made == []
    lazy.convert(DOCX, deadline_s=5)
    assert len(factory.made) == 1


def test_an_eager_pool_starts_every_office_without_a_paper(pool):
    factory = Offices()

    pool(factory, offices=3, eager=True)

    eventually(lambda: len(factory.made) == 3 and all(office.started.is_set() for office in factory.made))


def test_a_warm_office_is_used_before_a_cold_one_is_started(pool):
    factory = Offices()
    three = pool(factory, offices=3)

    for _ in range(10):
        three.convert(DOCX, deadline_s=5)

    assert [office.papers for office in factory.made] == [10]


def test_papers_at_the_same_time_use_all_offices(pool):
    go = threading.Event()
    factory = Offices(*(DoubleOffice(waits_for(go)) for _ in range(3)))
    three = pool(factory, offices=3)

    with ThreadPoolExecutor(3) as threads:
        papers = [threads.submit(three.convert, DOCX, deadline_s=5) for _ in range(3)]
        eventually(lambda: [office.papers for office in factory.made] == [1, 1, 1])
        go.set()

    assert all(check_pdf(paper.result()).pages == 1 for paper in papers)


def test_a_full_queue_refuses_at_once_and_takes_papers_again_later(pool):
    go = threading.Event()
    factory = Offices(DoubleOffice(waits_for(go), printed))
    one = pool(factory, queue_limit=2)

    with ThreadPoolExecutor(4) as threads:
        papers = [threads.submit(one.convert, DOCX, deadline_s=5) for _ in range(4)]
        eventually(lambda: any(paper.done() for paper in papers))
        refused = [paper for paper in papers if paper.done()]
        go.set()

    assert [type(paper.exception()) for paper in refused] == [QueueFull]
    assert all(paper.result().startswith(b"%PDF-") for paper in papers if paper not in refused)
    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")


def test_a_paper_that_waits_too_long_for_its_turn_is_refused_and_the_one_in_work_is_not_touched(pool):
    go = threading.Event()
    factory = Offices(DoubleOffice(waits_for(go)))
    one = pool(factory, wait_s=0.2)

    with ThreadPoolExecutor(1) as threads:
        in_work = threads.submit(one.convert, DOCX, deadline_s=5)
        eventually(lambda: factory.made and factory.made[0].papers == 1)
        with pytest.raises(QueueFull, match="Очередь"):
            one.convert(DOCX, deadline_s=5)
        go.set()

    assert in_work.result().startswith(b"%PDF-")


def test_the_deadline_of_a_paper_does_not_include_its_wait(pool):
    go = threading.Event()
    factory = Offices(DoubleOffice(waits_for(go), printed))
    one = pool(factory)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(one.convert, DOCX, deadline_s=30)
        eventually(lambda: factory.made and factory.made[0].papers == 1)
        second = threads.submit(one.convert, DOCX, deadline_s=0.3)
        threading.Timer(0.8, go.set).start()

    assert first.result().startswith(b"%PDF-")
    assert second.result().startswith(b"%PDF-")


def test_a_hung_office_is_killed_at_the_deadline_and_replaced_and_its_paper_is_not_tried_again(pool):
    factory = Offices(DoubleOffice(hangs))
    one = pool(factory)

    with pytest.raises(ConversionTimeout, match=r"0\.1 с"):
        one.convert(DOCX, deadline_s=0.1)

    assert factory.made[0].killed.is_set()
    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert [office.papers for office in factory.made] == [1, 1]


def test_a_hung_office_delays_no_paper_of_another_office(pool):
    factory = Offices(DoubleOffice(hangs))
    two = pool(factory, offices=2)

    with ThreadPoolExecutor(1) as threads:
        hung = threads.submit(two.convert, DOCX, deadline_s=1.5)
        eventually(lambda: factory.made and factory.made[0].papers == 1)
        for _ in range(20):
            assert two.convert(DOCX, deadline_s=1).startswith(b"%PDF-")
        assert not hung.done()

    assert isinstance(hung.exception(), ConversionTimeout)


def test_a_paper_whose_office_crashed_is_made_by_another_office(pool):
    factory = Offices(DoubleOffice(crashes))
    one = pool(factory)

    pdf = one.convert(DOCX, deadline_s=5)

    assert check_pdf(pdf, **OK).pages == 1
    assert len(factory.made) == 2


def test_a_crashed_paper_waits_for_a_fresh_office_even_if_another_is_warm(pool):
    factory = Offices(DoubleOffice(crashes), DoubleOffice(crashes), DoubleOffice(printed, crashes))
    two = pool(factory, offices=2, eager=True)
    eventually(lambda: two.ready().detail.startswith("Готово офисов: 2"))

    assert check_pdf(two.convert(DOCX, deadline_s=5), **OK).pages == 1


def test_a_crashed_paper_that_waits_for_its_office_delays_no_other(pool):
    never = threading.Event()
    replacement = DoubleOffice(start=lambda: _await(never))
    factory = Offices(DoubleOffice(crashes), replacement)
    two = pool(factory, offices=2)

    with ThreadPoolExecutor(1) as threads:
        crashed = threads.submit(two.convert, DOCX, deadline_s=5)
        eventually(lambda: len(factory.made) == 2)
        for _ in range(5):
            assert two.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
        assert not crashed.done()
        never.set()

    assert crashed.result().startswith(b"%PDF-")


def test_a_crashed_paper_whose_office_is_not_replaced_in_time_is_refused(pool):
    never = threading.Event()
    factory = Offices(DoubleOffice(crashes), DoubleOffice(start=lambda: _await(never)))
    one = pool(factory, wait_s=0.2)

    with pytest.raises(QueueFull):
        one.convert(DOCX, deadline_s=5)

    never.set()
    eventually(lambda: one.ready().ok)
    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")


def _await(event: threading.Event) -> None:
    event.wait(10)


def test_a_poison_paper_ends_two_offices_and_then_is_refused(pool):
    factory = Offices(DoubleOffice(crashes), DoubleOffice(crashes))
    one = pool(factory)

    with pytest.raises(OfficeCrashed):
        one.convert(DOCX, deadline_s=5)

    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert [office.papers for office in factory.made] == [1, 1, 1]


def ends_with_all(office: DoubleOffice, docx: bytes) -> bytes:
    office.kill()
    raise ParentCrashed("LibreOffice завершился.")


def test_a_paper_may_lose_its_office_three_times_together_with_the_others(pool):
    factory = Offices(*(DoubleOffice(ends_with_all) for _ in range(3)))

    assert pool(factory).convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert [office.papers for office in factory.made] == [1, 1, 1, 1]


def test_a_paper_that_loses_all_offices_four_times_is_refused(pool):
    factory = Offices(*(DoubleOffice(ends_with_all) for _ in range(4)))
    one = pool(factory)

    with pytest.raises(OfficeCrashed):
        one.convert(DOCX, deadline_s=5)

    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")


@pytest.mark.parametrize("fault", [writes_nothing, writes_html, writes_half])
def test_r_07_success_without_a_sound_pdf_is_tried_again_on_a_fresh_office(pool, fault):
    factory = Offices(DoubleOffice(fault))
    one = pool(factory)

    assert check_pdf(one.convert(DOCX, deadline_s=5), **OK).pages == 1
    assert factory.made[0].killed.is_set()


@pytest.mark.parametrize("fault", [writes_nothing, writes_html, writes_half])
def test_r_07_success_without_a_sound_pdf_twice_is_refused(pool, fault):
    one = pool(Offices(DoubleOffice(fault), DoubleOffice(fault)))

    with pytest.raises(DocumentRefused):
        one.convert(DOCX, deadline_s=5)


class Finisher:
    """Refuses so many PDFs as unsound, then gives what it gets."""

    def __init__(self, *, refuses: int) -> None:
        self.refuses = refuses

    def __call__(self, pdf: bytes) -> bytes:
        if self.refuses:
            self.refuses -= 1
            raise DocumentRefused("В PDF не найдены последние слова.")
        return pdf


def test_a_pdf_that_its_finisher_refuses_is_made_again_by_a_fresh_office(pool):
    factory = Offices()
    one = pool(factory)

    pdf = one.finished(DOCX, deadline_s=5, finish=Finisher(refuses=1))

    assert check_pdf(pdf, **OK).pages == 1
    assert [office.killed.is_set() for office in factory.made] == [True, False]


def test_a_pdf_that_its_finisher_refuses_twice_is_refused_and_the_next_paper_is_made(pool):
    factory = Offices()
    one = pool(factory)

    with pytest.raises(DocumentRefused, match="последние слова"):
        one.finished(DOCX, deadline_s=5, finish=Finisher(refuses=2))

    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert [office.papers for office in factory.made] == [1, 1, 1]


def test_an_office_is_at_its_next_paper_while_a_caller_finishes(pool):
    go = threading.Event()
    factory = Offices()
    one = pool(factory)

    def finish(pdf: bytes) -> bytes:
        go.wait(10)
        return pdf

    with ThreadPoolExecutor(1) as threads:
        finishing = threads.submit(one.finished, DOCX, deadline_s=5, finish=finish)
        eventually(lambda: factory.made and factory.made[0].papers == 1)

        assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
        assert not finishing.done()
        go.set()

    assert finishing.result().startswith(b"%PDF-")


def test_a_paper_that_is_finished_anew_finds_a_place_in_a_full_queue(pool):
    go = threading.Event()
    factory = Offices(DoubleOffice(), DoubleOffice(waits_for(go)))
    one = pool(factory, queue_limit=0)

    with ThreadPoolExecutor(1) as threads:
        again = threads.submit(one.finished, DOCX, deadline_s=5, finish=Finisher(refuses=1))
        eventually(lambda: len(factory.made) == 2 and factory.made[1].papers == 1)
        with pytest.raises(QueueFull):
            one.convert(DOCX, deadline_s=5)
        go.set()

    assert again.result().startswith(b"%PDF-")


def test_a_refused_paper_costs_no_office(pool):
    factory = Offices()
    one = pool(factory)

    with pytest.raises(DocumentRefused):
        one.convert(b"garbage", deadline_s=5)

    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert len(factory.made) == 1


def test_a_mistake_of_an_office_is_an_answer_and_not_a_silence(pool):
    one = pool(Offices(DoubleOffice(breaks), DoubleOffice(breaks)))

    with pytest.raises(OfficeCrashed) as caught:
        one.convert(DOCX, deadline_s=5)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")


def test_an_office_that_died_idle_costs_the_paper_no_attempt(pool):
    factory = Offices(DoubleOffice(), DoubleOffice(crashes))
    one = pool(factory)
    one.convert(DOCX, deadline_s=5)
    factory.made[0].kill()

    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert [office.papers for office in factory.made] == [1, 1, 1]


def test_an_office_is_replaced_after_its_papers(pool):
    factory = Offices()
    one = pool(factory, papers_per_office=3)

    for _ in range(7):
        one.convert(DOCX, deadline_s=5)

    assert [office.papers for office in factory.made] == [3, 3, 1]
    assert [office.killed.is_set() for office in factory.made] == [True, True, False]


def test_a_start_that_fails_twice_refuses_the_paper_with_advice_and_the_next_paper_tries_again(pool):
    factory = Offices(DoubleOffice(start=_missing), DoubleOffice(start=_missing))
    one = pool(factory)

    with pytest.raises(OfficeStart, match="Установите"):
        one.convert(DOCX, deadline_s=5)

    assert "Установите" in one.ready().detail
    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")
    assert one.ready().ok


def test_an_office_that_dies_on_the_way_up_is_not_seen_by_the_paper(pool):
    one = pool(Offices(DoubleOffice(start=_missing)))

    assert one.convert(DOCX, deadline_s=5).startswith(b"%PDF-")


def _missing() -> None:
    raise OfficeStart("LibreOffice не запускается. Установите пакет libreoffice-writer-nogui.")


def test_a_mistake_in_the_start_is_an_answer_and_not_a_silence(pool):
    one = pool(Offices(DoubleOffice(start=_broken)))

    with pytest.raises(OfficeStart) as caught:
        one.convert(DOCX, deadline_s=5)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def _broken() -> None:
    raise ZeroDivisionError("a mistake in the office")


def test_a_failed_start_harms_no_paper_while_another_office_works(pool):
    factory = Offices(DoubleOffice(), DoubleOffice(start=_missing))
    two = pool(factory, offices=2)
    two.convert(DOCX, deadline_s=5)

    with ThreadPoolExecutor(8) as threads:
        papers = [threads.submit(two.convert, DOCX, deadline_s=5) for _ in range(40)]

    assert all(paper.result().startswith(b"%PDF-") for paper in papers)


def test_readiness_of_an_unused_pool_starts_an_office(pool):
    one = pool(Offices())

    assert not one.ready().ok
    eventually(lambda: one.ready().ok)
    assert one.ready().office_version == "1.0"
    assert one.ready().detail == "Готово офисов: 1 из 1. Двойник."


def test_readiness_notices_an_office_that_died_idle_and_replaces_it(pool):
    factory = Offices()
    one = pool(factory)
    one.convert(DOCX, deadline_s=5)
    factory.made[0].kill()

    assert not one.ready().ok
    eventually(lambda: one.ready().ok)
    assert len(factory.made) == 2


def test_close_ends_waiting_and_running_papers_and_every_office(pool):
    factory = Offices(DoubleOffice(hangs))
    one = pool(factory)
    with ThreadPoolExecutor(2) as threads:
        papers = [threads.submit(one.convert, DOCX, deadline_s=30) for _ in range(2)]
        eventually(lambda: factory.made and factory.made[0].papers == 1)

        one.close()

    assert all(isinstance(paper.exception(), OfficeStart) for paper in papers)
    assert all(office.killed.is_set() for office in factory.made)
    with pytest.raises(OfficeStart, match="завершает"):
        one.convert(DOCX, deadline_s=5)
    assert not one.ready().ok
    one.close()


def test_close_ends_an_office_that_is_still_starting(pool):
    office = DoubleOffice()
    office._start = lambda: _killed_in_start(office)
    factory = Offices(office)
    one = pool(factory, eager=True)
    eventually(lambda: factory.made)

    one.close()

    assert office.killed.is_set()


def _killed_in_start(office: DoubleOffice) -> None:
    assert office.killed.wait(10)
    raise OfficeStart("Двойник убит.")


def test_many_threads_share_few_offices_and_nothing_is_lost(pool):
    planned = [DoubleOffice(printed, printed, crashes) for _ in range(4)]
    four = pool(Offices(*planned), offices=4, queue_limit=1000, papers_per_office=7)

    with ThreadPoolExecutor(32) as threads:
        papers = [threads.submit(four.convert, DOCX, deadline_s=10) for _ in range(400)]

    assert sum(paper.result().startswith(b"%PDF-") for paper in papers) == 400
