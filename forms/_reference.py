"""Reference lists kept as data beside this module: risk directions and their levels."""

from __future__ import annotations

import json
from pathlib import Path

_RISKS = json.loads(Path(__file__).with_name("_risks.json").read_text(encoding="utf-8"))

RISK_DIRECTIONS: dict[str, str] = _RISKS["directions"]
RISK_LEVELS: dict[str, str] = _RISKS["levels"]
