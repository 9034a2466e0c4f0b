"""The table of docs/hardening.md is true: every test it names exists and says the number it stands for."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.samples import PROJECT

LINE = re.compile(r"\| ([TR]-\d\d) \| (.+?) \| (.+) \|")
PROOF = re.compile(r"`([\w/.]+)::(\w+)`")
TABLE = (PROJECT / "docs" / "hardening.md").read_text(encoding="utf-8")
ROWS = {found[1]: PROOF.findall(found[3]) for found in map(LINE.fullmatch, TABLE.splitlines()) if found}


@cache
def texts_of(path: Path) -> dict[str, str]:
    """Name of every test of a module -> what says its numbers: name, docstring, docstring of the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = ast.get_docstring(tree) or ""
    tests = [
        one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    ]
    return {one.name: f"{one.name} {ast.get_docstring(one) or ''} {whole}" for one in tests}


def wrong(number: str, path: str, name: str) -> str:
    """What is wrong with a proof; empty when nothing is."""
    file = PROJECT / path
    if not file.is_file() or name not in texts_of(file):
        return f"{number}: there is no {path}::{name}"
    letter, digits = number.split("-")
    said = re.search(rf"(?<![a-z0-9]){letter}[-_]?{digits}(?!\d)", texts_of(file)[name], re.IGNORECASE)
    return "" if said else f"{number}: {path}::{name} does not name it"


def test_every_line_of_the_table_is_read() -> None:
    lines = [line for line in TABLE.splitlines() if re.match(r"\| [TR]-", line)]

    assert len(lines) == len(ROWS)
    assert [number for number, proofs in ROWS.items() if not proofs] == []
    assert all(line.count("::") == len(ROWS[line[2:6]]) for line in lines)


@pytest.mark.parametrize("number", ROWS)
def test_every_proof_exists_and_names_its_number(number: str) -> None:
    assert [text for path, name in ROWS[number] if (text := wrong(number, path, name))] == []


def test_every_number_that_a_test_names_has_its_line() -> None:
    named: set[str] = set()
    for file in (PROJECT / "tests").rglob("test_*.py"):
        for text in texts_of(file).values():
            named.update(found.upper() for found in re.findall(r"(?<![\w-])[TR]-\d\d(?![\w-])", text))

    assert sorted(named - set(ROWS)) == []


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        (("R-11", "tests/nowhere.py", "test_a"), "there is no"),
        (("R-11", "tests/test_structure.py", "test_nothing"), "there is no"),
        (("R-11", "tests/test_structure.py", "test_no_registry_host_is_committed"), "does not name it"),
        (("T-44", "tests/test_structure.py", "test_every_locked_dependency_has_a_hash"), ""),
    ],
)
def test_a_proof_that_is_none_is_seen(proof: tuple[str, str, str], text: str) -> None:
    said = wrong(*proof)

    assert text in said
    assert bool(said) == bool(text)
