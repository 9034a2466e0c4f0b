"""A selection proves its papers, numbers and states: what a forger changes is found, by name."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import subprocess

import pytest
from bundle_parts import (
    ANNA,
    SYSTEM_PYTHON,
    bundled,
    edit,
    found,
    paper,
    program,
    registered,
    unpacked,
    verified,
)

from service.bundles.verifier import hashes

DRAFT = "Документы/2022-03-19 Приказ № 1 (запись 2)"
KEPT = "Документы/2022-03-19 Приказ № 2 (запись 3)"
VOID = "Документы/2022-03-19 Приказ № 3 (запись 4)"
CHAINS = "цепочки.jsonl"


@pytest.fixture
def record(archive):
    """Papers that are picked – a draft, a registered and a void one – among others of the organisation."""
    archive.append(paper("0", number="0"), actor=ANNA)
    archive.picked = [archive.append(paper("1", number="1"), actor=ANNA)]
    archive.picked += [registered(archive, paper(text, number=text)) for text in "23"]
    other = registered(archive, paper("4", number="4"))
    archive.journal.void(archive.picked[2].document_id, actor=ANNA, reason="Издан ошибочно")
    archive.journal.void(other.document_id, actor=ANNA, reason="Тоже ошибка")
    archive.append(paper("5", number="5"), actor=ANNA)
    return archive


@pytest.fixture
def heads(record, tmp_path):
    file = tmp_path / "heads.json"
    told = [dataclasses.asdict(head) for head in record.heads(ANNA.organisation_id)]
    file.write_text(json.dumps({"items": told}), encoding="utf-8")
    return file


@pytest.fixture
def folder(record, tmp_path):
    ids = [made.document_id for made in record.picked]
    return unpacked(bundled(record, tmp_path / "b.zip", document_ids=ids), tmp_path / "unpacked")


def rewrite(folder, change):
    """Change the chains as somebody would who makes their sum in the inventory right again."""
    file = folder / CHAINS
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = change(lines) or lines
    file.write_text("".join(f"{hashes.canonical_json(line)}\n" for line in lines), encoding="utf-8")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    edit(folder, lambda inventory: inventory["files"].update({CHAINS: sha256}))


def event_line(lines, number):
    """The line of an event."""
    start = next(place for place, line in enumerate(lines) if line.get("chain") == "events")
    for line in lines[start + 1 :]:
        if line.get("event", line)["chain_number"] == number:
            return line
    raise AssertionError(f"no event {number}")


def test_an_untouched_selection_agrees_with_the_ends_of_both_chains(folder, heads):
    answer = verified(folder, "--head", heads)

    assert (answer["problems"], answer["notes"], answer["documents"]) == ([], [], 3)


def test_of_papers_that_are_not_picked_nothing_is_told_but_hashes(record, folder):
    lines = [json.loads(line) for line in (folder / CHAINS).read_text(encoding="utf-8").splitlines()]

    untold = [line for line in lines if "record_sha256" in line]
    assert [set(line) for line in untold] == [
        *[{"chain_number", "chain_sha256", "record_sha256"}] * 2,
        *[{"chain_number", "chain_sha256", "record_sha256", "created_at", "document_id", "version_number"}]
        * 5,
    ]
    told = [line["event"]["action"] for line in lines if "event" in line]
    assert told == ["registered", "registered", "void"]
    assert "Тоже ошибка" not in (folder / CHAINS).read_text(encoding="utf-8")


def _registration(line, /, **changes):
    return lambda inventory: inventory["entries"][line]["registration"].update(changes)


EDITS = {
    "state to draft": (lambda i: i["entries"][1].update(state="draft", registration=None), KEPT),
    "draft to registered": (
        lambda i: i["entries"][0].update(state="registered", registration=i["entries"][1]["registration"]),
        DRAFT,
    ),
    "void to registered": (lambda i: i["entries"][2].update(state="registered"), VOID),
    "number": (_registration(1, number="77"), KEPT),
    "date": (_registration(1, date="2022-03-20"), KEPT),
    "reason": (_registration(2, reason="Издан повторно"), VOID),
    "day of the void": (_registration(2, changed_at="2022-03-20T08:15:30.000000Z"), VOID),
    "who voided": (_registration(2, actor_name="Иная"), VOID),
    "event": (_registration(2, event=1), VOID),
}


@pytest.mark.parametrize(("change", "place"), EDITS.values(), ids=EDITS)
def test_an_edited_state_number_date_or_reason_is_found(folder, change, place):
    edit(folder, change)

    assert found(folder) == [("state_differs", place)]


def test_what_is_wrong_is_told_in_words_of_a_coordinator(folder):
    edit(folder, EDITS["void to registered"][0])

    text = (
        "В описи документ зарегистрирован, № 2 от 19.03.2022, Издан ошибочно; "
        "по журналу – аннулирован, № 2 от 19.03.2022, Издан ошибочно."
    )
    assert [one["text"] for one in verified(folder)["problems"]] == [text]


def _without(number):
    return lambda lines: [line for line in lines if line is not event_line(lines, number)]


def _edited(lines):
    line = event_line(lines, 7)
    line["event"]["reason"] = "Издан повторно"
    line["chain_sha256"] = hashes.chain_sha256("events", line["event"])


def _hidden(lines):
    """The void is made a hash, as if it were about a paper of somebody else."""
    line, fields = event_line(lines, 7), event_line(lines, 7)["event"]
    place = lines.index(line)
    record = hashes.sha256_of({"format": "formulyar-event-record-2", **fields})
    told = {name: fields[name] for name in ("chain_number", *hashes.TOLD["events"])}
    lines[place] = {"chain_sha256": line["chain_sha256"], "record_sha256": record, **told}


def _hidden_under_another_name(lines):
    _hidden(lines)
    event_line(lines, 7)["document_id"] = "f" * 32


def _appended(lines):
    fields = {**event_line(lines, 7)["event"], "chain_number": 9, "reason": "Ещё раз"}
    fields["prev_chain_sha256"] = lines[-1]["chain_sha256"]
    lines.append({"event": fields, "chain_sha256": hashes.chain_sha256("events", fields)})


def _older(lines):
    """A void that nobody can see any more, because the journal seems to begin behind it."""
    start = next(place for place, line in enumerate(lines) if line.get("chain") == "events")
    last = event_line(lines, 8)
    head = {"chain": "events", "after": 7, "chain_sha256": event_line(lines, 7)["chain_sha256"]}
    return [*lines[:start], head, last]


MISSING, UNPROVEN = "event_missing", "state_unproven"
REWRITES = {
    "event removed": (_without(7), [(MISSING, CHAINS), (UNPROVEN, VOID)]),
    "other event removed": (_without(6), [(MISSING, CHAINS)]),
    "event edited, its hash made right": (_edited, [("chain_broken", CHAINS), ("state_differs", VOID)]),
    "event hidden": (_hidden, [(MISSING, VOID)]),
    "event hidden as another's": (_hidden_under_another_name, [("chain_broken", CHAINS), ("state_differs", VOID)]),
    "event appended": (_appended, [("head_differs", CHAINS)]),
    "tail cut": (lambda lines: lines[:-2], [(MISSING, CHAINS), (UNPROVEN, VOID)]),
    "beginning cut": (_older, [(MISSING, CHAINS), (UNPROVEN, KEPT), (UNPROVEN, VOID)]),
    "events dropped": (
        lambda lines: [line for line in lines if "event" not in line and "created_at" not in line],
        [(MISSING, CHAINS), (UNPROVEN, KEPT), (UNPROVEN, VOID)],
    ),
    "link of another version changed": (
        lambda lines: lines[4].update(record_sha256="e" * 64), [("chain_broken", CHAINS)],
    ),
    "link of another version removed": (
        lambda lines: [line for line in lines if line is not lines[4]], [("row_missing", CHAINS)],
    ),
    "end of the versions cut": (
        lambda lines: [line for line in lines if line is not lines[5]], [("row_missing", CHAINS)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "faults"), REWRITES.values(), ids=REWRITES)
def test_events_removed_edited_hidden_or_added_are_found(folder, change, faults):
    rewrite(folder, change)

    assert found(folder) == faults


def test_a_rewrite_that_changes_nothing_is_no_fault(folder, heads):
    rewrite(folder, lambda lines: lines)
    edit(folder, lambda inventory: inventory)

    assert found(folder, "--head", heads) == []


OTHERS = (None, 0, -1, "", "x", [], {}, True)


@pytest.mark.parametrize("name", ["опись.json", CHAINS])
def test_whatever_stands_where_a_value_was_is_told_and_never_breaks_the_program(folder, name):
    """Every value of the inventory and of the chains is replaced by values of other types, one in each run."""
    whole = (folder / name).read_text(encoding="utf-8")
    values = [json.loads(line) for line in whole.splitlines()] if name == CHAINS else [json.loads(whole)]
    places = [(number, *place) for number, value in enumerate(values) for place in places_in(value)]
    chosen = random.Random(7).sample(places, 40)  # noqa: S311 - the same places every time
    verifier = program(folder)

    for number, place in enumerate(chosen):
        spoiled = json.loads(json.dumps(values))
        other = put(spoiled, place, OTHERS[number % len(OTHERS) :] + OTHERS)
        lines = spoiled if name == CHAINS else spoiled[0:1]
        (folder / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        done = subprocess.run([SYSTEM_PYTHON, "-I", verifier, folder], capture_output=True, text=True)
        assert done.returncode in {1, 2}, (place, other, done.stdout)
        assert "Traceback" not in done.stderr, done.stderr


def places_in(value, *before):
    """Where the values of a JSON value stand."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*before, key)
        yield from places_in(item, *before, key)


def put(value, place, others):
    """Put the first of the values that is another one."""
    for key in place[:-1]:
        value = value[key]
    other = next(one for one in others if json.dumps(one) != json.dumps(value[place[-1]]))
    value[place[-1]] = other
    return other


def test_a_removed_row_is_found_though_its_files_went_with_it(folder):
    for file in (folder / "Документы").glob("*№ 3*"):
        file.unlink()

    def remove(inventory):
        inventory["entries"].pop()
        inventory["count"] = 2

    edit(folder, remove)

    assert found(folder) == [("row_missing", "опись.json")]


def test_a_bundle_with_both_tails_cut_is_older_than_the_kept_ends(folder, heads):
    rewrite(folder, lambda lines: [line for line in lines if line not in (lines[5], lines[-1])])

    def shorten(inventory):
        for head, number in zip(inventory["heads"], (5, 7), strict=True):
            head["chain_number"] = number

    def settle(inventory):
        lines = [json.loads(line) for line in (folder / CHAINS).read_text(encoding="utf-8").splitlines()]
        inventory["heads"][0]["chain_sha256"] = lines[4]["chain_sha256"]
        inventory["heads"][1]["chain_sha256"] = lines[-1]["chain_sha256"]

    edit(folder, shorten)
    edit(folder, settle)

    assert found(folder) == []
    assert found(folder, "--head", heads) == [("older_database", "опись.json")] * 2


def test_a_bundle_of_yesterday_is_older_than_the_kept_ends(record, folder, heads):
    assert found(folder, "--head", heads) == []
    registered(record, paper("6", number="6"))
    told = [dataclasses.asdict(head) for head in record.heads(ANNA.organisation_id)]
    heads.write_text(json.dumps(told), encoding="utf-8")

    assert found(folder, "--head", heads) == [("older_database", "опись.json")] * 2


def test_a_whole_chain_forged_anew_differs_from_the_kept_end(folder, heads):
    """A forger who makes every hash right again cannot make the kept end right."""

    def void_away(lines):
        start = next(place for place, line in enumerate(lines) if line.get("chain") == "events")
        previous = lines[start]["chain_sha256"]
        for line in lines[start + 1 :]:
            told = line.get("event", line)
            if told["chain_number"] == 7:
                told["reason"] = "Издан повторно"
            if "event" in line:
                told["prev_chain_sha256"] = previous
                line["chain_sha256"] = hashes.chain_sha256("events", told)
            else:
                link = {**told, "prev_chain_sha256": previous}
                line["chain_sha256"] = hashes.link_sha256("events", link, line["record_sha256"])
            previous = line["chain_sha256"]

    rewrite(folder, void_away)
    edit(folder, _registration(2, reason="Издан повторно"))
    end = json.loads((folder / CHAINS).read_text(encoding="utf-8").splitlines()[-1])["chain_sha256"]
    edit(folder, lambda inventory: inventory["heads"][1].update(chain_sha256=end))

    assert found(folder) == []
    assert found(folder, "--head", heads) == [("head_differs", CHAINS)]
