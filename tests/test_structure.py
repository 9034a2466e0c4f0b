"""House rules that a linter cannot say: sizes, documented settings, no registry host."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from service.config import SETTINGS, read_settings
from service.errors import ConfigError
from tests.samples import PROJECT

MODULES = sorted(file for folder in ("forms", "service") for file in (PROJECT / folder).rglob("*.py"))
LINES_PER_MODULE, LINES_PER_FUNCTION = 300, 40


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_module_and_its_functions_stay_small(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    long = {
        f.name: f.end_lineno - f.lineno + 1
        for f in functions
        if f.end_lineno - f.lineno >= LINES_PER_FUNCTION
    }

    assert text.count("\n") <= LINES_PER_MODULE
    assert long == {}


def test_every_setting_is_documented() -> None:
    documentation = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")

    assert [name for name, _, _ in SETTINGS if f"`{name}`" not in documentation] == []


def test_the_defaults_of_settings_are_acceptable() -> None:
    assert read_settings({}).port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "eight"), ("OFFICES", "-1"), ("SECURE_COOKIES", "maybe"), ("THREADS", "")],
)
def test_an_impossible_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        read_settings({name: value})


def test_no_registry_host_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    files = [
        PROJECT / name
        for name in listed.decode().split("\0")
        if name.endswith((".lock", ".json", ".toml", ".md", "Makefile"))
    ]
    found = [
        file.name
        for file in files
        if re.search(r"pythonhosted|registry\.npmjs|pypi\.org", file.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-all.lock", "requirements-dev.lock"])
def test_every_locked_dependency_has_a_hash(lock: str) -> None:
    """T-44: what is installed is what was locked, to the byte."""
    text = (PROJECT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.strip(), flags=re.IGNORECASE)

    assert len(entries) > 20
    assert [one.partition(" ")[0] for one in entries if "==" not in one or "--hash=sha256:" not in one] == []
