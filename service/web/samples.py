"""Samples: invented, complete payloads of every kind, to start from and to show."""

from __future__ import annotations

import json
from typing import Any

from service.backends import SAMPLES
from service.errors import NotFound


def sample_payload(kind_name: str) -> Any:
    """Return the sample of a kind.

    Raises:
        NotFound: the kind has none.
    """
    path = SAMPLES / f"{kind_name}.json"
    if not path.is_file():
        raise NotFound(f"Для вида документа «{kind_name}» нет примера.")
    return json.loads(path.read_text(encoding="utf-8"))
