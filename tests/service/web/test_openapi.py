from __future__ import annotations

import re

import pytest

import forms
from service.json_schema import json_schema

BRACES = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


@pytest.fixture
def spec(program):
    return program.get("/openapi.json").json


def test_the_description_is_openapi_3_1_with_a_token(spec):
    assert spec["openapi"] == "3.1.0"
    assert spec["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert spec["security"] == [{"token": []}]


def test_every_route_is_described(site, spec):
    routes = {
        BRACES.sub(r"{\1}", str(rule))
        for rule in site.app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/") and rule.endpoint != "openapi.spec"
    }

    assert set(spec["paths"]) == routes


def test_every_reference_leads_somewhere(spec):
    schemas = spec["components"]["schemas"]

    for reference in _references(spec):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_every_operation_says_how_it_fails(spec):
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert {"400", "401", "500", "503"} <= set(answers), path
            assert ("422" in answers) == (method in ("post", "put")), path
            assert ("requestBody" in operation) == (method in ("post", "put")), path
    names = [op["operationId"] for operations in spec["paths"].values() for op in operations.values()]
    assert len(names) == len(set(names))


def test_the_page_of_the_interface_needs_no_other_site(visitor):
    page = visitor.get("/api/docs")

    assert page.status_code == 200
    assert "/api/v1/documents/{document_id}/versions/{number}.{file_format}" in page.text
    assert '<script src="http' not in page.text


@pytest.mark.parametrize("kind", forms.all_kinds().values(), ids=lambda kind: kind.name)
def test_a_json_schema_describes_every_field(kind):
    schema = json_schema(kind)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == kind.title
    assert list(schema["properties"]) == list(kind.schema().fields)
    assert schema["additionalProperties"] is False
    for described in (schema, *schema["$defs"].values()):
        for name, field in described["properties"].items():
            assert field["title"], name
    for reference in _references(schema):
        assert reference.removeprefix("#/$defs/") in schema["$defs"]


def _references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
