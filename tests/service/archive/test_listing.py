"""The list of papers, page by page."""

from __future__ import annotations

import base64

import pytest
from archive_parts import ANNA, BORIS, START, paper

from service.errors import InputError

MINE = ANNA.organisation_id


def test_an_empty_archive_has_one_empty_page(archive):
    page = archive.listing(MINE)

    assert (page.items, page.next_cursor) == ((), None)


def test_a_line_shows_the_newest_version_of_its_document(archive):
    first = archive.append(paper("один"), actor=ANNA)
    second = archive.append(paper("два"), actor=ANNA, document_id=first.document_id)

    (line,) = archive.listing(MINE).items

    assert (line.id, line.kind, line.title, line.versions) == (first.document_id, "order", "Приказ «два»", 2)
    assert (line.created_at, line.updated_at, line.actor_name) == (START, second.created_at, ANNA.name)


def test_the_last_changed_paper_comes_first(archive):
    one = archive.append(paper("один"), actor=ANNA)
    archive.append(paper("два"), actor=ANNA)
    archive.append(paper("один, исправлено"), actor=ANNA, document_id=one.document_id)

    assert _titles(archive.listing(MINE)) == ["Приказ «один, исправлено»", "Приказ «два»"]


def test_papers_of_another_organisation_are_not_listed(archive):
    archive.append(paper("наш"), actor=ANNA)
    archive.append(paper("чужой"), actor=BORIS)

    assert _titles(archive.listing(MINE)) == ["Приказ «наш»"]


def test_only_papers_of_a_kind_are_listed_when_asked(archive):
    archive.append(paper("приказ"), actor=ANNA)
    archive.append(paper("карта", kind="roadmap"), actor=ANNA)

    assert _titles(archive.listing(MINE, kind="roadmap")) == ["Приказ «карта»"]
    assert archive.listing(MINE, kind="\ud800").items == ()


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_together_are_the_list(archive, limit):
    for number in range(7):
        archive.append(paper(str(number)), actor=ANNA)

    assert list(_walk(archive, limit)) == [f"Приказ «{number}»" for number in reversed(range(7))]


def test_leafing_neither_skips_nor_repeats_when_papers_change_meanwhile(archive):
    made = [archive.append(paper(str(number)), actor=ANNA) for number in range(5)]
    first = archive.listing(MINE, limit=2)

    archive.append(paper("0 исправлено"), actor=ANNA, document_id=made[0].document_id)
    archive.append(paper("новый"), actor=ANNA)
    second = archive.listing(MINE, limit=10, cursor=first.next_cursor)

    assert _titles(first) + _titles(second) == [f"Приказ «{number}»" for number in (4, 3, 2, 1, 0)]
    assert second.next_cursor is None


def test_a_cursor_opens_nothing_of_another_organisation(archive):
    for number in range(3):
        archive.append(paper(str(number)), actor=ANNA)
    cursor = archive.listing(MINE, limit=1).next_cursor

    assert archive.listing(BORIS.organisation_id, cursor=cursor).items == ()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "мусор",
        "\x00",
        "\ud800",
        "====",
        "a",
        "MS4y\n",
        "'; DROP TABLE version; --",
        base64.urlsafe_b64encode(b"1.x").decode(),
        base64.urlsafe_b64encode(b"1.2.3").decode(),
        base64.urlsafe_b64encode(b"-1.2").decode(),
        base64.urlsafe_b64encode(b"1." + b"9" * 40).decode(),
        base64.urlsafe_b64encode("１.２".encode()).decode(),
        "A" * 100_000,
    ],
)
def test_a_cursor_that_is_none_is_refused(archive, cursor):
    archive.append(paper(), actor=ANNA)

    with pytest.raises(InputError, match="курсор"):
        archive.listing(MINE, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_between_1_and_200_lines(archive, limit):
    with pytest.raises(InputError, match="200"):
        archive.listing(MINE, limit=limit)


def _titles(page):
    return [line.title for line in page.items]


def _walk(archive, limit):
    cursor = None
    for _ in range(20):
        page = archive.listing(MINE, limit=limit, cursor=cursor)
        yield from _titles(page)
        cursor = page.next_cursor
        if cursor is None:
            return
    raise AssertionError("the pages do not end")
