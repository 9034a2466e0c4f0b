"""The demo: every sample as a recorded paper, so that a new installation is not empty."""

from __future__ import annotations

import json

import forms
from service.backends import SAMPLES, Backends
from service.documents import Actor
from service.production import make_version


def load_demo(backends: Backends, actor: Actor) -> int:
    """Record one paper for every sample; return how many."""
    made = 0
    for sample in sorted(SAMPLES.glob("*.json")):
        kind = sample.name.split(".")[0]
        if kind not in forms.all_kinds():
            continue
        payload = json.loads(sample.read_text(encoding="utf-8"))
        make_version(
            kind,
            payload,
            press=backends.press_for(actor.organisation_id),
            archive=backends.archive,
            actor=actor,
            reason="Образец",
        )
        made += 1
    return made
