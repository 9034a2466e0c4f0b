"""Fifty faults of seven kinds among a thousand papers: the verifier names each of them and nothing else."""

from __future__ import annotations

import dataclasses
import json
import random
import re

from bundle_parts import ANNA, bundled, cut, edit, flip, found, paper, registered, swap, unpacked, verified


def test_fifty_faults_of_seven_kinds_in_a_bundle_of_a_thousand_papers(archive, tmp_path):
    for number in range(1, 1001):
        made = paper(str(number), number=str(number))
        # Every fifth is registered, every fiftieth void.
        if number % 5:
            archive.append(made, actor=ANNA)
        else:
            document = registered(archive, made).document_id
            if number % 50 == 0:
                archive.journal.void(document, actor=ANNA, reason="Издан ошибочно")
    file = bundled(archive, tmp_path / "b.zip")
    kept = tmp_path / "heads.json"
    keep_heads(archive, kept)
    assert verified(file, "--head", kept) == {"ok": True, "documents": 1000, "problems": [], "notes": []}

    # 1 fault: the database went on, and the bundle is of an older one.
    for number in (1001, 1002):
        archive.append(paper(str(number), number=str(number)), actor=ANNA)
    keep_heads(archive, kept)
    folder = unpacked(file, tmp_path / "unpacked")
    chosen = random.Random(500).sample([n for n in range(1, 1001) if n % 5], 44)  # noqa: S311 - the same faults
    flipped, shortened, gone, swapped = ([chosen.pop() for _ in range(n)] for n in (10, 10, 8, 10))
    for number in flipped:
        flip(named(folder, number, "docx"))
    for number in shortened:
        cut(named(folder, number, "pdf"))
    for number in gone:
        named(folder, number, "docx").unlink()
    for one, other in zip(swapped[::2], swapped[1::2], strict=True):
        swap(named(folder, one, "pdf"), named(folder, other, "pdf"))
    for number in range(8):
        (folder / "Документы" / f"2022-03-19 Приказ № 77{number}0.docx").write_bytes(
            b"a paper of somebody else"
        )
    edited = chosen[:2]
    states = (650, 700, 5, 10, 15, 20)
    edit(folder, lambda inventory: spoil(inventory, edited, states))

    # 10 flips, 10 cuts, 8 deletions, 5 swaps of two files, 8 orphans, 8 edited rows and the older database.
    assert (
        len(flipped) + len(shortened) + len(gone) + len(swapped) // 2 + 8 + len(edited) + len(states) + 1
        == 50
    )
    assert sorted(found(folder, "--head", kept)) == sorted(
        [
            *[("file_damaged", place(number, ".docx")) for number in flipped],
            *[("file_damaged", place(number, ".pdf")) for number in shortened],
            *[("file_missing", place(number, ".docx")) for number in gone],
            *[("file_swapped", place(number, ".pdf")) for number in swapped],
            *[("orphan", place(f"77{number}0", ".docx")) for number in range(8)],
            *[("row_changed", place(number, f" (запись {number})")) for number in edited],
            *[("state_differs", place(number, f" (запись {number})")) for number in states],
            ("older_database", "опись.json"),
        ]
    )


def keep_heads(archive, file):
    told = [dataclasses.asdict(head) for head in archive.heads(ANNA.organisation_id)]
    file.write_text(json.dumps(told), encoding="utf-8")


def spoil(inventory, edited, states):
    """Edit rows of the inventory: a title, a number on the paper, and what the journal says of six papers."""
    rows = {int(re.search(r"№ (\d+)", one["version"]["file_name"])[1]): one for one in inventory["entries"]}
    rows[edited[0]]["version"]["title"] = "Приказ о премии"
    rows[edited[1]]["number"] = "9999"
    void, voided_later, *others = (rows[number] for number in states)
    void["state"] = "registered"
    voided_later["registration"]["reason"] = "Издан по просьбе"
    others[0].update(state="draft", registration=None)
    others[1]["registration"]["number"] = "9999"
    others[2]["registration"]["date"] = "2021-12-31"
    others[3]["state"] = "void"


def named(folder, number, ending):
    return folder / f"{place(number, '.')}{ending}"


def place(number, ending):
    return f"Документы/2022-03-19 Приказ № {number}{ending}"
