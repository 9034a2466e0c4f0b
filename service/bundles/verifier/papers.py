"""The papers of a bundle: every file against the inventory, every line of the inventory against its data."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

from service.bundles.verifier.sources import UNREADABLE, Findings, Folder, Packed

INVENTORY, CHAINS = "опись.json", "цепочки.jsonl"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_RUSSIAN = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


class Papers:
    """Looks at the files of a bundle."""

    def __init__(self, source: Folder | Packed, inventory: dict[str, Any], findings: Findings) -> None:
        self._source = source
        self._inventory = inventory
        self._findings = findings
        self._owners: dict[str, str] = {}

    def look(self) -> None:
        """Look at every file but the chains, which tell more exactly what is wrong with them."""
        for name in self._source.repeated:
            self._findings.say("repeated", name, "Файлов с этим именем несколько.")
        entries = self._inventory["entries"]
        for entry in entries:
            for name, sha256, _ in files_of(entry):
                self._owners.setdefault(sha256, name)
        for entry in entries:
            self._look_at_entry(entry)
        for name, sha256 in self._inventory["files"].items():
            if name != CHAINS:
                self._look_at_file(name, sha256, None, "")
        self._look_for_orphans()

    def look_at_chains(self) -> None:
        """Look at the file of the chains as a whole."""
        self._look_at_file(CHAINS, self._inventory["files"][CHAINS], None, "")

    def _look_at_entry(self, entry: dict[str, Any]) -> None:
        for name, sha256, size in files_of(entry):
            whole = self._look_at_file(name, sha256, size, entry["problem"])
            if whole and name.endswith(".json"):
                self._look_at_facts(entry, name)
        for kind, told in entry["files"].items():
            known = {"docx": "docx", "pdf": "pdf"}.get(kind)
            if known and (told["sha256"], told["size_bytes"]) != _recorded(entry, known):
                text = f"В описи изменены размер или контрольная сумма файла {kind.upper()}."
                self._findings.say("row_changed", place_of(entry), text)

    def _look_at_facts(self, entry: dict[str, Any], name: str) -> None:
        try:
            payload = json.loads(b"".join(self._source.chunks(name)))
        except ValueError:
            return
        date, number = facts_of(payload)
        for word, told, known in (("дата", entry["date"], date), ("номер", entry["number"], number)):
            if told != known:
                text = f"В описи {word} документа – «{told}», а в его данных – «{known}»."
                self._findings.say("row_changed", place_of(entry), text)

    def _look_at_file(self, name: str, sha256: str, size: int | None, known: str) -> bool:
        """Return whether a file is what was put in."""
        if name not in self._source.names:
            self._findings.say("file_missing", name, known or "Файла нет в комплекте.")
            return False
        digest, length = hashlib.sha256(), 0
        try:
            for chunk in self._source.chunks(name):
                digest.update(chunk)
                length += len(chunk)
        except UNREADABLE:
            self._findings.say("file_damaged", name, "Файл повреждён и не читается.")
            return False
        found = digest.hexdigest()
        if found == sha256:
            if size not in (None, length):
                self._findings.say("row_changed", name, f"В описи изменён размер файла: в нём {length} байт.")
            return True
        if found in self._owners:
            self._findings.say("file_swapped", name, f"Здесь лежит другой файл: «{self._owners[found]}».")
        elif isinstance(size, int) and length < size:
            self._findings.say("file_damaged", name, f"Файл обрезан: {length} байт вместо {size}.")
        else:
            self._findings.say("file_damaged", name, "Файл изменён: его контрольная сумма не сходится.")
        return False

    def _look_for_orphans(self) -> None:
        entries = self._inventory["entries"]
        names = Counter(
            [INVENTORY, *self._inventory["files"], *(f[0] for entry in entries for f in files_of(entry))]
        )
        for name in (name for name, count in names.items() if count > 1):
            self._findings.say("row_changed", name, "Файл назван в описи дважды.")
        for name in sorted(self._source.names.difference(names)):
            self._findings.say("orphan", name, "Файла нет в описи: он не из этого комплекта.")


def files_of(entry: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    """Return (name, SHA-256, size in bytes) of the files that a line of the inventory stands for."""
    fields, files = entry["version"], entry["files"]
    found: list[tuple[str, str, int | None]] = [
        (files["docx"]["name"], fields["docx_sha256"], fields["docx_size"]),
        (files["json"]["name"], fields["payload_sha256"], files["json"]["size_bytes"]),
    ]
    if fields["pdf_sha256"] is not None:
        found.append((files["pdf"]["name"], fields["pdf_sha256"], fields["pdf_size"]))
    return found


def chain_number_of(entry: dict[str, Any]) -> int:
    """Return the place of a version in the chain of its organisation."""
    return int(entry["version"]["chain_number"])


def place_of(entry: dict[str, Any]) -> str:
    """Return how people find the line of the inventory."""
    return f"{entry['files']['docx']['name'].rpartition('.')[0]} (запись {chain_number_of(entry)})"


def facts_of(payload: Any) -> tuple[str, str]:
    """Return date and number that the data of a paper tell, as the inventory shows them."""
    if not isinstance(payload, dict):
        return "", ""
    own = payload["order"] if isinstance(payload.get("order"), dict) else payload
    approval = own.get("approval")
    approval = approval if isinstance(approval, dict) else {}
    dates = (own.get("date"), own.get("reported_on"), approval.get("date"))
    numbers = (own.get("number"), approval.get("number"))
    date = next(filter(None, map(_date, dates)), "")
    return date, next(filter(None, map(_line, numbers)), "")


def _date(value: Any) -> str:
    text = _line(value)
    found = _RUSSIAN.fullmatch(text)
    if found:
        return "-".join(reversed(found.groups()))
    return text if _ISO.fullmatch(text) else ""


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _recorded(entry: dict[str, Any], kind: str) -> tuple[Any, Any]:
    return entry["version"][f"{kind}_sha256"], entry["version"][f"{kind}_size"]
