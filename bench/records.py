"""Synthetic rows of the record, for measuring: a true chain, invented papers, a few files shared by all.

The rows are written in bulk past `Archive.append`, which would take a disk flush for each.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from service.archive.canonical import canonical_json, sha256_of
from service.archive.chain import GENESIS_SHA256, chain_sha256
from service.database import writing
from service.database.tables import document, organisation, version
from service.database.tables_registration import journal_entry, version_state
from service.database.times import time_text
from service.documents import DOCX_MEDIA_TYPE, PDF_MEDIA_TYPE
from service.storage import Storage

START = dt.datetime(2021, 1, 11, 6, 0, tzinfo=dt.UTC)
_ROWS_AT_ONCE = 5_000
_SUBJECTS = (
    "Об утверждении дорожной карты реализации проекта",
    "О назначении кураторов школ с низкими результатами",
    "О создании муниципальной рабочей группы",
    "О проведении мониторинга качества образования",
    "Об итогах первого этапа адресной методической помощи",
    "О внесении изменений в план-график мероприятий",
)
_SURNAMES = ("Велесов", "Седых", "Горбатенко", "Аксёнов", "Кравчук", "Ткач", "Бейсенов", "Дьяченко")
_PLACES = ("Ясненская", "Подгорновская", "Сосновская", "Берёзовская", "Лесноборская", "Каменская")


def add_organisation(connection: sa.Connection, organisation_id: str, name: str) -> None:
    """Write an organisation when there is none."""
    there = sa.select(organisation.c.id).where(organisation.c.id == organisation_id)
    if connection.execute(there).first() is None:
        values = {"id": organisation_id, "name": name, "created_at": time_text(START)}
        connection.execute(sa.insert(organisation).values(values))


def fill(
    engine: sa.Engine,
    storage: Storage,
    organisation_id: str,
    count: int,
    *,
    seed: int = 0,
    docx: bytes = b"docx of a synthetic paper",
    also: Callable[[sa.Connection, list[dict[str, Any]]], None] | None = None,
) -> None:
    """Write so many versions as new documents of an empty organisation; one in ten has a second version.

    Args:
        also: writes what belongs to the rows, such as the rows of the search, in the same transaction.
    """
    rows = synthetic_rows(storage, organisation_id, count, seed=seed, docx=docx)
    while part := [row for _, row in zip(range(_ROWS_AT_ONCE), rows, strict=False)]:
        with writing(engine) as connection:
            add_organisation(connection, organisation_id, f"Управление {organisation_id[:4]}")
            documents = [
                {
                    "id": row["document_id"],
                    "organisation_id": organisation_id,
                    "kind": row["kind"],
                    "created_at": row["created_at"],
                    "created_by": row["actor_id"],
                }
                for row in part
                if row["number"] == 1
            ]
            connection.execute(sa.insert(document), documents)
            connection.execute(sa.insert(version), part)
            if also is not None:
                also(connection, part)


def add_states(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Write numbers and states of the versions that are no drafts, without their events."""
    registered = [row for row in rows if (state_of(row["chain_number"])) != "draft"]
    entries, states = [], []
    for row in registered:
        number, state = row["chain_number"], state_of(row["chain_number"])
        key = f"{row['organisation_id'][:8]}e{number:023x}"
        whose = {"organisation_id": row["organisation_id"], "document_id": row["document_id"], "state": state}
        entries.append(
            {**whose, "id": key, "sequence": number, "kind": row["kind"], "series": "order", "year": 2022}
            | {"ordinal": number, "suffix": 0, "number": f"{number}-ОД", "number_key": f"{number}-од"}
            | {"typed": False, "date": "2022-03-19", "backdated": False, "version_number": row["number"]}
            | {"actor_id": row["actor_id"], "actor_name": row["actor_name"], "reason": ""}
            | {"reserved_at": row["created_at"], "changed_at": row["created_at"], "event_number": number}
        )
        states.append({**whose, "version_number": row["number"], "entry_id": key, "event_number": number})
    if entries:
        connection.execute(sa.insert(journal_entry), entries)
        connection.execute(sa.insert(version_state), states)


def state_of(chain_number: int) -> str:
    """Return the state of a synthetic version: many drafts, most registered, few void."""
    if chain_number % 1_000 == 7:
        return "void"
    if chain_number % 10 == 9:
        return "superseded"
    return "draft" if chain_number % 10 in (1, 2, 3) else "registered"


def synthetic_rows(
    storage: Storage, organisation_id: str, count: int, *, seed: int, docx: bytes
) -> Iterator[dict[str, Any]]:
    """Yield rows of the table `version` in the order of the chain."""
    chance = random.Random(seed)  # noqa: S311 - papers, not secrets
    docx_file = storage.put(docx, DOCX_MEDIA_TYPE)
    pdf_file = storage.put(docx.replace(b"docx", b"pdf!"), PDF_MEDIA_TYPE)
    previous, last = GENESIS_SHA256, ""
    for chain_number in range(1, count + 1):
        again = bool(last) and chain_number % 10 == 0
        document_id = last if again else f"{organisation_id[:8]}{chain_number:024x}"
        payload = _payload(chance, chain_number)
        text = canonical_json(payload)
        row = {
            "document_id": document_id,
            "number": 2 if again else 1,
            "organisation_id": organisation_id,
            "kind": "order",
            "title": f"Приказ от {payload['date']} № {payload['number']} «{payload['title']}»",
            "file_name": f"{payload['date']} Приказ № {payload['number']}",
            "payload": text,
            "payload_sha256": sha256_of(text),
            "docx_sha256": docx_file.sha256,
            "docx_size": docx_file.size_bytes,
            "pdf_sha256": pdf_file.sha256,
            "pdf_size": pdf_file.size_bytes,
            "pages": chance.randint(1, 9),
            "template_sha256": "c" * 64,
            "program_version": "0.1.0",
            "office_version": "LibreOffice 7.4.7.2",
            "fonts": '["Liberation Serif"]',
            "findings": "[]",
            "actor_id": "a" * 32,
            "actor_name": "Велесова Марина Игоревна",
            "reason": "",
            "created_at": time_text(START + dt.timedelta(minutes=chain_number)),
            "chain_number": chain_number,
            "prev_chain_sha256": previous,
        }
        row["chain_sha256"] = previous = chain_sha256(row)
        last = "" if again else document_id
        yield row


def _payload(chance: random.Random, number: int) -> dict[str, Any]:
    surname = chance.choice(_SURNAMES)
    place = chance.choice(_PLACES)
    date = (START + dt.timedelta(days=chance.randint(0, 1_500))).date()
    return {
        "doc_kind": "приказ",
        "date": date.isoformat(),
        "number": f"{number}-ОД",
        "title": chance.choice(_SUBJECTS),
        "school": {"name": f"МБОУ «{place} СОШ № {chance.randint(1, 300)}»"},
        "clauses": [
            {
                "text": f"Обеспечить исполнение мероприятия {chance.randint(1, 50_000)}",
                "executor": {"position": "методист", "person": {"last": surname, "initials": "О.Ю."}},
            }
        ],
    }
