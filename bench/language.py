"""Count right, flagged and silently wrong forms of names, positions and organisations.

Run from the repository root: .venv/bin/python bench/language.py [--all]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from forms.language import Inflected, decline_organisation, decline_person, decline_position

GOLD = Path(__file__).parent / "language"


def verdicts(name: str) -> Iterator[tuple[str, str, str, Inflected]]:
    """Yield verdict, case, gold and what was made, for one gold file."""
    for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        for case, gold in record["gold"].items():
            if name == "names":
                made = decline_person(record, case)
            elif name == "positions":
                made = decline_position(record["text"], case)
            else:
                made = decline_organisation(record["text"], case)
            right = made.text == gold
            verdict = ("right" if right else "silently wrong") if made.certain else "flagged"
            yield verdict, case, gold, made


def main() -> int:
    """Print the table; exit 1 when anything is silently wrong."""
    wrong = 0
    print(f"{'set':<14} {'forms':>6} {'right':>6} {'flagged':>8} {'silently wrong':>15} {'right, %':>9}")
    for name in ("names", "positions", "organisations"):
        found = list(verdicts(name))
        count = Counter(verdict for verdict, *_ in found)
        wrong += count["silently wrong"]
        share = 100 * count["right"] / len(found)
        print(
            f"{name:<14} {len(found):>6} {count['right']:>6} {count['flagged']:>8}"
            f" {count['silently wrong']:>15} {share:>9.1f}"
        )
        for verdict, case, gold, made in found:
            if verdict == "silently wrong" or (verdict == "flagged" and "--all" in sys.argv):
                print(f"   {verdict}: {case}: «{made.text}», gold «{gold}» {made.reason}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
