"""Numbers and states, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from archive_parts import ANNA, BORIS, open_archive, paper, prepare

from service.archive import Filter, Wanted
from service.documents import VersionState
from service.errors import Conflict, FormInvalid, NotFound

MINE = ANNA.organisation_id
MARCH = dt.date(2021, 3, 10)


def wanted(number="", *, date=MARCH, **options):
    return Wanted(kind="order", series="order/приказ", date=date, number=number, **options)


@pytest.fixture
def archive(either):
    return either[1]


@pytest.fixture
def journal(archive):
    return archive.journal


def registered(archive, text="", *, document_id=None, actor=ANNA, **options):
    """Make a paper under the next number, as production does."""
    entry = archive.journal.reserve(wanted(document_id=document_id, **options), actor=actor)
    made = archive.append(
        paper(text or entry.number),
        actor=actor,
        document_id=document_id,
        together=archive.journal.registers(entry, actor),
    )
    return made, entry


def numbers(journal):
    return [(one.number, one.state) for one in journal.in_order(MINE, Filter())]


def test_numbers_are_counted_in_each_organisation_series_and_year(archive, journal):
    for _ in range(2):
        registered(archive)
    registered(archive, date=dt.date(2020, 12, 30), reason="Не внесён вовремя")
    registered(archive, actor=BORIS)
    other = journal.reserve(Wanted("order", "order/распоряжение", MARCH), actor=ANNA)

    assert numbers(journal) == [
        ("1", "registered"),
        ("2", "registered"),
        ("1", "registered"),
        ("1", "reserved"),
    ]
    assert other.number == "1"
    assert [one.number for one in journal.in_order(BORIS.organisation_id, Filter())] == ["1"]
    assert archive.verify() == []


def test_a_registered_version_says_its_number_and_a_draft_says_draft(archive, journal):
    draft = archive.append(paper("черновик"), actor=ANNA)
    made, entry = registered(archive)

    state = journal.states(MINE, made.document_id)[1]
    assert (state.state, state.number, state.date) == ("registered", entry.number, MARCH)
    assert journal.states(MINE, draft.document_id) == {}
    shown = {item.id: (item.state, item.number) for item in archive.listing(MINE).items}
    assert shown == {draft.document_id: ("draft", ""), made.document_id: ("registered", "1")}
    assert VersionState().state == "draft"


def test_the_same_owner_gets_the_same_number_until_its_paper_is_recorded(archive, journal):
    first = journal.reserve(wanted(), actor=ANNA, owner="o" * 64)
    again = journal.reserve(wanted(), actor=ANNA, owner="o" * 64)
    other = journal.reserve(wanted(), actor=ANNA, owner="p" * 64)
    archive.append(paper(), actor=ANNA, together=journal.registers(first, ANNA))

    assert (first.number, again.number, other.number) == ("1", "1", "2")
    assert journal.reserve(wanted(), actor=ANNA, owner="o" * 64).number == "3"


def test_a_number_is_registered_once(archive, journal):
    _, entry = registered(archive)

    with pytest.raises(Conflict, match="больше не зарезервирован"):
        archive.append(paper("второй"), actor=ANNA, together=journal.registers(entry, ANNA))

    assert len(archive.listing(MINE).items) == 1


def test_a_reservation_nobody_finished_is_voided_with_a_reason_and_never_given_again(
    tmp_path, either_database_url
):
    moment = [dt.datetime(2021, 3, 19, 12, tzinfo=dt.UTC)]
    engine, _, archive = open_archive(tmp_path, database_url=either_database_url, now=lambda: moment[0])
    prepare(engine)
    entry = archive.journal.reserve(wanted(), actor=ANNA)
    moment[0] += dt.timedelta(hours=23)
    assert archive.journal.sweep() == 0
    moment[0] += dt.timedelta(hours=2)

    assert archive.journal.sweep() == 1
    (left,) = archive.journal.in_order(MINE, Filter())
    assert (left.state, left.reason) == (
        "void",
        "Документ не создан: номер оставлен без действия с 19.03.2021 12:00.",
    )
    with pytest.raises(Conflict):
        archive.append(paper(), actor=ANNA, together=archive.journal.registers(entry, ANNA))
    assert archive.journal.reserve(wanted(), actor=ANNA).number == "2"
    assert archive.verify() == []
    engine.dispose()


def test_a_void_number_stays_visible_with_its_reason_and_author(archive, journal):
    made, _ = registered(archive)

    journal.void(made.document_id, actor=ANNA, reason="  Издан ошибочно ")

    (entry,) = journal.in_order(MINE, Filter())
    assert (entry.number, entry.state, entry.reason, entry.actor_name) == (
        "1",
        "void",
        "Издан ошибочно",
        ANNA.name,
    )
    assert journal.states(MINE, made.document_id)[1].state == "void"
    assert registered(archive)[1].number == "2"
    with pytest.raises(Conflict, match="аннулирован"):
        journal.reserve(wanted("1"), actor=ANNA)


def test_only_a_registered_document_is_voided_with_a_reason_by_its_organisation(archive, journal):
    draft = archive.append(paper(), actor=ANNA)
    made, _ = registered(archive)

    with pytest.raises(Conflict, match="не зарегистрирован"):
        journal.void(draft.document_id, actor=ANNA, reason="Издан ошибочно")
    with pytest.raises(FormInvalid):
        journal.void(made.document_id, actor=ANNA, reason="  ")
    with pytest.raises(NotFound):
        journal.void(made.document_id, actor=BORIS, reason="Издан ошибочно")
    journal.void(made.document_id, actor=ANNA, reason="Издан ошибочно")
    with pytest.raises(Conflict):
        journal.void(made.document_id, actor=ANNA, reason="Ещё раз")


def test_a_new_registered_version_supersedes_the_old_one_and_keeps_its_number(archive, journal):
    made, _ = registered(archive)
    second, entry = registered(archive, "второй", document_id=made.document_id)

    states = journal.states(MINE, made.document_id)
    assert (entry.number, second.number) == ("1", 2)
    assert {number: state.state for number, state in states.items()} == {1: "superseded", 2: "registered"}
    assert numbers(journal) == [("1", "registered")]
    assert archive.verify() == []


def test_a_new_version_with_another_number_supersedes_number_and_version(archive, journal):
    made, _ = registered(archive)
    registered(archive, "второй", document_id=made.document_id, number="7а")

    assert numbers(journal) == [("1", "superseded"), ("7а", "registered")]
    with pytest.raises(Conflict, match="занят"):
        journal.reserve(wanted("1"), actor=ANNA)
    assert archive.verify() == []


def test_a_draft_is_registered_as_it_is(archive, journal):
    draft = archive.append(paper(), actor=ANNA)

    entry = journal.register(draft.document_id, wanted("376"), actor=ANNA, number=1)

    assert (entry.number, entry.state, entry.title) == ("376", "registered", "Приказ «Об утверждении»")
    with pytest.raises(Conflict, match="уже зарегистрирована"):
        journal.register(draft.document_id, wanted("377"), actor=ANNA)
    archive.append(paper("новая"), actor=ANNA, document_id=draft.document_id)
    with pytest.raises(Conflict, match="новая версия"):
        journal.register(draft.document_id, wanted("377"), actor=ANNA, number=1)


def test_a_typed_number_is_entered_as_it_is_and_the_count_steps_over_it(archive, journal):
    registered(archive)
    registered(archive, number="3")
    registered(archive, number="03а-ОД")

    given = [registered(archive)[1].number for _ in range(2)]

    assert given == ["2", "4"]


@pytest.mark.parametrize("same", ["12-А", "12-а"])
def test_a_taken_number_is_refused_however_it_is_spelled(archive, journal, same):
    registered(archive, number="12-а")

    with pytest.raises(Conflict, match="занят") as refusal:
        journal.reserve(wanted(same), actor=ANNA)

    assert "number" in refusal.value.messages
    assert (
        journal.reserve(wanted(same, date=dt.date(2020, 3, 1), reason="Перенос"), actor=ANNA).number == same
    )


def test_a_typed_number_that_never_got_its_paper_can_be_typed_again(archive, journal):
    lost = journal.reserve(wanted("17"), actor=ANNA)
    journal.abandon(lost, actor=ANNA, reason="Документ не создан: сбой.")

    again = journal.reserve(wanted("17"), actor=ANNA)
    archive.append(paper(), actor=ANNA, together=journal.registers(again, ANNA))

    assert numbers(journal) == [("17", "registered")]
    assert archive.verify() == []


def test_a_date_before_an_earlier_number_needs_a_reason_and_gets_a_number_between(archive, journal):
    for day in (1, 5, 9):
        registered(archive, date=dt.date(2021, 3, day))

    with pytest.raises(FormInvalid, match="исправьте") as refusal:
        journal.reserve(wanted(date=dt.date(2021, 3, 7)), actor=ANNA)
    entries = [
        registered(archive, date=dt.date(2021, 3, 7), reason="Подписан в командировке")[1] for _ in range(2)
    ]

    assert "задним числом" in refusal.value.messages["reason"][0]
    assert [(one.number, one.backdated) for one in entries] == [("2/1", True), ("2/2", True)]
    assert registered(archive, date=dt.date(2021, 3, 9))[1].number == "4"


def test_a_year_that_is_over_needs_a_reason(archive, journal):
    registered(archive, date=dt.date(2021, 1, 11))

    with pytest.raises(FormInvalid, match="исправьте"):
        journal.reserve(wanted(date=dt.date(2020, 12, 31)), actor=ANNA)
    late = journal.reserve(wanted(date=dt.date(2020, 12, 31), reason="Подписан 31 декабря"), actor=ANNA)

    assert (late.number, late.year, late.backdated) == ("1", 2020, True)


def test_a_date_that_lies_ahead_is_refused(journal):
    with pytest.raises(FormInvalid) as refusal:
        journal.reserve(wanted(date=dt.date(2021, 3, 25)), actor=ANNA)

    assert list(refusal.value.messages) == ["date"]
    assert journal.reserve(wanted(date=dt.date(2021, 3, 19)), actor=ANNA).number == "1"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{n}", "376"),
        ("01-05/{n}", "01-05/376"),
        ("{n:05}а-ОД", "00376а-ОД"),
        ("{n}/{year}", "376/2021"),
        ("{n}-{yy}", "376-21"),
    ],
)
def test_an_organisation_chooses_how_its_numbers_look_and_where_they_begin(journal, pattern, expected):
    journal.set_numbering("order/приказ", actor=ANNA, pattern=pattern, first=376, year=2021)

    assert journal.reserve(wanted(), actor=ANNA).number == expected
    assert journal.reserve(wanted(), actor=BORIS).number == "1"
    assert journal.reserve(wanted(date=dt.date(2020, 3, 1), reason="Перенос"), actor=ANNA).number == "1"
    assert journal.reserve(wanted(expected.replace("376", "377")), actor=ANNA).typed


@pytest.mark.parametrize(
    "pattern", ["", "№ {n}", "{n}{n}", "{m}", "{n}-", "приказ", "{n:0}", "{n!r}", "{n} и"]
)
def test_a_pattern_that_gives_no_numbers_is_refused(journal, pattern):
    with pytest.raises(FormInvalid, match="Образец"):
        journal.set_numbering("order/приказ", actor=ANNA, pattern=pattern)


def test_pages_of_the_journal_neither_skip_nor_repeat(archive, journal):
    made = [registered(archive)[0] for _ in range(7)]
    journal.void(made[2].document_id, actor=ANNA, reason="Издан ошибочно")
    seen, cursor = [], None
    for _ in range(3):
        page = journal.listing(MINE, Filter(year=2021, series="order"), limit=3, cursor=cursor)
        seen += [one.number for one in page.items]
        cursor = page.next_cursor

    assert (seen, cursor) == (list("7654321"), None)
    assert [one.number for one in journal.listing(MINE, Filter(state="void")).items] == ["3"]
    assert journal.listing(MINE, Filter(year=2020)).items == ()
    assert journal.listing(BORIS.organisation_id, Filter()).items == ()
    assert (journal.years(MINE), journal.series(MINE)) == ([2021], ["order/приказ"])


def test_fifty_at_once_get_fifty_numbers_without_a_gap(archive, journal):
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda text: registered(archive, str(text))[1].number, range(50)))

    assert sorted(map(int, made)) == list(range(1, 51))
    assert archive.verify() == []


def test_the_day_of_a_registration_is_the_day_of_the_organisations_not_of_the_server(tmp_path):
    evening = dt.datetime(2021, 12, 31, 21, 30, tzinfo=dt.UTC)
    days = {}
    for name in ("UTC", "Europe/Moscow"):
        (tmp_path / name).mkdir(parents=True)
        engine, _, archive = open_archive(tmp_path / name, now=lambda: evening, zone=ZoneInfo(name))
        prepare(engine)
        days[name] = archive.journal.reserve(wanted(date=None), actor=ANNA).date.isoformat()
        engine.dispose()

    assert days == {"UTC": "2021-12-31", "Europe/Moscow": "2022-01-01"}


def test_a_number_that_somebody_claimed_again_is_his(either):
    _, archive = either
    journal = archive.journal
    first = journal.reserve(wanted(), actor=ANNA)
    journal.abandon(first, actor=ANNA, reason="Документ не создан: сбой.")
    second = journal.reserve(wanted(first.number), actor=ANNA)

    journal.abandon(first, actor=ANNA, reason="Документ не создан: сбой.")
    with pytest.raises(Conflict, match="больше не зарезервирован"):
        archive.append(paper("а"), actor=ANNA, together=journal.registers(first, ANNA))
    made = archive.append(paper("б"), actor=ANNA, together=journal.registers(second, ANNA))

    (entry,) = journal.in_order(MINE, Filter())
    assert (entry.state, entry.document_id) == ("registered", made.document_id)
