"""A template that somebody made: what is wrong with it, what is left over, and that it cannot do harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import forms
from service.backends import kind_samples
from service.errors import PayloadTooLarge, QueueFull
from service.template_check import Report, TemplateChecker, check_template
from service.template_check.examination import examine
from tests.samples import PROJECT, TEMPLATES, read_sample
from tests.service.filling.template_files import docx_of


def examined(*paragraphs: str, kind: str = "roadmap") -> Report:
    return examine(docx_of(*paragraphs), forms.get_kind(kind), kind_samples(kind))


@pytest.mark.parametrize("kind", forms.all_kinds())
def test_our_own_templates_have_no_errors_and_print_every_field(kind: str) -> None:
    report = examine((TEMPLATES / f"{kind}.docx").read_bytes(), forms.get_kind(kind), kind_samples(kind))

    assert report.errors == ()
    assert [remark for remark in report.remarks if "не печатается" in remark.message] == []


# Tag -> what is said of it, and the tag without the mistake.
NAMES = {
    "{{ titel }}": ("Неизвестное имя «titel».", "«title»", "{{ title }}"),
    "{% for row in rows %}{{ row.perod|term }}{% endfor %}": (
        "нет части «perod»",
        "«period»",
        "{% for row in rows %}{{ row.action }}{% endfor %}",
    ),
    "{% for row in rows %}{% for sub in row.sub_actions %}{{ sub.txt }}{% endfor %}{% endfor %}": (
        "нет части «txt»",
        "«text»",
        "{% for row in rows %}{% for sub in row.sub_actions %}{{ sub.text }}{% endfor %}{% endfor %}",
    ),
    "{% for row in rows %}{{ rwo.no }}{% endfor %}": (
        "Неизвестное имя «rwo».",
        "«row»",
        "{% for row in rows %}{{ row.no }}{% endfor %}",
    ),
    "{% for row in rows %}{% endfor %}{{ row.no }}": (
        "Неизвестное имя «row».",
        "Возможно",
        "{% for row in rows %}{{ row.no }}{% endfor %}",
    ),
    "{{ approval['frm'] }}": (
        "нет части «frm»",
        "«form»",
        "{% if approval %}{{ approval['form'] }}{% endif %}",
    ),
    "{{ rows.title }}": ("нет частей", "Переберите", "{{ rows|length }}"),
    "{{ title.text }}": ("нет частей", "целиком", "{{ title }}"),
    "{% for line in title %}{{ line }}{% endfor %}": (
        "Это текст, а не список",
        "|lines",
        "{% for line in title|lines %}{{ line }}{% endfor %}",
    ),
    "{% for a in year %}{{ a }}{% endfor %}": ("Это не список", "без for", "{{ year }}"),
    "{{ rows }}": ("это список", "Переберите", "{{ rows|length }}"),
    "{% if starts_on %}{{ starts_on }}{% endif %}": (
        "это дата",
        "|date_words",
        "{% if starts_on %}{{ starts_on|date_words }}{% endif %}",
    ),
    "{% for row in rows %}{% if row.period %}{{ row.period }}{% endif %}{% endfor %}": (
        "это срок",
        "|term",
        "{% for row in rows %}{% if row.period %}{{ row.period|term }}{% endif %}{% endfor %}",
    ),
    "{{ landscape }}": ("да или нет", "условии", "{% if landscape %}{{ title }}{% endif %}"),
}


@pytest.mark.parametrize(
    ("wrong", "said", "meant", "right"), [(k, *v) for k, v in NAMES.items()], ids=list(NAMES)
)
def test_a_wrong_name_is_answered_with_what_was_probably_meant(
    wrong: str, said: str, meant: str, right: str
) -> None:
    found, harmless = examined("Дорожная карта", wrong), examined("Дорожная карта", right)

    assert said in found.errors[0].message
    assert meant in found.errors[0].fix
    assert found.errors[0].place.startswith("текст")
    assert harmless.errors == ()


def test_every_error_is_said_at_once_with_the_paragraph_around_it() -> None:
    report = examined("Первая {{ titel }}", "Вторая {{ yaer }}")

    assert [problem.place for problem in report.errors] == [
        "текст, «Первая {{ titel }}»",
        "текст, «Вторая {{ yaer }}»",
    ]


def test_a_dry_run_names_the_sample_that_fails() -> None:
    report = examined("{{ starts_on|date_words }}")
    harmless = examined("{% if starts_on %}{{ starts_on|date_words }}{% endif %}")

    assert "образец roadmap" in report.errors[0].place
    assert harmless.ok


def test_what_is_never_printed_and_never_taken_is_a_remark() -> None:
    report = examined("{{ title }}", '{%p if title == "нет" %}', "Пусто", "{%p endif %}")

    assert report.ok
    said = {f"{remark.place} {remark.message}" for remark in report.remarks}
    assert any("title ==" in text and "ни в одном образце не выполняется" in text for text in said)
    assert any(text.startswith("rows.action ") and "не печатается" in text for text in said)
    assert not any(text.startswith("title ") for text in said)


def test_a_condition_on_the_place_in_a_loop_needs_no_sample() -> None:
    loop = ("{%p for row in rows %}", "{{ row.action }}")
    of_place = examined(
        "{{ title }}", *loop, "{%p if loop.index > 999 %}", "Далее", "{%p endif %}", "{%p endfor %}"
    )
    of_data = examined(
        "{{ title }}", *loop, '{%p if row.no == "Я" %}', "Далее", "{%p endif %}", "{%p endfor %}"
    )

    assert "ни в одном образце" not in str(of_place.remarks)
    assert "ни в одном образце" in str(of_data.remarks)


def test_a_file_that_is_no_document_is_an_error_of_the_report() -> None:
    report = check_template(b"PK\3\4 nothing", "order", kind_samples("order"))

    assert not report.ok
    assert "повреждён" in report.errors[0].message


def test_the_check_runs_in_a_child_and_says_the_same() -> None:
    docx = docx_of("{{ title }}", "{{ titel }}")

    report = check_template(docx, "roadmap", kind_samples("roadmap"))

    here = examine(docx, forms.get_kind("roadmap"), kind_samples("roadmap"))
    assert report.as_json() == here.as_json()
    assert report.errors != ()


def test_a_check_without_end_is_stopped_and_leaves_nothing_running() -> None:
    before = _children()

    report = check_template(docx_of("{{ title }}"), "roadmap", kind_samples("roadmap"), timeout_s=0.05)

    assert "слишком много времени" in report.errors[0].message
    assert _children() == before


def test_a_template_that_takes_too_much_processor_time_is_stopped() -> None:
    """Loops over different lists inside each other are allowed, but not endless work (T-12)."""
    payload = read_sample("roadmap")
    payload["rows"] = [{**payload["rows"][0], "section": ""} for _ in range(200)]
    payload["footnotes"], payload["abbreviations"] = [], [{"short": "ИС", "full": "система"}] * 100
    one, two, three = "{% for a in rows %}", "{% for b in grid %}", "{% for c in abbreviations %}"
    end = "{% endfor %}"

    stopped = check_template(
        docx_of(f"{one}{two}{three}{{{{ c.short }}}}{end * 3}"), "roadmap", {"long": payload}, cpu_s=3
    )
    passed = check_template(docx_of(f"{three}{{{{ c.short }}}}{end}"), "roadmap", {"long": payload})

    assert "остановлена" in stopped.errors[0].message
    assert passed.ok, passed.errors


def test_too_large_a_file_is_refused_before_a_child_is_started() -> None:
    with pytest.raises(PayloadTooLarge):
        check_template(b"x" * 10_000_001, "order", {})


def test_only_a_few_templates_are_checked_at_once() -> None:
    with pytest.raises(QueueFull):
        TemplateChecker(at_once=0).check(b"", "order", {})
    assert not TemplateChecker(at_once=1).check(b"", "order", {}).ok


# What the child may not do -> how a Python program would do it; the last line is printed only when it can.
HARM = {
    "network": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "listening": "import socket; socket.socket().bind(('127.0.0.1', 0))",
    "process": "import subprocess; subprocess.run(['/bin/true'])",
    "shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "writing": "open('/tmp/template-check-harm', 'w')",
    "library": "import ctypes; ctypes.CDLL(None)",
    "memory": "x = bytearray(600 * 1024 ** 2)",
    "processor": "while True: pass",
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_the_child_has_given_up_what_could_harm(harm: str) -> None:
    done = run_limited(harm)
    free = run_limited("pass")

    assert "done" not in done.stdout
    assert free.stdout == "done\n", free.stderr


def test_the_child_has_no_network_but_an_empty_one() -> None:
    interfaces = run_limited("print(open('/proc/net/dev').read())").stdout

    if os.geteuid() == 0 or "lo:" in interfaces:
        assert [line.split(":")[0].strip() for line in interfaces.splitlines() if ":" in line] == ["lo"]


def run_limited(program: str) -> subprocess.CompletedProcess[str]:
    start = (
        f"from service.template_check import child; child.give_up_rights(cpu_s=2)\n{program}\nprint('done')"
    )
    return subprocess.run(
        [sys.executable, "-c", start], cwd=PROJECT, text=True, capture_output=True, timeout=60, check=False
    )


def _children() -> set[str]:
    """The processes that this one has started and that still run."""
    tasks = Path(f"/proc/{os.getpid()}/task")
    return {child for task in tasks.iterdir() for child in (task / "children").read_text().split()}
