"""The template language: every way out and every way to endless work is refused, its harmless twin prints."""

from __future__ import annotations

import pytest
from jinja2.exceptions import SecurityError
from jinja2.exceptions import TemplateError as JinjaError

from service.errors import TemplateError
from service.filling import CompiledTemplate, outline
from service.filling.document import read_parts, write_parts
from service.filling.environment import template_environment
from service.filling.marks import rendered
from tests.samples import TEMPLATES
from tests.service.filling.template_files import template_of

CONTEXT = {
    "x": "текст",
    "n": 3,
    "items": ["а", "б"],
    "rows": [{"name": "Школа", "width": 5}],
    "person": {"last": "Велесова", "first": "Марина", "middle": "Игоревна", "initials": "", "gender": "f"},
}
# What is refused -> its harmless twin.
PROBES = {
    "{{ x.__class__ }}": "{{ x }}",
    "{{ x['__class__'] }}": "{{ rows[0]['name'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}": "{{ '' }}",
    "{{ x|attr('__class__') }}": "{{ x|upper }}",
    "{{ x|map(attribute='__class__') }}": "{{ rows|sum(attribute='width') }}",
    "{{ rows|sum(attribute='__class__') }}": "{{ rows|sum(attribute='width') }}",
    "{{ rows|sum(attribute='name.__class__') }}": "{{ rows|sum(attribute='width') }}",
    "{{ rows|sum(start='x') }}": "{{ rows|sum(attribute='width') }}",
    "{{ x.format(x) }}": "{{ x }}",
    "{{ '%0999999999d'|format(1) }}": "{{ n }}",
    "{{ '%0999999999d' % 1 }}": "{{ n }}",
    "{{ 'a' * 1000000000 }}": "{{ 'a' }}",
    "{{ 9 ** 9 ** 9 }}": "{{ 9 }}",
    "{{ n + 1 }}": "{{ n }}",
    "{{ -n }}": "{{ n }}",
    "{{ x ~ x }}": "{{ x }}{{ x }}",
    "{{ x|center(1000000000) }}": "{{ x|upper }}",
    "{{ x|indent(1000000000) }}": "{{ x|upper }}",
    "{{ x|safe }}": "{{ x }}",
    "{{ x|list }}": "{% for c in items %}{{ c }}{% endfor %}",
    "{{ x|pprint }}": "{{ x }}",
    "{{ x|tojson }}": "{{ x }}",
    "{{ x|batch(1) }}": "{{ x }}",
    "{{ x|slice(1000000000) }}": "{{ x }}",
    "{{ x[::2] }}": "{{ items[0] }}",
    "{{ items[n] }}": "{{ items[1] }}",
    "{{ range(99999) }}": "{{ n }}",
    "{% for a in range(99999) %}{{ a }}{% endfor %}": "{% for a in items %}{{ a }}{% endfor %}",
    "{% for a in items %}{% for b in items %}{{ b }}{% endfor %}{% endfor %}": (
        "{% for a in items %}{% for b in rows %}{{ b.name }}{% endfor %}{% endfor %}"
    ),
    "{% for a in items recursive %}{{ loop(items) }}{% endfor %}": "{% for a in items %}{{ loop.index }}{% endfor %}",
    "{% for a, b in items %}{{ a }}{% endfor %}": "{% for a in items %}{{ a }}{% endfor %}",
    "{% for a in items %}{{ loop.cycle('a', 'b') }}{% endfor %}": "{% for a in items %}{{ loop.first }}{% endfor %}",
    "{% for a in items %}{{ loop.changed(a) }}{% endfor %}": "{% for a in items %}{{ loop.revindex }}{% endfor %}",
    "{% for a in items %}{{ loop.previtem }}{% endfor %}": "{% for a in items %}{{ loop.index0 }}{% endfor %}",
    "{% for self in items %}{{ self }}{% endfor %}": "{% for one in items %}{{ one }}{% endfor %}",
    "{% for _a in items %}{{ _a }}{% endfor %}": "{% for a in items %}{{ a }}{% endfor %}",
    "{{ self }}": "{{ x }}",
    "{{ self.x }}": "{{ person.last }}",
    "{{ super() }}": "{{ x }}",
    "{{ caller() }}": "{{ x }}",
    "{{ lipsum(n=200000) }}": "{{ x }}",
    "{{ cycler('a') }}": "{{ x }}",
    "{{ joiner() }}": "{{ x }}",
    "{{ namespace() }}": "{{ x }}",
    "{{ dict(a=1) }}": "{{ x }}",
    "{{ items.append('x') }}": "{{ items[0] }}",
    "{{ x.upper() }}": "{{ x|upper }}",
    "{{ {'a': 1} }}": "{{ n }}",
    "{{ ['a'] }}": "{{ 'a' }}",
    "{{ ('a', 'b') }}": "{{ 'a' }}",
    "{% set y = x %}{{ y }}": "{{ x }}",
    "{% set ns.a = x %}": "{{ x }}",
    "{% include 'x' %}": "{{ x }}",
    "{% import 'x' as y %}": "{{ x }}",
    "{% from 'x' import y %}": "{{ x }}",
    "{% extends 'x' %}": "{{ x }}",
    "{% block a %}{% endblock %}": "{% if x %}{{ x }}{% endif %}",
    "{% macro a() %}{% endmacro %}": "{% if x %}{{ x }}{% endif %}",
    "{% call x() %}{% endcall %}": "{% if x %}{{ x }}{% endif %}",
    "{% filter upper %}x{% endfilter %}": "{{ 'x'|upper }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}": "{{ x }}",
    "{% with y = x %}{{ y }}{% endwith %}": "{{ x }}",
    "{% raw %}{{ x }}{% endraw %}": "{{ x }}",
    "{% do x %}": "{{ x }}",
    "{% debug %}": "{{ x }}",
    "{% trans %}x{% endtrans %}": "{{ x }}",
    "{% vm %}": "{{ x }}",
    "{% colspan n %}": "{{ n }}",
    "{{ x is callable }}": "{% if x is defined %}{{ x }}{% endif %}",
    "{{ x is sameas(x) }}": "{% if x is none %}{{ n }}{% endif %}{{ x }}",
    "{{ person|surname_initials('x') }}": "{{ person|surname_initials('dative') }}",
    "{{ person|surname_initials(x) }}": "{{ person|surname_initials }}",
    "{{ x|upper(1) }}": "{{ x|upper }}",
    "{{ x|upper(*items) }}": "{{ x|upper }}",
    "{{ x|position }}": "{{ 'директор'|position('genitive') }}",
    "{{ 99999999999 }}": "{{ 999 }}",
    "{{ '" + "a" * 201 + "' }}": "{{ '" + "a" * 200 + "' }}",
    "{{ x" + "|upper" * 80 + " }}": "{{ x" + "|upper" * 3 + " }}",
    "{{ " + "(" * 390 + "x }}": "{{ ((x)) }}",
    "{{ x": "{{ x }}",
    "{% if x %}{{ x }}": "{% if x %}{{ x }}{% endif %}",
    "{{ x }}{% endif %}": "{{ x }}",
    "{% for a in items %}{% if a %}{% endfor %}{% endif %}": "{% for a in items %}{% if a %}{% endif %}{% endfor %}",
}


@pytest.mark.parametrize(("probe", "twin"), PROBES.items(), ids=[probe[:40] for probe in PROBES])
def test_the_probe_is_refused_at_load_and_its_twin_prints(probe: str, twin: str) -> None:
    """T-01."""
    with pytest.raises(TemplateError) as caught:
        template_of("До", probe, "После")
    filled = template_of("До", twin.replace("{{ loop.first }}", "{% if loop.first %}1{% endif %}"), "После")

    assert "Traceback" not in str(caught.value)
    assert "После" in outline(filled.fill(CONTEXT, title="Проверка"))


WAYS = (
    "__",
    "self",
    "super",
    "caller",
    "range",
    "lipsum",
    "cycler",
    "joiner",
    "namespace",
    "dict(",
    "append",
    "format",
)
ESCAPES = [probe for probe in PROBES if any(way in probe for way in WAYS)]


@pytest.mark.parametrize("probe", ESCAPES, ids=[probe[:40] for probe in ESCAPES])
def test_the_environment_is_a_second_wall(probe: str) -> None:
    """T-01: What would pass the guard gives no object of Python either: it raises or prints plain text."""
    try:
        pieces, values = rendered(template_environment().from_string(probe), CONTEXT)
        printed = "".join(pieces) + "".join(text for text, _ in values)
    except (JinjaError, SecurityError, TypeError, LookupError):
        return

    assert "<" not in printed
    assert "object at" not in printed


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{%p for row in items %}", "{%p for row in items %}"),
        ("{{ x|uper }}", "Возможно, вы имели в виду «upper»"),
        ("{{ x|date_word }}", "Возможно, вы имели в виду «date_words»"),
        ("{% fr a in items %}", "Возможно, вы имели в виду «for»"),
        ("{{ person|surname_initials('dativ') }}", "Возможно, вы имели в виду «dative»"),
        ("{%p if x %}", "Добавьте {% endif %}"),
    ],
)
def test_an_error_names_the_tag_as_it_was_typed_and_what_was_meant(tag: str, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        template_of("Школа: " + tag)

    assert said in str(caught.value.messages)
    assert tag in str(caught.value.messages)


def test_an_error_names_its_place() -> None:
    with pytest.raises(TemplateError) as caught:
        template_of("Начало", "Список школ: {{ range(9) }}", "Конец")

    assert list(caught.value.messages) == ["текст, «Список школ: {{ range(9) }}»"]


def test_an_error_in_a_tag_torn_by_word_names_it_whole() -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Школа {{ ran</w:t></w:r><w:r><w:rPr><w:b/></w:rPr>'
        "<w:t>ge(9) }}</w:t></w:r></w:p>"
    )

    with pytest.raises(TemplateError, match=r"«\{\{ range\(9\) \}\}»"):
        template_of(body=body)


def test_the_second_of_two_equal_tags_is_named_at_its_own_place() -> None:
    with pytest.raises(TemplateError) as caught:
        template_of("Первая: {{ n }}", "Вторая: {{ n }} и {{ n() }}")

    assert list(caught.value.messages) == ["текст, «Вторая: {{ n }} и {{ n() }}»"]


def test_all_errors_are_said_at_once() -> None:
    with pytest.raises(TemplateError) as caught:
        template_of("Раз {{ a() }}", "Два {{ b|safe }}", "Три {{ c.__d }}")

    assert len(caught.value.messages) == 3


@pytest.mark.parametrize(("name", "xml"), [("header1.xml", "hdr"), ("footnotes.xml", "footnotes")])
def test_every_part_is_guarded(name: str, xml: str) -> None:
    def with_tag(tag: str) -> bytes:
        parts = read_parts((TEMPLATES / "roadmap.docx").read_bytes())
        text = parts[f"word/{name}"].decode()
        added = f"<w:p><w:r><w:t>{tag}</w:t></w:r></w:p>"
        if xml == "footnotes":
            added = f'<w:footnote w:id="90">{added}</w:footnote>'
        parts[f"word/{name}"] = text.replace(f"</w:{xml}>", f"{added}</w:{xml}>").encode()
        return write_parts(parts)

    with pytest.raises(TemplateError, match="Вызывать функции"):
        CompiledTemplate(with_tag("{{ x() }}"), name="x")
    assert CompiledTemplate(with_tag("{{ x }}"), name="x").sha256


def test_depth_of_loops_is_bounded() -> None:
    def loops(depth: int) -> str:
        opened = "".join(f"{{% for a{i + 1} in a{i}.b %}}" for i in range(depth))
        return opened + "{% endfor %}" * depth

    with pytest.raises(TemplateError, match="глубже 6"):
        template_of(loops(7))
    assert template_of(loops(6)).sha256


def test_depth_of_conditions_is_bounded() -> None:
    with pytest.raises(TemplateError, match="глубже 20"):
        template_of("{% if x %}" * 21 + "{% endif %}" * 21)
    assert template_of("{% if x %}" * 20 + "{% endif %}" * 20).sha256
