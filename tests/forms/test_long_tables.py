"""Long lists are several tables: LibreOffice 7.4 needs more than square time for one.

One table of 2,000 schools took LibreOffice more than a minute, 1,000 schools of one coordinator 40 seconds.
"""

import re
from dataclasses import replace
from typing import Any

import forms
from forms._long_tables import LONGEST, cuts
from service.backends import TEMPLATES
from service.filling import CompiledTemplate
from service.filling.document import read_parts
from tests.samples import sample


def filled(name: str, key: str, count: int, change: Any = lambda row, number: row) -> str:
    """Return the body of a paper whose rows are those of a sample again and again."""
    kind = forms.get_kind(name.split(".")[0])
    data = kind.load(sample(name))
    rows = [change(dict(data[key][n % len(data[key])]), n) for n in range(count)]
    template = CompiledTemplate((TEMPLATES / f"{kind.name}.docx").read_bytes(), name=kind.name)
    docx = template.fill(kind.context({**data, key: rows}), title="")
    return read_parts(docx)["word/document.xml"].decode()
