"""The printed text of an order: G-ORD (layout rules A.4); preamble, operative word, clauses, control."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from forms._checks import Finding
from service.layout_rules import wording
from service.layout_rules.paper import Paper, Paragraph
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule
from service.layout_rules.wording import quoted

_OPENERS = re.compile(
    r"(?:В соответствии|В целях|Во исполнение|На основании|В связи|В рамках|Руководствуясь|С целью|Согласно|"
    r"В порядке|Учитывая|По итогам|По результатам|В дополнение|Рассмотрев|Для )"
)
_LITERAL = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})*)\.?[ \u00a0\t]+(?P<text>\S.*)?", re.DOTALL)
_INFINITIVE = re.compile(r"(?i)\b[а-яё]{2,}(?:ать|ять|ить|еть|оть|уть|ыть|сти|зти|йти|чь)(?:ся)?\b")
_STATEMENT = re.compile(r"(?i)\b(?:оставляю|возлагаю|считать|признать|настоящ\w+ \w+ вступает)\b")
_DEADLINE = re.compile(
    r"(?i)\b(?:до|с|не позднее|срок\w*|постоянно|ежемесячно|ежеквартально|еженедельно|в течение)\b"
)
_VERB_AT_END = re.compile(r"(?:\b\w+|(?:\b\w ){4,}\w)\s*:?$")
_CONTROL = re.compile(r"Контроль\s+(?:за|над|исполнения)?")
_IN_HONOUR = re.compile(r"(?i)(?:имени|им\.)\s*$")
_NAME_AFTER_INITIALS = re.compile(rf"(?<![А-ЯЁа-яё.]){wording.NAME.pattern}")
_ABBREVIATED = re.compile(r"\(далее\s*[–—-]\s*(?P<short>[^)]+)\)")
_PROJECT = re.compile(
    r"(?i)проект\w*(?P<between>[^«»().,;]{0,90})«500\+»(?P<behind>\s+по\s+[а-яё]+(?:\s+[а-яё]+){0,2})?"
)
_IN_QUOTES = re.compile(r"«О[б]?\s[^«»]*(?:«[^«»]*»[^«»]*)*»")
# The usual order of clauses; an order may have any of them, the control comes last.
_CLASSES = (
    ("утвердить", r"[Уу]тверди"),
    ("назначить", r"[Нн]азначи|[Вв]озложить (?:обязан|ответств)"),
    ("рекомендовать", r"[Рр]екоменд"),
    ("признать утратившим силу", r"утративш"),
)


def preamble(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-01: the order begins with its reason: «В соответствии с …», «В целях …»."""
    if not _is_order(paper):
        return
    text = " ".join(part.text for part in _before_verb(paper))
    if not text.strip():
        yield Finding(
            "G-ORD-01", "error", "page", "Перед распорядительным словом нет обоснования.",
            "Начните текст с основания или цели: «В соответствии с …», «В целях …».",
        )  # fmt: skip
    elif not _OPENERS.match(text):
        yield Finding(
            "G-ORD-01", "warning", _before_verb(paper)[0].path,
            f"Обоснование начинается необычно: {quoted(text)}.",
            "Начните с «В соответствии с», «В целях», «Во исполнение», «На основании» или «В связи с».",
        )  # fmt: skip


def operative_word(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-02: the operative word of the kind with a colon, exactly once."""
    if not _is_order(paper):
        return
    verbs = _verbs(paper)
    wanted = wording.VERBS.get(paper.document_kind, wording.VERBS["ПРИКАЗ"])
    if len(verbs) != 1:
        path = verbs[1].path if verbs else "page"
        how = f"напечатано {len(verbs)} раза" if verbs else "не напечатано"
        yield Finding(
            "G-ORD-02", "error", path, f"Распорядительное слово {how}, а нужно ровно один раз.",
            f"Оставьте одну строку «{wanted[0]}:» после обоснования.",
        )  # fmt: skip
    for part in verbs[:1]:
        word = wording.verb_word(part.text)
        if word not in wanted:
            yield Finding(
                "G-ORD-02", "error", part.path,
                f"Вид документа {paper.document_kind}, а распорядительное слово {word}.",
                f"Напишите: {wanted[0]}.",
            )  # fmt: skip
        if not part.text.rstrip().endswith(":"):
            yield Finding(
                "G-ORD-02", "error", part.path, f"После слова {word} нет двоеточия.", "Поставьте двоеточие."
            )


def before_operative_word(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-03: the sentence goes on into the operative word: no full stop before it."""
    parts = _before_verb(paper) if _is_order(paper) and _verbs(paper) else []
    text = parts[-1].text.rstrip() if parts else ""
    if wording.verb_word(text):
        text = _VERB_AT_END.sub("", text).rstrip()
    # «… в 2023 г. ПРИКАЗЫВАЮ» ends with an abbreviation, not with a sentence.
    if re.search(r"[.;:,]\s*[,;:]$|[;:]$", text) or re.search(r"(?<!\bг)(?<!гг)(?<!др)\.$", text):
        yield Finding(
            "G-ORD-03", "warning", parts[-1].path,
            f"Обоснование перед распорядительным словом кончается знаком «{text[-1]}»: {quoted(text[-50:])}.",
            "Уберите знак: предложение продолжается распорядительным словом.",
        )  # fmt: skip


def clause_numbers(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-04: clauses are numbered 1, 2, 2.1 … without gaps, by one method, and none is empty."""
    if not _is_order(paper):
        return
    expected: dict[str, int] = {}
    methods = set()
    for part, number, text in _clauses(paper):
        if not text.strip():
            yield Finding("G-ORD-04", "error", part.path, f"Пункт {number} пустой.", "Уберите пустой пункт.")
        prefix, _, last = number.rpartition(".")
        wanted = expected.get(prefix, 0) + 1
        if last.isdigit() and int(last) != wanted:
            full = f"{prefix}.{wanted}" if prefix else str(wanted)
            yield Finding(
                "G-ORD-04", "error", part.path,
                f"Нумерация пунктов нарушена: после ожидаемого {full} идёт {number}: {quoted(text)}.",
                "Пронумеруйте пункты подряд.",
            )  # fmt: skip
        expected[prefix] = int(last) if last.isdigit() else wanted
        for deeper in [key for key in expected if key.startswith(f"{number}.")]:
            del expected[deeper]
        expected.pop(number, None)
        methods.add(bool(part.label))
    if len(methods) > 1:
        yield Finding(
            "G-ORD-04", "warning", _clauses(paper)[0][0].path,
            "Одни пункты пронумерованы автоматически, другие вручную.",
            "Выберите один способ нумерации пунктов.",
        )  # fmt: skip


def clause_sentences(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-04: a clause begins with a capital letter and ends with a full stop or a colon."""
    for part, number, text in _clauses(paper) if _is_order(paper) else ():
        text = text.strip()
        if text and not text.endswith((".", ":")):
            yield Finding(
                "G-ORD-04", "warning", part.path, f"В конце пункта {number} нет точки: {quoted(text[-60:])}.",
                "Поставьте точку или двоеточие.",
            )  # fmt: skip
        if text[:1].islower():
            yield Finding(
                "G-ORD-04", "warning", part.path, f"Пункт {number} начинается со строчной буквы: {quoted(text)}.",
                "Начните пункт с прописной буквы.",
            )  # fmt: skip


def clause_parts(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-05: a clause says what to do, and by when if it names who does it."""
    clauses = _clauses(paper) if _is_order(paper) else []
    for part, number, text in clauses:
        first = _INFINITIVE.search(text)
        if text and first is None and not _STATEMENT.search(text):
            yield Finding(
                "G-ORD-05", "info", part.path, f"В пункте {number} не сказано, что сделать: {quoted(text)}.",
                "Напишите действие в неопределённой форме: обеспечить, разместить.",
            )  # fmt: skip
        elif (
            first
            and first.start() > 0
            and wording.NAME_REVERSED.search(text[: first.start()])
            and not text.rstrip().endswith(":")
            and not _DEADLINE.search(text[first.start() :])
        ):
            yield Finding(
                "G-ORD-05", "info", part.path, f"В пункте {number} нет срока: {quoted(text)}.",
                "Укажите срок: «до …» или «постоянно».",
            )  # fmt: skip


def name_order(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-06: names inside the text are written one way: the surname first, or everywhere last."""
    if not _is_order(paper):
        return
    parts = [part for part, _, _ in _clauses(paper)]
    after = [(p, m[0]) for p in parts for m in wording.NAME_REVERSED.finditer(p.text)]
    before = [
        (part, match[0])
        for part in parts
        for match in _NAME_AFTER_INITIALS.finditer(part.text)
        if not _IN_HONOUR.search(part.text[: match.start()])
    ]
    if after and before:
        yield Finding(
            "G-ORD-06", "warning", before[0][0].path,
            f"Имена в тексте написаны по-разному: {quoted(after[0][1])} и {quoted(before[0][1])}.",
            "Пишите в тексте сначала фамилию, потом инициалы.",
        )  # fmt: skip


def control_clause(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-07: the control clause stands once and last; the others in the usual order."""
    if not _is_order(paper):
        return
    clauses = [(part, text) for part, number, text in _clauses(paper) if "." not in number and text.strip()]
    control = [place for place, (_, text) in enumerate(clauses) if _CONTROL.match(text.lstrip())]
    if not clauses:
        return
    if len(control) != 1:
        yield Finding(
            "G-ORD-07", "warning", clauses[-1][0].path,
            "Нет пункта о контроле исполнения." if not control else "Пунктов о контроле исполнения несколько.",
            "Оставьте последним один пункт: «Контроль за исполнением … оставляю за собой».",
        )  # fmt: skip
    elif control[0] != len(clauses) - 1:
        yield Finding(
            "G-ORD-07", "warning", clauses[control[0]][0].path,
            "Пункт о контроле исполнения стоит не последним.", "Перенесите его в конец.",
        )  # fmt: skip
    ranks = [(rank, part) for part, text in clauses if (rank := _clause_class(text)) is not None]
    for (rank, _), (following, part) in itertools.pairwise(ranks):
        if following == 0 < rank and _CLASSES[rank][0] != "назначить":
            yield Finding(
                "G-ORD-07", "info", part.path,
                f"Обычно «{_CLASSES[following][0]}» стоит раньше, чем «{_CLASSES[rank][0]}»: {quoted(part.text)}.",
                "Проверьте порядок пунктов.",
            )  # fmt: skip


def short_names(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-08: what gets a short name «(далее – …)» is called by it afterwards."""
    parts = list(paper.of("text", "clause")) if _is_order(paper) else []
    text = "\n".join(part.text for part in parts)
    for match in _ABBREVIATED.finditer(text):
        stems = [re.escape(word[: max(3, len(word) - 3)]) for word in re.findall(r"\w+", match["short"])]
        if stems and not re.search(r"(?i)\b" + r"\w*\W+".join(stems), text[match.end() :]):
            part = next(part for part in parts if match[0] in part.text or len(parts) == 1)
            yield Finding(
                "G-ORD-08", "info", part.path,
                f"Сокращение {quoted(match['short'])} введено, но дальше не встречается.",
                "Уберите «(далее – …)» или пользуйтесь сокращением.",
            )  # fmt: skip


def project_name(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ORD-09: the project's full name is worded one way; titles of other acts are quoted as they are."""
    if not _is_order(paper):
        return
    variants: dict[str, Paragraph] = {}
    for part in paper.of("title", "text", "clause"):
        for match in _PROJECT.finditer(_IN_QUOTES.sub("", part.text)):
            # Six letters of a word are its stem: the name is met in every case.
            words = f"{match['between']} | {match['behind'] or ''}".lower().split()
            if len(words) > 1:
                variants.setdefault(" ".join(word[:6] for word in words), part)
    if len(variants) > 1:
        odd = list(variants.values())[1]
        yield Finding(
            "G-ORD-09", "info", odd.path,
            f"Название проекта в документе пишется по-разному: {quoted(odd.text, 100)}.",
            "Пишите полное название проекта одинаково.",
        )  # fmt: skip


def _is_order(paper: Paper) -> bool:
    return paper.facts.part == "order" or paper.document_kind in wording.VERBS


def _verbs(paper: Paper) -> list[Paragraph]:
    """The lines with the operative word: alone, or at the end of the preamble."""
    return [part for part in paper.of("verb", "text") if wording.verb_word(part.text)]


def _before_verb(paper: Paper) -> list[Paragraph]:
    parts: list[Paragraph] = []
    for part in paper.of("text", "item", "clause", "verb", "heading"):
        if wording.verb_word(part.text):
            if wording.unspaced(part.text).rstrip(": ").upper() != wording.verb_word(part.text):
                parts.append(part)
            break
        if not part.is_empty:
            parts.append(part)
    return parts


def _clauses(paper: Paper) -> list[tuple[Paragraph, str, str]]:
    """Return paragraph, number without its last dot and text of the clauses."""
    found = []
    for part in paper.of("clause"):
        if part.label:
            found.append((part, part.label.rstrip(".) "), part.text))
        elif match := _LITERAL.match(part.text):
            found.append((part, match["number"], match["text"] or ""))
    return found


def _clause_class(text: str) -> int | None:
    return next((rank for rank, (_, pattern) in enumerate(_CLASSES) if re.search(pattern, text[:200])), None)


RULES: tuple[Rule, ...] = (
    preamble, operative_word, before_operative_word, clause_numbers, clause_sentences, clause_parts, name_order,
    control_clause, short_names, project_name,
)  # fmt: skip
