"""Проверка комплекта документов: всё ли на месте и не изменено ли что-нибудь.

Нужен только Python 3.9 или новее, без других программ и без сети. Без пути проверяется папка, в которой лежит
сама программа. Ответ 0 – всё цело, 1 – найдены нарушения, 2 – проверить нельзя.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from service.bundles.verifier.chains import Chains, shown, state_of
from service.bundles.verifier.hashes import EVENTS, VERSIONS, canonical_json
from service.bundles.verifier.papers import CHAINS, INVENTORY, Papers, chain_number_of, files_of, place_of
from service.bundles.verifier.sources import CannotCheck, Findings, Folder, Packed

BUNDLE_FORMAT = "formulyar-bundle-2"


class Check:
    """Looks at one bundle and collects what is wrong with it."""

    def __init__(self, bundle: Folder | Packed, heads: list[dict[str, Any]]) -> None:
        self._bundle = bundle
        self._kept = heads
        self.findings = Findings()
        self.count = 0

    def run(self) -> None:
        """Look at everything.

        Raises:
            CannotCheck: there is no inventory to compare with.
        """
        inventory = self._inventory()
        own = inventory["organisation"]["id"]
        self.count = len(inventory["entries"])
        papers = Papers(self._bundle, inventory, self.findings)
        papers.look()
        kept = [one for one in self._kept if one["organisation_id"] == own and one["chain_number"]]
        if self._kept and not kept:
            self.findings.notes.append("Сохранённые концы цепочек – другой организации: сверить не с чем.")
        chains = Chains(self._bundle, inventory, self.findings, kept)
        before = len(self.findings.problems)
        chains.look()
        for entry in inventory["entries"]:
            self._look_at_state(entry, chains)
            if entry["version"]["organisation_id"] != own:
                self.findings.say("row_changed", place_of(entry), "Запись принадлежит другой организации.")
        if len(self.findings.problems) == before:
            papers.look_at_chains()
        self._look_at_inventory(inventory)

    def _inventory(self) -> dict[str, Any]:
        try:
            text = b"".join(self._bundle.chunks(INVENTORY)).decode("utf-8")
            inventory: dict[str, Any] = json.loads(text)
            known = inventory["format"] == BUNDLE_FORMAT
            if known:
                require_shape(inventory)
        except KeyError as error:
            raise CannotCheck(f"Нет файла «{INVENTORY}» или его части: {error}.") from error
        except (OSError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            raise CannotCheck(f"Файл «{INVENTORY}» повреждён: {error}.") from error
        if not known:
            raise CannotCheck(f"Файл «{INVENTORY}» другого формата. Возьмите программу из того же комплекта.")
        return inventory

    def _look_at_state(self, entry: dict[str, Any], chains: Chains) -> None:
        """Compare the state that the inventory tells with the events of the journal."""
        fields, told = entry["version"], (entry["state"], entry["registration"])
        key = (fields["document_id"], fields["number"])
        event = chains.states.get(key)
        if key in chains.states and event is None:
            return  # the event itself was changed, and that was said
        known = (event["action"] if event else "draft", state_of(event))
        place = place_of(entry)
        if told == known:
            if event and event["version_chain_sha256"] != entry["chain_sha256"]:
                text = f"Событие журнала {event['chain_number']} говорит о другой записи документа."
                self.findings.say("state_differs", place, text)
        elif not chains.whole:
            text = f"Состояние «{shown(*told)}» не подтверждено: журнал в комплекте неполон."
            self.findings.say("state_unproven", place, text)
        else:
            text = f"В описи документ {shown(*told)}; по журналу – {shown(*known)}."
            self.findings.say("state_differs", place, text)

    def _look_at_inventory(self, inventory: dict[str, Any]) -> None:
        """Look at the sums of the inventory; they are silent when a line of it was told to be wrong."""
        exact = ("row_changed", "row_missing", "row_added", "state_differs", "state_unproven", "chain_broken")
        if not self.findings.any_of(*exact) and inventory["count"] != len(inventory["entries"]):
            text = f"Строк {len(inventory['entries'])}, а выдано {inventory['count']}."
            self.findings.say("row_missing", INVENTORY, text)
        if not self.findings.any_of(*exact, "head_differs") and sum_of(inventory) != inventory["sha256"]:
            text = "Опись изменена: её контрольная сумма не сходится."
            self.findings.say("inventory_changed", INVENTORY, text)


def sum_of(inventory: dict[str, Any]) -> str:
    """Return the sum of an inventory: over what stands above its lines, and over the lines."""
    above = {name: value for name, value in inventory.items() if name not in {"entries", "sha256"}}
    digest = hashlib.sha256()
    for part in (above, *inventory["entries"]):
        digest.update(f"{canonical_json(part)}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def require_shape(inventory: dict[str, Any]) -> None:
    """Touch what the check will need; raises KeyError, TypeError or AttributeError when it is not there."""
    for entry in inventory["entries"]:
        files_of(entry)
        chain_number_of(entry)
        entry["problem"], entry["date"], entry["number"], entry["state"], entry["chain_sha256"]
        entry["version"]["created_at"] < "", entry["version"]["organisation_id"]
        if entry["registration"] is not None:
            entry["registration"]["number"], entry["registration"]["date"], entry["registration"]["reason"]
    for head in inventory["heads"]:
        head["chain"], head["chain_number"] + 0, head["chain_sha256"]
    if {head["chain"] for head in inventory["heads"]} != {VERSIONS, EVENTS}:
        raise KeyError("heads")
    inventory["files"].items(), inventory["files"][CHAINS], inventory["organisation"]["id"]
    inventory["count"], inventory["sha256"]


def read_heads(path: Path) -> list[dict[str, Any]]:
    """Return the heads of a file: a list, or an object with a list `heads` or `items`.

    Raises:
        CannotCheck: the file cannot be read or is something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
        heads: list[dict[str, Any]] = value
        if isinstance(value, dict):
            heads = value["items"] if "items" in value else value["heads"]
        for head in heads:
            head["organisation_id"] + head["chain_sha256"], head["chain_number"] + 0
        return heads
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotCheck(f"Файл с концами цепочек «{path}» не читается: {error}.") from error


def main() -> int:
    """Check what the command line names; print the verdict; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    kept = "файл с концами цепочек, сохранёнными раньше"
    parser.add_argument("--head", "--heads", dest="heads", metavar="ФАЙЛ", type=Path, help=kept)
    parser.add_argument("--json", action="store_true", help="ответ для программ")
    asked = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # consoles with old code pages
    try:
        heads = read_heads(asked.heads) if asked.heads else []
        if not asked.path.exists():
            raise CannotCheck(f"Нет папки или файла «{asked.path}».")
        check = Check(Folder(asked.path) if asked.path.is_dir() else Packed(asked.path), heads)
        check.run()
    except (CannotCheck, OSError) as error:
        sys.stderr.write(f"Проверить нельзя. {error}\n")
        return 2
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Somebody put other things where hashes and numbers were.
        sys.stderr.write(f"Проверить нельзя. Файл «{INVENTORY}» или «{CHAINS}» изменён: {error!r}.\n")
        return 2
    told(check, as_json=asked.json)
    return 1 if check.findings.problems else 0


def told(check: Check, *, as_json: bool) -> None:
    """Print what was found."""
    problems, notes = check.findings.problems, check.findings.notes
    if as_json:
        answer = {"ok": not problems, "documents": check.count, "problems": problems, "notes": notes}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
        return
    lines = [f"{one['place']}: {one['text']}" for one in problems] + notes
    verdict = f"нарушений – {len(problems)}" if problems else "всё на месте и не изменено"
    sys.stdout.write("\n".join([*lines, f"Документов – {check.count}: {verdict}."]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
