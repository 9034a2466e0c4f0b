"""Проверка комплекта документов: всё ли на месте и не изменено ли что-нибудь.

Нужен только Python 3.9 или новее, без других программ и без сети. Без пути проверяется папка, в которой лежит
сама программа. Ответ 0 – всё цело, 1 – найдены нарушения, 2 – проверить нельзя.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INVENTORY = "опись.json"
BUNDLE_FORMAT = "formulyar-bundle-1"
VERSION_FORMAT = "formulyar-version-1"
ZERO = "0" * 64
CHUNK = 1 << 20
# What Windows and macOS put into every folder.
STRANGERS = {".ds_store", "thumbs.db", "desktop.ini", "__macosx", "__pycache__"}


def canonical_json(value: Any) -> str:
    """Return the one text of a JSON value that is hashed."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def chain_sha256(fields: dict[str, Any]) -> str:
    """Return the hash that a version with these fields carries."""
    text = canonical_json({"format": VERSION_FORMAT, **fields})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class CannotCheck(Exception):
    """The bundle cannot be read at all."""


class Folder:
    """An unpacked bundle."""

    repeated: tuple[str, ...] = ()

    def __init__(self, root: Path) -> None:
        files = (path for path in root.rglob("*") if path.is_file())
        # macOS takes letters apart: «й» comes back as two characters.
        found = {unicodedata.normalize("NFC", path.relative_to(root).as_posix()): path for path in files}
        self._paths = {name: path for name, path in found.items() if not is_stranger(name)}
        self.names = set(self._paths)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; KeyError when there is none."""
        with self._paths[name].open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


class Packed:
    """A bundle as it was downloaded."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise CannotCheck(f"«{path}» – не ZIP или ZIP, загруженный не полностью.") from error
        names = Counter(info.filename for info in self._zip.infolist() if not info.is_dir())
        self.names = {name for name in names if not is_stranger(name)}
        self.repeated = tuple(sorted(name for name, count in names.items() if count > 1))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; KeyError when there is none."""
        with self._zip.open(name) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


class Check:
    """Looks at one bundle and collects what is wrong with it."""

    def __init__(self, bundle: Folder | Packed, heads: list[dict[str, Any]]) -> None:
        self._bundle = bundle
        self._heads = heads
        self._names = bundle.names
        self._owners: dict[str, str] = {}
        self.problems: list[dict[str, str]] = []
        self.notes: list[str] = []
        self.count = 0

    def run(self) -> None:
        """Look at everything.

        Raises:
            CannotCheck: there is no inventory to compare with.
        """
        inventory = self._inventory()
        entries = inventory["entries"]
        self.count = len(entries)
        for name in self._bundle.repeated:
            self._say("repeated", name, "Файл с этим именем в ZIP не один.")
        self._look_at_inventory(inventory, entries)
        for entry in entries:
            for name, sha256, _ in files_of(entry):
                self._owners.setdefault(sha256, name)
        for entry in entries:
            self._look_at_entry(entry)
        self._look_at_chain(inventory, sorted(entries, key=chain_number_of))
        self._look_at_heads(inventory, entries)
        self._look_for_orphans(inventory, entries)

    def _inventory(self) -> dict[str, Any]:
        try:
            text = b"".join(self._bundle.chunks(INVENTORY)).decode("utf-8")
            inventory: dict[str, Any] = json.loads(text)
            known = inventory["format"] == BUNDLE_FORMAT
            for entry in inventory["entries"]:
                files_of(entry)
                chain_number_of(entry)
            inventory["head"]["chain_number"] + 0, inventory["files"].items(), inventory["organisation"]["id"]
        except KeyError as error:
            raise CannotCheck(f"Нет файла «{INVENTORY}» или его части: {error}.") from error
        except (OSError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            raise CannotCheck(f"Файл «{INVENTORY}» повреждён: {error}.") from error
        if not known:
            raise CannotCheck(f"Файл «{INVENTORY}» другого формата. Возьмите программу из того же комплекта.")
        return inventory

    def _look_at_inventory(self, inventory: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        digest = hashlib.sha256()
        for entry in entries:
            digest.update(f"{canonical_json(entry)}\n".encode("utf-8", "surrogatepass"))
        if digest.hexdigest() != inventory.get("entries_sha256"):
            self._say("inventory_changed", INVENTORY, "Опись изменена: её контрольная сумма не сходится.")
        if len(entries) != inventory.get("count"):
            self._say("row_missing", INVENTORY, f"Строк {len(entries)}, а выдано {inventory.get('count')}.")
        for name, sha256 in inventory["files"].items():
            self._look_at_file(name, sha256, None, "")

    def _look_at_entry(self, entry: dict[str, Any]) -> None:
        fields, place = entry["version"], place_of(entry)
        if chain_sha256(fields) != entry["chain_sha256"]:
            self._say("row_changed", place, "Запись о документе отличается от сделанной при создании.")
        for name, sha256, size in files_of(entry):
            self._look_at_file(name, sha256, size, entry.get("problem", ""))

    def _look_at_file(self, name: str, sha256: str, size: int | None, known: str) -> None:
        if name not in self._names:
            self._say("file_missing", name, known or "Файла нет в комплекте.")
            return
        digest, length = hashlib.sha256(), 0
        try:
            for chunk in self._bundle.chunks(name):
                digest.update(chunk)
                length += len(chunk)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
            self._say("file_damaged", name, "Файл повреждён и не читается.")
            return
        found = digest.hexdigest()
        if found == sha256 and size in (None, length):
            return
        if found in self._owners:
            self._say("file_swapped", name, f"Здесь лежит другой файл: «{self._owners[found]}».")
        elif isinstance(size, int) and length < size:
            self._say("file_damaged", name, f"Файл обрезан: {length} байт вместо {size}.")
        else:
            self._say("file_damaged", name, "Файл изменён: его контрольная сумма не сходится.")

    def _look_at_chain(self, inventory: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        number, sha256 = 0, ZERO
        for entry in entries:
            fields = entry["version"]
            if fields["organisation_id"] != inventory["organisation"]["id"]:
                self._say("row_changed", place_of(entry), "Запись принадлежит другой организации.")
            step = chain_number_of(entry) - number
            if step == 1 and fields["prev_chain_sha256"] != sha256:
                self._say("chain_broken", place_of(entry), "Запись не продолжает предыдущую запись архива.")
            elif step == 0:
                self._say("chain_broken", place_of(entry), "Запись с этим номером в описи уже есть.")
            elif step > 1 and inventory.get("complete"):
                self._say("row_missing", place_of(entry), f"Перед этой записью нет записей: {step - 1}.")
            number, sha256 = chain_number_of(entry), entry["chain_sha256"]
        head = inventory["head"]
        if number > head["chain_number"]:
            self._say("head_differs", INVENTORY, "В описи есть записи новее последней записи архива.")
        elif number == head["chain_number"] and sha256 != head["chain_sha256"]:
            self._say("head_differs", INVENTORY, "Последняя запись архива в описи другая.")
        elif number < head["chain_number"] and inventory.get("complete"):
            self._say("row_missing", INVENTORY, f"Нет последних записей: {head['chain_number'] - number}.")

    def _look_at_heads(self, inventory: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        own = inventory["organisation"]["id"]
        at = {chain_number_of(entry): entry["chain_sha256"] for entry in entries}
        head = inventory["head"]
        at.setdefault(head["chain_number"], head["chain_sha256"])
        for kept in self._heads:
            number, sha256 = kept["chain_number"], kept["chain_sha256"]
            if kept["organisation_id"] != own or number == 0:
                continue
            if number > head["chain_number"]:
                text = (
                    f"Сохранённый конец цепочки – запись {number}, а комплект выдан из базы, где последняя "
                )
                self._say("older_database", INVENTORY, f"{text}запись {head['chain_number']}: база старее.")
            elif number not in at:
                self.notes.append(f"Записи {number} в комплекте нет: с сохранённым концом сравнить нечего.")
            elif at[number] != sha256:
                self._say("head_differs", INVENTORY, f"Запись {number} отличается от сохранённой.")

    def _look_for_orphans(self, inventory: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        names = Counter(
            [INVENTORY, *inventory["files"], *(f[0] for entry in entries for f in files_of(entry))]
        )
        for name in (name for name, count in names.items() if count > 1):
            self._say("row_changed", name, "Файл назван в описи дважды.")
        for name in sorted(self._names.difference(names)):
            self._say("orphan", name, "Файла нет в описи: он не из этого комплекта.")

    def _say(self, code: str, place: str, text: str) -> None:
        self.problems.append({"code": code, "place": place, "text": text})


def is_stranger(name: str) -> bool:
    """Say whether a system put this file here by itself."""
    parts = name.lower().split("/")
    return parts[-1].startswith("._") or not STRANGERS.isdisjoint(parts)


def files_of(entry: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    """Return (name, SHA-256, size in bytes) of the files that a line of the inventory stands for."""
    fields, names = entry["version"], entry["files"]
    found: list[tuple[str, str, int | None]] = [
        (names["docx"], fields["docx_sha256"], fields["docx_size"]),
        (names["json"], fields["payload_sha256"], None),
    ]
    if fields["pdf_sha256"] is not None:
        found.append((names["pdf"], fields["pdf_sha256"], fields["pdf_size"]))
    return found


def chain_number_of(entry: dict[str, Any]) -> int:
    """Return the place of a version in the chain of its organisation."""
    return int(entry["version"]["chain_number"])


def place_of(entry: dict[str, Any]) -> str:
    """Return how people find the line of the inventory."""
    return f"{entry['files']['docx'].rpartition('.')[0]} (запись {chain_number_of(entry)})"


def read_heads(path: Path) -> list[dict[str, Any]]:
    """Return the heads of a file: a list, or an object with a list `heads`.

    Raises:
        CannotCheck: the file cannot be read or is something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
        heads: list[dict[str, Any]] = value["heads"] if isinstance(value, dict) else value
        for head in heads:
            head["organisation_id"] + head["chain_sha256"], head["chain_number"] + 0
        return heads
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotCheck(f"Файл с концами цепочки «{path}» не читается: {error}.") from error


def main() -> int:
    """Check what the command line names; print the verdict; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--heads", type=Path, help="файл с концами цепочки, сохранёнными раньше")
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
    if asked.json:
        answer = {"ok": not check.problems, "documents": check.count, "problems": check.problems}
        sys.stdout.write(json.dumps({**answer, "notes": check.notes}, ensure_ascii=False, indent=1) + "\n")
    else:
        lines = [f"{one['place']}: {one['text']}" for one in check.problems] + check.notes
        verdict = f"нарушений – {len(check.problems)}" if check.problems else "всё на месте и не изменено"
        sys.stdout.write("\n".join([*lines, f"Документов – {check.count}: {verdict}."]) + "\n")
    return 1 if check.problems else 0


if __name__ == "__main__":
    sys.exit(main())
