"""Count right, flagged and silently wrong forms of names, positions and organisations.

Two collections: the one the rules were made with, and a held-out one whose right forms were written down before
its forms were made once. A gold form is a text, several accepted texts, or none when nobody can know the form.
Run from the repository root: .venv/bin/python bench/language.py [--all]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forms.language import Inflected, decline_organisation, decline_person, decline_position

GOLD = Path(__file__).parent / "language"
_DECLINE: dict[str, Callable[[Mapping[str, Any], str], Inflected]] = {
    "names": decline_person,
    "positions": lambda record, case: decline_position(record["text"], case),
    "organisations": lambda record, case: decline_organisation(record["text"], case),
}
SETS = (
    *("names", "positions", "organisations"),
    *("held_out_names", "held_out_positions", "held_out_organisations"),
)


def verdicts(name: str) -> Iterator[tuple[str, str, list[str], Inflected]]:
    """Yield verdict, case, accepted forms and what was made, for one gold file."""
    decline = _DECLINE[name.removeprefix("held_out_")]
    for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        for case, gold in record["gold"].items():
            accepted = [gold] if isinstance(gold, str) else gold
            made = decline(record, case)
            right = made.text in accepted
            verdict = ("right" if right else "silently wrong") if made.certain else "flagged"
            yield verdict, case, accepted, made


def main() -> int:
    """Print the table; exit 1 when anything is silently wrong."""
    wrong = 0
    print(f"{'set':<22} {'forms':>6} {'right':>6} {'flagged':>8} {'silently wrong':>15} {'right, %':>9}")
    for name in SETS:
        found = list(verdicts(name))
        count = Counter(verdict for verdict, *_ in found)
        wrong += count["silently wrong"]
        share = 100 * count["right"] / len(found)
        print(
            f"{name:<22} {len(found):>6} {count['right']:>6} {count['flagged']:>8}"
            f" {count['silently wrong']:>15} {share:>9.1f}"
        )
        for verdict, case, accepted, made in found:
            if verdict == "silently wrong" or (verdict == "flagged" and "--all" in sys.argv):
                gold = " / ".join(f"«{form}»" for form in accepted) or "nobody knows"
                print(f"   {verdict}: {case}: «{made.text}», gold {gold} {made.reason}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
