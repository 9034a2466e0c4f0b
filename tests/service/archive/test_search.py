"""Search finds papers by words in any form and by facets, on both databases, and never a stranger's paper."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, BORIS, open_archive, paper, prepare

from bench.records import fill
from service.archive import Sought
from service.archive.search_index import add_to_index, reindex
from service.archive.terms import lemmas, wanted_terms
from service.database import writing
from service.database.tables import search_entry
from service.errors import InputError
from service.storage.local import LocalStorage
from tests.samples import read_sample

MARCH = dt.date(2022, 3, 1), dt.date(2022, 3, 31)
PAYLOADS = {
    "Велесова": {
        "date": "2022-03-19",
        "number": "01-05/17",
        "title": "О назначении кураторов",
        "clauses": [
            {
                "text": "Назначить",
                "executor": {"person": {"last": "Велесова", "first": "Марина", "middle": "Игоревна"}},
            }
        ],
        "school": {"name": "МБОУ «Ясненская СОШ № 2»"},
    },
    "Седых": {
        "date": "31.03.2022",
        "number": "376",
        "title": "Об отчётах школ",
        "schools": [{"name": "МКОУ «Подгорновская СОШ»"}],
        "signer": {"person": {"last": "Седых", "initials": "О.Ю."}},
    },
    "без даты": {"title": "Детские сады и людские ресурсы", "year": 2023},
}


@pytest.fixture
def either(tmp_path, either_database_url):
    engine, _, archive = open_archive(tmp_path, database_url=either_database_url)
    prepare(engine)
    for name, payload in PAYLOADS.items():
        archive.append(dataclasses.replace(paper(name), payload=payload), actor=ANNA)
    archive.append(dataclasses.replace(paper("чужой"), payload=PAYLOADS["Велесова"]), actor=BORIS)
    yield engine, archive
    engine.dispose()


def found(archive, actor=ANNA, **wanted):
    page = archive.listing(actor.organisation_id, wanted=Sought(**wanted))
    return [item.title.removeprefix("Приказ «").removesuffix("»") for item in page.items]


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"text": "Велесовой"}, ["Велесова"]),
        ({"text": "велесову МАРИНУ"}, ["Велесова"]),
        ({"text": "куратор"}, ["Велесова"]),
        ({"text": "отчет школы"}, ["Седых"]),
        ({"text": "ребёнок сад"}, []),
        ({"text": "детских садов"}, ["без даты"]),
        ({"text": "о назначении"}, ["Велесова"]),
        ({"text": "назначение отчёт"}, []),
        ({"text": "2023"}, ["без даты"]),
        ({"text": "01-05/17"}, ["Велесова"]),
        ({"number": "01-05/17"}, ["Велесова"]),
        ({"number": "01-05/1"}, []),
        ({"number": "17"}, []),
        ({"person": "Велесовой М.И."}, ["Велесова"]),
        ({"person": "Велесова Марина Игоревна"}, ["Велесова"]),
        ({"person": "Велесова О."}, []),
        ({"person": "Седыми"}, ["Седых"]),
        ({"person": "отчёты"}, []),
        ({"school": "Ясненской № 2"}, ["Велесова"]),
        ({"school": "СОШ"}, ["Седых", "Велесова"]),
        ({"school": "Велесова"}, []),
        ({"dated_from": MARCH[0], "dated_to": MARCH[1]}, ["Седых", "Велесова"]),
        ({"dated_from": dt.date(2022, 3, 20)}, ["Седых"]),
        ({"dated_to": dt.date(2022, 3, 19)}, ["без даты", "Велесова"]),
        ({"dated_from": dt.date(2022, 3, 19), "dated_to": dt.date(2022, 3, 19)}, ["Велесова"]),
        ({"kind": "order", "text": "куратор"}, ["Велесова"]),
        ({"kind": "roadmap", "text": "куратор"}, []),
        ({"text": "куратор", "school": "Подгорновская"}, []),
    ],
    ids=str,
)
def test_papers_are_found(either, wanted, titles):
    assert found(either[1], **wanted) == titles


def test_a_stranger_finds_their_own_papers_only(either):
    _, archive = either

    assert found(archive, BORIS, text="куратор") == ["чужой"]
    assert found(archive, BORIS, text="отчёт") == []
    assert found(archive, BORIS, person="Велесова") == ["чужой"]


@pytest.mark.parametrize(
    "text",
    [
        '"', "' OR 1=1 --", "куратор' | 'отчёт", 'org_2222 OR "куратор"', "* NEAR(a b)", "terms:куратор", "a" * 10_000,
        "слово " * 2_000, "\0", "куратор\0отчёт", "^", "-", "NOT", "()", "!&|", "%", "\ud800", "и", "№",
    ],
)  # fmt: skip
def test_a_hostile_question_gets_an_answer_or_a_plain_refusal(either, text):
    for name in ("text", "number", "person", "school"):
        titles = []
        with contextlib.suppress(InputError):
            titles = found(either[1], **{name: text})

        assert "чужой" not in titles


def test_only_the_newest_version_is_found_and_pages_do_not_change_meanwhile(either):
    _, archive = either
    documents = [
        archive.append(
            dataclasses.replace(paper(str(n)), payload={"title": f"Смета {n}"}), actor=ANNA
        ).document_id
        for n in range(5)
    ]
    first = archive.listing(ANNA.organisation_id, wanted=Sought(text="сметы"), limit=2)

    archive.append(
        dataclasses.replace(paper("0 снова"), payload={"title": "Калькуляция"}),
        actor=ANNA,
        document_id=documents[0],
    )
    archive.append(
        dataclasses.replace(paper("1 снова"), payload={"title": "Смета"}),
        actor=ANNA,
        document_id=documents[1],
    )
    rest = archive.listing(
        ANNA.organisation_id, wanted=Sought(text="сметы"), limit=10, cursor=first.next_cursor
    )

    assert [item.id for item in (*first.items, *rest.items)] == documents[::-1]
    assert found(archive, text="смета") == ["1 снова", "4", "3", "2"]
    assert found(archive, text="калькуляции") == ["0 снова"]


def test_an_append_that_fails_leaves_no_row_of_the_index(either):
    engine, archive = either

    def refuse(connection, version):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        archive.append(
            dataclasses.replace(paper("x"), payload={"title": "Призрак"}), actor=ANNA, together=refuse
        )

    assert found(archive, text="призрак") == []
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(search_entry)).scalar() == 4


def test_the_index_is_made_anew_and_an_empty_one_at_the_start(either):
    engine, archive = either
    clear = "DELETE FROM search_text"
    if engine.dialect.name == "sqlite":
        clear = "INSERT INTO search_text (search_text) VALUES ('delete-all')"
    with writing(engine) as connection:
        connection.exec_driver_sql(clear)
        connection.execute(sa.delete(search_entry))
    assert found(archive, text="куратор") == []

    assert reindex(engine, only_if_empty=True) == 4
    assert reindex(engine, only_if_empty=True) == 0
    assert found(archive, text="куратор") == ["Велесова"]
    assert reindex(engine) == 4
    assert found(archive, text="школа") == ["Седых"]
    assert found(archive, BORIS, text="куратор") == ["чужой"]


def test_a_bundle_takes_what_is_found(either):
    _, archive = either

    selection = archive.extracts.select(ANNA.organisation_id, wanted=Sought(text="кураторы"))

    assert [pick.chain_number for pick in selection.picks] == [1]
    with pytest.raises(InputError):
        archive.extracts.select(ANNA.organisation_id, wanted=Sought(text="призрак"))


def test_a_large_roadmap_is_indexed_within_the_limits_of_both_databases(either):
    rows = [{"no": str(n), "action": f"Мероприятие{n} уникальноеслово{n} {n * 7919}"} for n in range(9_000)]
    big = dataclasses.replace(paper("большой"), payload={**read_sample("roadmap"), "rows": rows})

    either[1].append(big, actor=ANNA)

    assert found(either[1], text="уникальноеслово17") == ["большой"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Велесовой", "Велесова"),
        ("Велесовым", "Велесов"),
        ("Толмачёву", "Толмачев"),
        ("Седыми", "Седых"),
        ("Ткача", "Ткач"),
        ("Льва", "Лев"),
        ("Дьяченко", "Дьяченко"),
        ("Чернышевской", "Чернышевская"),
        ("детей", "дети"),
        ("людям", "люди"),
        ("дней", "день"),
        ("Подгорновскую", "Подгорновская"),
        ("отчёты", "отчет"),
    ],
)
def test_forms_of_a_word_have_a_lemma_in_common(one, other):
    asked = [lemmas(word.lower().replace("ё", "е")) for word in (one, other)]

    assert set(asked[0]) & set(asked[1])


@pytest.mark.parametrize(
    ("one", "other"), [("карта", "картон"), ("совет", "советник"), ("школа", "школьный")]
)
def test_different_words_have_none(one, other):
    assert not set(lemmas(one)) & set(lemmas(other))


def test_a_range_of_dates_is_a_few_terms():
    asked = wanted_terms(Sought(dated_from=dt.date(2021, 2, 3), dated_to=dt.date(2024, 11, 17)), "1")
    days = {term.partition("_")[2] for term in asked[0]}
    expected = {"day_20210203", "month_202103", "year_2022", "year_2023", "month_202410", "day_20241117"}

    assert len(asked[0]) == len(days) == 65
    assert expected <= days
    with pytest.raises(InputError, match="начало позже конца"):
        wanted_terms(Sought(dated_from=dt.date(2022, 2, 3), dated_to=dt.date(2022, 2, 2)), "1")


def test_a_paper_is_found_behind_more_than_a_thousand_others(either, tmp_path):
    engine, archive = either
    fill(engine, LocalStorage(tmp_path / "files"), "3" * 32, 1_200, also=add_to_index)

    assert found(archive, text="кураторы") == ["Велесова"]
    assert len(archive.listing("3" * 32, wanted=Sought(text="приказ"), limit=200).items) == 200
