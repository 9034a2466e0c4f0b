"""Filling by many threads, in other processes and with long tables: the same bytes, time in line with the rows."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import forms
from service.filling import CompiledTemplate
from tests.samples import ALL_SAMPLES, PROJECT, TEMPLATES, kind_of, read_sample

PROGRAM = """
import json
from tests.service.filling.test_at_the_limit import hashes
print(json.dumps(hashes()))
"""


def compiled(kind: str) -> CompiledTemplate:
    return CompiledTemplate((TEMPLATES / f"{kind}.docx").read_bytes(), name=kind)


def hashes() -> dict[str, str]:
    """SHA-256 of the .docx of every sample."""
    found = {}
    for sample in ALL_SAMPLES:
        kind = kind_of(sample)
        data = kind.load(read_sample(sample))
        docx = compiled(kind.name).fill(kind.context(data), title=kind.headline(data))
        found[sample.stem] = hashlib.sha256(docx).hexdigest()
    return found


@pytest.mark.parametrize(
    ("seed", "zone", "language"), [("0", "UTC", "C"), ("4711", "Asia/Kamchatka", "ru_RU.UTF-8")]
)
def test_every_sample_is_the_same_file_in_another_process(seed: str, zone: str, language: str) -> None:
    env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT, env=env, check=True, capture_output=True, timeout=120
    )

    assert json.loads(answer.stdout) == hashes()


def test_threads_that_share_a_template_make_what_one_thread_makes() -> None:
    template = compiled("roadmap")
    kind = forms.get_kind("roadmap")
    samples = [sample for sample in ALL_SAMPLES if kind_of(sample).name == "roadmap"]
    contexts = [kind.context(kind.load(read_sample(sample))) for sample in samples]
    alone = [compiled("roadmap").fill(context, title="") for context in contexts]

    with ThreadPoolExecutor(8) as threads:
        together = list(
            threads.map(lambda n: template.fill(contexts[n % len(contexts)], title=""), range(80))
        )

    assert len(samples) >= 8
    assert together == [alone[n % len(alone)] for n in range(80)]


def long_table(kind: str, sample: str, rows: int) -> dict[str, Any]:
    """The form data of a sample with its rows again and again: more than its schema admits."""
    form = forms.get_kind(kind)
    data = form.load(read_sample(sample))
    key = "schools" if kind == "school_list" else "rows"
    return {**data, key: [dict(data[key][n % len(data[key])]) for n in range(rows)]}


@pytest.mark.parametrize(("kind", "sample"), [("roadmap", "roadmap.003"), ("school_list", "school_list")])
def test_four_times_the_rows_take_about_four_times_as_long(kind: str, sample: str) -> None:
    """T-12."""
    template, form = compiled(kind), forms.get_kind(kind)

    def spent_s(rows: int) -> float:
        """Of the processor, the shortest of three: other work on the machine does not count."""
        context = form.context(long_table(kind, sample, rows))
        spent = []
        for _ in range(3):
            started = time.thread_time()
            template.fill(context, title="")
            spent.append(time.thread_time() - started)
        return min(spent)

    # Sixteen times would be quadratic.
    assert spent_s(4000) < 8 * spent_s(1000)


def test_a_table_of_20_000_rows_takes_less_than_300_mb_more() -> None:
    template, form = compiled("roadmap"), forms.get_kind("roadmap")
    context = form.context(long_table("roadmap", "roadmap.003", 20_000))
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    docx = template.fill(context, title="")

    assert len(docx) > 1_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 300 * 1024
