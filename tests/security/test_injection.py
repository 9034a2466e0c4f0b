"""T-50: what looks like SQL in a parameter is a word like any other, or refused; it never finds more than a word."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from downloads import fill
from test_doors import ROUTES

from service.database import reading
from service.database.tables import document
from tests.samples import read_sample
from tests.service.web.site import open_site

PROBES = (
    "' OR '1'='1",
    "1;select",
    "x' UNION SELECT login, password_hash FROM actor --",
    '%"; DROP TABLE version; --',
    "NEAR(a* | !",
)
FIXED = {"X-Request-ID": "the-same-id"}
HARMLESS = "нетакогослова"
OF_PAGES = {
    "/documents": (
        "q",
        "kind",
        "number",
        "from",
        "to",
        "person",
        "school",
        "state",
        "cursor",
        "sort",
        "order",
    ),
    "/journal": ("kind", "year", "state", "cursor", "sort"),
    "/batches/{batch}": ("after", "rows", "sort"),
    "/documents/{document}/changes?from=1&to=1": ("from", "to"),
    "/upload": ("document", "kind"),
    "/new/order": ("sample", "kept"),
    "/batches/new": ("kind",),
}
FORMS = {"/new/order", "/batches/new"}


@pytest.fixture
def site(tmp_path, either_database_url):
    site = open_site(tmp_path, DATABASE_URL=either_database_url)
    yield site
    site.backends.close()


def parameters(site):
    """Yield (address, parameter) of everything that is read: of programs as described, of pages as listed."""
    paths = site.program().get("/openapi.json").json["paths"]
    for rule in site.app.url_map.iter_rules():
        described = re.sub(r"<(?:[^<>]*:)?([^<>:]+)>", r"{\1}", str(rule))
        for one in paths.get(described, {}).get("get", {}).get("parameters", []):
            if one["in"] == "query":
                yield str(rule), one["name"]
    for address, names in OF_PAGES.items():
        yield from ((address, name) for name in names)


def test_what_looks_like_sql_finds_no_more_than_a_word_that_is_nowhere(site):
    ids = fill(site)
    theirs = (
        site.program(site.theirs).post("/documents", {"kind": "order", "payload": read_sample("order")}).json
    )
    program, visitor, before = site.program(), site.visitor("ours"), tables(site)
    papers, asked = recorded(site), 0

    for rule, name in parameters(site):
        address = ROUTES.get(rule, rule).format(**ids).partition("?")[0]
        quiet = look(program, visitor, address, {name: HARMLESS})
        # A file is the printed list, which is asked itself; a form asks the database for nothing.
        few = "." in address or address in FORMS
        for probe in PROBES[:1] if few else PROBES:
            answer = look(program, visitor, address, {name: probe})
            shown = answer.data.decode("utf-8", "replace")
            asked += 1
            assert answer.status_code in {200, 400, 404, 422}, (address, name, probe)
            assert theirs["document_id"] not in shown, (address, name, probe)
            assert "argon2" not in shown, (address, name, probe)
            if answer.status_code == quiet.status_code == 200 and any(map(str.isalnum, probe)):
                assert found(answer, papers) <= found(quiet, papers), (address, name, probe)

    assert asked > 100
    assert tables(site) == before
    assert site.backends.archive.verify() == []
    # The control: a word that is there is found by the same question.
    assert ids["document"] in program.get("/documents", query_string={"number": "01-05/17"}).text


def found(answer, papers):
    """The papers that an answer shows."""
    shown = answer.data.decode("utf-8", "replace")
    return {document_id for document_id in papers if document_id in shown}


def look(program, visitor, address, query):
    if address.startswith("/api/v1/"):
        return program.client.get(address, query_string=query, headers={**program.headers, **FIXED})
    return visitor.get(address, query_string=query, headers=FIXED)


def recorded(site):
    """The ids of every document there is."""
    with reading(site.backends.engine) as connection:
        return set(connection.execute(sa.select(document.c.id)).scalars())


def tables(site):
    """How many rows every table has."""
    with reading(site.backends.engine) as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar()
            for name in names
            if name in {"version", "document", "actor", "organisation", "event", "journal_entry", "item"}
        }
