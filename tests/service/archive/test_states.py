"""States as a facet of list and search: versions in a state, on both databases, whatever way they came to it."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, BORIS, paper

from service.archive import Sought, Wanted
from service.archive.search_index import reindex
from service.database import writing
from service.database.tables import search_entry
from service.errors import InputError

STATES = ("draft", "registered", "superseded", "void")


@pytest.fixture
def papers(either):
    """Papers of every state by name; «заменён» was drafted anew twice, «с правкой» is registered with a newer draft."""
    archive = either[1]
    made = {"черновик": record(archive, "черновик")}
    made["заменён"] = record(archive, "заменён", register=True)
    made["заменивший"] = record(archive, "заменивший", register=True, document=made["заменён"])
    made["с правкой"] = record(archive, "с правкой", register=True)
    made["правка"] = record(archive, "правка", document=made["с правкой"])
    made["аннулирован"] = record(archive, "аннулирован", register=True)
    archive.journal.void(made["аннулирован"].document_id, actor=ANNA, reason="Издан ошибочно")
    later = record(archive, "позже")
    archive.journal.register(later.document_id, Wanted("order", "order/приказ"), actor=ANNA)
    made["позже"] = later
    record(archive, "чужой", actor=BORIS)
    return made


def record(archive, text, *, register=False, document=None, actor=ANNA):
    made = dataclasses.replace(paper(text), title=text, payload={"title": f"приказ {text}"})
    continued = document.document_id if document else None
    together = None
    if register:
        wanted = Wanted("order", "order/приказ", document_id=continued)
        together = archive.journal.registers(archive.journal.reserve(wanted, actor=actor), actor)
    return archive.append(made, actor=actor, document_id=continued, together=together)


def listed(archive, **wanted):
    page = archive.listing(ANNA.organisation_id, wanted=Sought(**wanted))
    assert {item.state for item in page.items} <= {wanted["state"]}
    return [item.title for item in page.items]


EXPECTED = {
    "draft": ["правка", "черновик"],
    "registered": ["позже", "с правкой", "заменивший"],
    "superseded": ["заменён"],
    "void": ["аннулирован"],
}


@pytest.mark.parametrize("state", STATES)
def test_versions_are_listed_by_their_state(either, papers, state):
    archive = either[1]

    assert listed(archive, state=state) == EXPECTED[state]
    assert listed(archive, state=state, kind="order") == EXPECTED[state]
    assert listed(archive, state=state, kind="roadmap") == []
    assert listed(archive, state=state, text="приказам") == EXPECTED[state]
    assert listed(archive, state=state, text="синхрофазотрон") == []


def test_a_list_of_a_state_is_read_page_by_page(either, papers):
    archive = either[1]
    first = archive.listing(ANNA.organisation_id, wanted=Sought(state="registered"), limit=2)
    record(archive, "новее", register=True)

    rest = archive.listing(
        ANNA.organisation_id, wanted=Sought(state="registered"), limit=2, cursor=first.next_cursor
    )

    assert [item.title for item in (*first.items, *rest.items)] == EXPECTED["registered"]
    assert rest.next_cursor is None


def test_a_new_index_knows_the_states(either, papers):
    engine, archive = either
    with writing(engine) as connection:
        connection.execute(sa.update(search_entry).values(state="void", kind="roadmap"))
    assert len(listed_any(archive, state="void")) == 7

    reindex(engine)

    assert {state: listed(archive, state=state) for state in STATES} == EXPECTED
    assert listed(archive, state="void", kind="order") == ["аннулирован"]


def listed_any(archive, **wanted):
    return [item.title for item in archive.listing(ANNA.organisation_id, wanted=Sought(**wanted)).items]


def test_a_state_behind_a_thousand_others_is_found_by_words(either):
    """The first look is at the newest papers only: what it misses must be found by the next ones."""
    engine, archive = either
    record(archive, "давний", register=True)
    for text in ("чёт", "нечёт"):
        record(archive, text)
    with writing(engine) as connection:
        rows = (
            connection.execute(sa.select(search_entry).where(search_entry.c.state == "draft"))
            .mappings()
            .all()
        )
        copies = [
            {**row, "id": row["id"] + 100 * step, "chain_number": row["chain_number"] + 100 * step}
            for step in range(1, 2101)
            for row in rows[:1]
        ]
        connection.execute(sa.insert(search_entry), copies)
        text = "INSERT INTO search_text (rowid, terms) VALUES (:id, 'x')"
        if engine.dialect.name == "postgresql":
            text = "INSERT INTO search_text (id, terms) VALUES (:id, array_to_tsvector(ARRAY['x']))"
        connection.execute(sa.text(text), [{"id": copy["id"]} for copy in copies])

    assert listed(archive, state="registered", text="давнего") == ["давний"]
    assert listed(archive, state="draft", text="нечёт") == ["нечёт"]


def test_a_bundle_of_a_state_holds_the_versions_in_it(either, papers):
    archive = either[1]

    def picked(**wanted):
        selection = archive.extracts.select(ANNA.organisation_id, **wanted)
        return [(pick.document_id, pick.number) for pick in selection.picks]

    assert picked(wanted=Sought(state="superseded")) == [(papers["заменён"].document_id, 1)]
    assert (papers["с правкой"].document_id, 1) in picked(wanted=Sought(state="registered", text="приказ"))
    assert picked(wanted=Sought(state="void"), every_version=True) == [(papers["аннулирован"].document_id, 1)]
    assert len(picked(wanted=Sought(state="superseded"), every_version=True)) == 2
    both = [papers["с правкой"].document_id, papers["черновик"].document_id]
    assert sorted(picked(document_ids=both)) == sorted([(both[0], 2), (both[1], 1)])
    assert picked(document_ids=both[:1], wanted=Sought(state="registered")) == [(both[0], 1)]
    assert len(picked(document_ids=both, wanted=Sought(state="draft"))) == 2
    with pytest.raises(InputError, match="документов нет"):
        picked(wanted=Sought(state="void", kind="roadmap"))
