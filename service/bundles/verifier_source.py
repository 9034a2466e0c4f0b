"""The stand-alone verifier as one file: its modules joined, so that people get a single program to run and read."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

# In the order in which they need each other; the last one is the program.
_MODULES = ("hashes", "sources", "papers", "chains", "program")
_PACKAGE = "service.bundles.verifier"
_FUTURE = "from __future__ import annotations"


@cache
def verifier_source() -> bytes:
    """Return the program; equal for equal modules."""
    imports: set[str] = set()
    bodies, about = [], ""
    for name in _MODULES:
        text = (Path(__file__).parent / "verifier" / f"{name}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
        about = ast.get_docstring(tree, clean=False) or ""
        taken = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        imports.update(ast.unparse(node) for node in taken if not _own(node))
        bodies.append("\n".join(text.splitlines()[taken[-1].end_lineno :]).strip())
    listed = [_FUTURE, "", *sorted(imports - {_FUTURE}, key=_plain_first)]
    return "\n".join([f'"""{about}"""', "", *listed, "", "\n\n\n".join(bodies), ""]).encode()


def _own(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PACKAGE)


def _plain_first(statement: str) -> tuple[bool, str]:
    return statement.startswith("from "), statement
