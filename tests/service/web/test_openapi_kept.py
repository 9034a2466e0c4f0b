"""The description of the interface is kept: schemathesis asks every operation, right and wrong, and reads the answers.

The same questions in every run (derandomised), in process, with the converter double. What a schema cannot say (a
date that does not exist) is not asked of `positive_data_acceptance`; everything else is.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

import forms
from service.batches.batches import SentFile
from service.web.strict_json import parse_json
from tests.samples import read_sample
from tests.service.web.site import open_site

ORDER = read_sample("order")
# Examples of an operation in each mode; one look at a template is a process of seconds.
EXAMPLES, SLOW = 12, {"POST /api/v1/templates/check": 1, "POST /api/v1/templates/check.docx": 1}
KINDS = {kind: read_sample(kind) for kind in forms.all_kinds()}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            " ",
            "\u00a0",
            "{{ title }}",
            "{% if %}",
            "<w:p/>",
            "&amp;",
            "до 31.02.2022",
            "9" * 40,
            "№",
            "é" * 5_000,
        ]
    ),
    st.lists(
        st.one_of(st.none(), st.text(max_size=5), st.dictionaries(st.text(max_size=3), st.none())), max_size=3
    ),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)


def asked_times(count: int) -> settings:
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = open_site(tmp_path_factory.mktemp("site"))
    yield site
    site.backends.close()


@pytest.fixture(scope="module")
def headers(site):
    return site.administrator().headers


@pytest.fixture(scope="module")
def ids(site, headers):
    """What is there: a registered document, a batch and a job."""
    client, backends = site.app.test_client(), site.backends
    body = {"kind": "order", "payload": ORDER, "register": True}
    made = client.post("/api/v1/documents", json=body, headers=headers).json
    line = json.dumps({**ORDER, "number": "01-05/18"}, ensure_ascii=False).encode()
    upload = backends.batches.upload(site.ours, "order", SentFile("orders.jsonl", line), parse_json)
    batch_id = backends.batches.start(site.ours, upload.id, parse_json)
    job_id = backends.work.rows(site.ours.organisation_id, batch_id)[0].id
    return {"document_id": made["document_id"], "batch_id": batch_id, "job_id": job_id, "number": 1}


@pytest.fixture(scope="module")
def schema(site, headers, ids):  # with `ids`: they are made before anything changes severities
    load_all_checks()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app, headers=headers)


@pytest.mark.parametrize(("path", "count"), [("/checks", 120), ("/previews", 40), ("/documents", 40)])
def test_a_good_payload_with_one_odd_value_is_answered_as_described(schema, headers, path, count):
    operation, answered = schema[f"/api/v1{path}"]["POST"], Counter()

    @asked_times(count)
    @given(kind=st.sampled_from(sorted(KINDS)), place=st.floats(0, 1, exclude_max=True), value=ODD)
    def call(kind, place, value):
        payload = copy.deepcopy(KINDS[kind])
        places = list(leaves(payload))
        holder, key = places[int(place * len(places))]
        holder[key] = value
        case = operation.Case(body={"kind": kind, "payload": payload}, media_type="application/json")
        answer = case.call(headers=headers)
        operation.validate_response(answer)
        answered[answer.status_code] += 1
        if answer.status_code == 422:
            assert answer.json()["messages"]

    call()
    assert set(answered) <= {200, 201, 400, 422}, answered
    assert answered[422] > count / 4, answered
    assert answered[200] + answered[201] > count / 40, answered


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_operation_answers_as_it_is_described(subtests, schema, headers, mode):
    for found in schema.get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            ask(operation, operation.as_strategy(mode), headers)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_operations_on_what_is_there_answer_as_they_are_described(subtests, schema, headers, ids, mode):
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        known = {one.name: ids[one.name] for one in operation.path_parameters if one.name in ids}
        varied = operation.body or operation.query or len(known) < len(list(operation.path_parameters))
        if known and (varied or mode is GenerationMode.POSITIVE):
            asked += 1
            with subtests.test(operation.label):
                cases = operation.as_strategy(mode, path_parameters=known, headers=headers)
                ask(operation, cases, headers)
    assert asked >= 8


def ask(operation, cases, headers):
    """Call an operation with every case, and hold the answers against the description."""

    @asked_times(SLOW.get(operation.label, EXAMPLES))
    @given(case=cases)
    def call(case):
        answer = case.call(headers=headers)
        # An empty body arrives as no body at all, which some operations take. If-Match is heard before the body, and
        # the refusal 412 is not on the list of this check.
        refused = case.body == "" or answer.status_code == 412
        left_out = ["positive_data_acceptance", *(["negative_data_rejection"] if refused else [])]
        case.validate_response(answer, headers=headers, excluded_checks=CHECKS.get_by_names(left_out))
        if answer.status_code in {400, 422}:
            refusal = answer.json()
            assert re.search("[а-яё]", refusal["error"]), refusal
            assert refusal["messages"] or answer.status_code == 400, refusal

    call()


def leaves(value):
    """Yield (holder, key) of everything inside a payload, groups and rows included."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(inside):
        yield value, key
        yield from leaves(inner)
