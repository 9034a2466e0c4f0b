"""The two chains of the record from the first paper of the bundle to their ends: versions and events.

A link of a paper that is not in the bundle is told by its hash only; it can be followed, and not be forged.
"""

from __future__ import annotations

import json
from typing import Any

from service.bundles.verifier.hashes import EVENTS, VERSIONS, ZERO, continues, link_sha256
from service.bundles.verifier.papers import CHAINS, INVENTORY, chain_number_of, place_of
from service.bundles.verifier.sources import UNREADABLE, Findings, Folder, Packed, day, lines_of

WORDS = {
    VERSIONS: ("Запись", "записей архива", "предыдущую"),
    EVENTS: ("Событие", "событий журнала", "предыдущее"),
}
MISSING = {VERSIONS: "row_missing", EVENTS: "event_missing"}


class Chains:
    """Follows both chains and keeps what they tell of the papers.

    Args:
        source: the bundle.
        inventory: of the bundle.
        findings: takes what is wrong.
        kept: ends of chains that were kept elsewhere.
    """

    def __init__(
        self,
        source: Folder | Packed,
        inventory: dict[str, Any],
        findings: Findings,
        kept: list[dict[str, Any]],
    ) -> None:
        self._source = source
        self._findings = findings
        self._entries = {chain_number_of(entry): entry for entry in inventory["entries"]}
        self._documents = {entry["version"]["document_id"]: entry for entry in inventory["entries"]}
        self._heads = {head["chain"]: head for head in inventory["heads"]}
        self._kept = {(one.get("chain", VERSIONS), one["chain_number"]): one["chain_sha256"] for one in kept}
        self._first = min((entry["version"]["created_at"] for entry in inventory["entries"]), default="")
        self._seen: set[int] = set()
        self._number, self._sha256, self._after = 0, ZERO, 0
        self._anchored, self._opaque = True, 0
        self._ended: set[str] = set()
        # (document, version) -> the event that counts; None when it was changed or hidden, which was said then.
        self.states: dict[tuple[str, int], dict[str, Any] | None] = {}
        self.whole = True

    def look(self) -> None:
        """Follow the chains from end to end."""
        chain = ""
        try:
            for text in lines_of(self._source, CHAINS):
                line = json.loads(text)
                if "after" in line:
                    self._end(chain)
                    chain = self._begin(line)
                else:
                    self._follow(chain, line)
            self._end(chain)
            if self._ended != {VERSIONS, EVENTS}:
                raise KeyError("chain")
        except KeyError as error:
            self.whole = False
            if CHAINS in self._source.names:
                self._findings.say("file_damaged", CHAINS, f"В файле нет того, что должно быть: {error}.")
        except (*UNREADABLE, ValueError, TypeError, AttributeError) as error:
            self.whole = False
            self._findings.say("file_damaged", CHAINS, f"Файл повреждён и дальше не читается: {error}.")
        if VERSIONS in self._ended:
            self._look_for_strangers()

    def _begin(self, line: dict[str, Any]) -> str:
        chain = str(line["chain"])
        self._number = self._after = line["after"] + 0
        self._sha256 = line["chain_sha256"]
        # Events older than every paper of the bundle say nothing of them: the last of those must come first.
        self._anchored, self._opaque = chain == VERSIONS or self._after == 0, 0
        if self._after == 0 and self._sha256 != ZERO:
            self._findings.say("chain_broken", CHAINS, f"Начало {WORDS[chain][1]} изменено.")
        self._compare_with_kept(chain)
        return chain

    def _follow(self, chain: str, line: dict[str, Any]) -> None:
        """Look at one link, and go on to it."""
        told = line.get("event") or line
        number = told["chain_number"]
        missing = number - self._number - 1
        if missing < 0:
            self._findings.say("chain_broken", CHAINS, f"{WORDS[chain][0]} {number} стоит не на своём месте.")
        elif missing:
            self._miss(chain, f"Удалено {WORDS[chain][1]}: {missing}, перед номером {number}.")
        link = {**told, "prev_chain_sha256": self._sha256}
        if chain == VERSIONS:
            self._follow_version(line, link, sound=missing == 0)
        else:
            self._follow_event(line, link, sound=missing == 0)
        self._number, self._sha256 = number, line["chain_sha256"]
        self._compare_with_kept(chain)

    def _follow_version(self, line: dict[str, Any], link: dict[str, Any], *, sound: bool) -> None:
        number, entry = line["chain_number"], self._entries.get(line["chain_number"])
        self._seen.add(number)
        if entry is None:
            self._follow_untold(VERSIONS, line, link, sound=sound)
            return
        fields, place = entry["version"], place_of(entry)
        if entry["chain_sha256"] != line["chain_sha256"] or not continues(
            VERSIONS, fields, line["chain_sha256"]
        ):
            text = "Запись о документе отличается от сделанной при создании."
            self._findings.say("row_changed", place, text)
        elif sound and fields["prev_chain_sha256"] != self._sha256:
            self._findings.say("chain_broken", place, "Запись не продолжает предыдущую запись архива.")

    def _follow_event(self, line: dict[str, Any], link: dict[str, Any], *, sound: bool) -> None:
        fields = line.get("event")
        if self._number == self._after and sound and link["created_at"] < self._first:
            self._anchored = True
        if fields is None:
            about = self._documents.get(line["document_id"])
            if about is not None:
                self.states[(line["document_id"], line["version_number"])] = None
                text = f"Содержание события журнала {line['chain_number']} об этом документе удалено."
                self._findings.say("event_missing", place_of(about), text)
            self._follow_untold(EVENTS, line, link, sound=sound)
            return
        about = self._documents.get(fields["document_id"])
        good = continues(EVENTS, fields, line["chain_sha256"])
        place = place_of(about) if about else CHAINS
        if not good:
            text = f"Событие журнала {fields['chain_number']} отличается от записанного."
            self._findings.say("event_changed", place, text)
        elif sound and fields["prev_chain_sha256"] != self._sha256:
            text = f"Событие журнала {fields['chain_number']} не продолжает предыдущее."
            self._findings.say("chain_broken", place, text)
        added = fields["chain_number"] > self._heads[EVENTS]["chain_number"]
        if fields["action"] in {"registered", "superseded", "void"} and not added:
            self.states[(fields["document_id"], fields["version_number"])] = fields if good else None

    def _follow_untold(self, chain: str, line: dict[str, Any], link: dict[str, Any], *, sound: bool) -> None:
        """Follow a link whose record is not in the bundle."""
        number = line["chain_number"]
        if line.get("old"):
            # Hashed in one step, as all were once: it can be followed only by somebody who sees the record.
            self._opaque += 1
            return
        if "record_sha256" not in line:
            text = f"Документ, который в архиве записан под номером {number}, удалён из описи."
            self._findings.say("row_missing", INVENTORY, text)
        elif sound and link_sha256(chain, link, line["record_sha256"]) != line["chain_sha256"]:
            text = f"{WORDS[chain][0]} {number} не продолжает {WORDS[chain][2]}."
            self._findings.say("chain_broken", CHAINS, text)

    def _miss(self, chain: str, text: str) -> None:
        self.whole = self.whole and chain != EVENTS
        self._findings.say(MISSING[chain], CHAINS, text)

    def _end(self, chain: str) -> None:
        """Compare the end that was reached with the one that the inventory tells."""
        if not chain:
            return
        self._ended.add(chain)
        head, behind = self._heads[chain], self._number - self._heads[chain]["chain_number"]
        if behind < 0:
            self._miss(chain, f"Удалено последних {WORDS[chain][1]}: {-behind}.")
        elif behind:
            self._findings.say("head_differs", CHAINS, f"Приписано {WORDS[chain][1]}: {behind}.")
        elif self._sha256 != head["chain_sha256"]:
            text = f"Конец цепочки в описи другой: {WORDS[chain][0].lower()} {self._number}."
            self._findings.say("head_differs", INVENTORY, text)
        if self._opaque:
            text = f"{WORDS[chain][1].capitalize()} прежнего образца, не входящих в комплект: {self._opaque}."
            self._findings.notes.append(f"{text} Их связь доказывает только полная выгрузка.")
        if not self._anchored:
            self._miss(chain, "Нет начала журнала: событий, следующих за созданием документов.")
        for (kept_chain, number), _ in sorted(self._kept.items()):
            if kept_chain == chain:
                self._tell_of_kept(chain, number, head["chain_number"])

    def _tell_of_kept(self, chain: str, number: int, last: int) -> None:
        """Say why a kept end was not met on the way."""
        if number > last:
            text = f"Сохранённый конец – {WORDS[chain][0].lower()} {number}, а цепочка кончается на {last}."
            self._findings.say("older_database", INVENTORY, f"{text} Комплект выдан из более старой базы.")
        elif 0 < number < self._after:
            text = f"{WORDS[chain][0]} {number} раньше документов комплекта: с сохранённым концом не сверить."
            self._findings.notes.append(text)

    def _compare_with_kept(self, chain: str) -> None:
        sha256 = self._kept.pop((chain, self._number), self._sha256)
        if sha256 != self._sha256:
            text = f"{WORDS[chain][0]} {self._number} отличается от сохранённого конца цепочки."
            self._findings.say("head_differs", CHAINS, text)

    def _look_for_strangers(self) -> None:
        for number in sorted(self._entries.keys() - self._seen):
            text = "Такой записи в архиве не было: строка описи приписана."
            self._findings.say("row_added", place_of(self._entries[number]), text)


def state_of(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the inventory must say of a version after the event that counts; None for a draft."""
    if fields is None:
        return None
    return {
        "number": fields["number"],
        "date": fields["date"],
        "reason": fields["reason"],
        "actor_name": fields["actor_name"],
        "changed_at": fields["created_at"],
        "event": fields["chain_number"],
    }


def shown(state: str, registration: dict[str, Any] | None) -> str:
    """Return a state as people say it: «зарегистрирован под № 376 от 19.03.2022»."""
    words = {"registered": "зарегистрирован", "superseded": "заменён", "void": "аннулирован"}
    if registration is None:
        return words.get(state, "черновик")
    text = f"{words.get(state, state)}, № {registration['number']} от {day(registration['date'])}"
    return f"{text}, {registration['reason']}" if registration["reason"] else text
