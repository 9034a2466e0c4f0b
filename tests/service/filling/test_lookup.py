"""Names and loops of a template against Jinja's own."""

from __future__ import annotations

import pytest
from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.filling.lookup import DataFirstEnvironment, with_list_loops

LOOPS = [
    "{% for x in items %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}",
    "{% for x in items %}{{ x }}{% if loop.first %}({% endif %}{% if loop.last %}){% endif %}{% endfor %}",
    "{% for x in items %}{{ loop.length }}{% for y in items %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for x in items if x != 2 %}{{ loop.index }}{{ loop.last }}{% else %}none{% endfor %}",
    "{% for x in items %}{{ loop.previtem }}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in pair %}{{ loop.index }}{{ loop.last }}{% endfor %}",
    "{% for key in row %}{{ key }}{{ loop.last }}{% endfor %}",
    "{% for x in nothing %}{{ loop.index }}{% else %}empty{% endfor %}",
]
DATA = {"items": [1, 2, 3], "pair": (4, 5), "row": {"a": {"b": "c"}, "items": "key"}, "nothing": []}


def ours(source: str, data: dict = DATA) -> str:
    environment = DataFirstEnvironment(undefined=StrictUndefined)
    return with_list_loops(environment.from_string(source), source_uses=source).render(data)


def jinjas(source: str, data: dict = DATA) -> str:
    # previtem of the first item is undefined, which a strict environment would not print.
    return ImmutableSandboxedEnvironment().from_string(source).render(data)


@pytest.mark.parametrize("source", [loop for loop in LOOPS if "previtem" not in loop])
def test_a_loop_counts_as_jinjas_does(source: str) -> None:
    assert ours(source) == jinjas(source)


@pytest.mark.parametrize("length", [1, 255, 256, 257, 600])
def test_the_places_of_a_list_of_any_length_are_jinjas(length: int) -> None:
    source = LOOPS[0] + LOOPS[1] + "{% for x in items %}{{ loop.length }}{% endfor %}"
    data = {"items": list(range(length))}

    assert ours(source, data) == jinjas(source, data)


def test_a_loop_that_looks_at_its_neighbours_is_jinjas_own() -> None:
    source = (
        "{% for x in items %}{{ loop.previtem|default('-') }}{{ loop.nextitem|default('-') }}{% endfor %}"
    )

    assert ours(source) == jinjas(source) == "-2132-"


def test_keys_are_found_before_methods_and_however_deep() -> None:
    assert ours("{{ row.a.b }}{{ row.items }}{{ row['a'].b }}") == "ckeyc"


@pytest.mark.parametrize(
    "source", ["{{ row.none }}", "{{ row.a.none }}", "{{ items.none }}", "{{ absent_none.a }}"]
)
def test_a_name_that_is_not_there_is_an_error(source: str) -> None:
    with pytest.raises(UndefinedError, match="none"):
        ours(source)


@pytest.mark.parametrize(
    "source",
    ["{{ row.__class__ }}", "{{ items.append(1) }}", "{% for x in items %}{{ loop.__class__ }}{% endfor %}"],
)
def test_the_walls_of_the_sandbox_stand(source: str) -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        ours(source)
