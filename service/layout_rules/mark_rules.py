"""Approval stamps and annex marks: G-APPR and G-ANN (requisites 16 and 19; layout rules A.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms._checks import Finding
from forms.language.agree import approved_word
from service.layout_rules import wording
from service.layout_rules.paper import Mark, Paper, Paragraph
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule
from service.layout_rules.wording import PrintedDate, quoted

_ACT = re.compile(r"(?i)\b(приказ|распоряжени|постановлени|протокол|решени)(\w*)")
_TO_ACT = re.compile(r"(?i)\bк\s+(?:приказу|распоряжению|постановлению|решению)\b")
_INSTRUMENTAL = {"ом", "ем"}
_MENTION = re.compile(r"\((?i:приложени[еямию]+)(?:[ \u00a0]*№?[ \u00a0]*(\d+))?\)")
_ACT_NUMBER = re.compile(r"от\s.*?№[ \u00a0]?(?P<number>\S*)")


def mark_stands(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-02, G-APPR-01: a paper whose data asks for a mark has it on its first sheet."""
    if paper.facts.needs_mark and not any(mark.opens_paper for mark in paper.marks):
        yield Finding(
            "G-ANN-02", "error", "page",
            "В правом верхнем углу первого листа нет отметки о приложении или грифа утверждения.",
            "Напечатайте отметку: «Приложение к приказу … от … № …» или гриф «УТВЕРЖДАЮ».",
        )  # fmt: skip


def mark_on_the_right(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-APPR-01, G-ANN-02: a mark stands in the upper right corner."""
    for mark in paper.marks:
        room = paper.sections[mark.paragraphs[0].section].room
        part = min((part for part in mark.paragraphs if not part.is_empty), key=lambda part: part.left)
        if part.left < room / 2 - profile.tolerance and part.format.align != "right":
            yield Finding(
                "G-ANN-02" if _annex_line(mark) else "G-APPR-01", "error", part.path,
                f"Отметка стоит в левой половине листа: {quoted(part.text)}.",
                "Расположите отметку в правом верхнем углу: отступ слева не меньше 8,5 см.",
            )  # fmt: skip


def mark_alignment(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-APPR-02: the lines of a mark are all left-aligned or all centred."""
    for mark in paper.marks:
        ways = {part.format.align.replace("both", "left") for part in mark.paragraphs if not part.is_empty}
        if len(ways) > 1 or "right" in ways:
            yield Finding(
                "G-APPR-02", "warning", mark.path,
                f"Строки отметки выровнены по-разному или по правому краю: {quoted(mark.text)}.",
                "Выровняйте все строки отметки по левому краю или по центру.",
            )  # fmt: skip


def signs_in_marks(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-APPR-01, G-ANN-02: УТВЕРЖДАЮ in capitals, no quotes, no colon, no full stop."""
    for mark in paper.marks:
        for line in mark.lines:
            stamp, annex = wording.STAMP.fullmatch(line), wording.ANNEX.fullmatch(line)
            if stamp and (line != stamp["word"] or line != line.upper()):
                rule, fix = (
                    "G-APPR-01",
                    f"Напишите слово прописными буквами без знаков: {stamp['word'].upper()}.",
                )
            elif annex and re.search(r"[«»\":.]", line):
                rule, fix = "G-ANN-02", "Напишите без кавычек и точки: Приложение № 1."
            else:
                continue
            yield Finding(rule, "error", mark.path, f"В отметке лишние знаки или буквы: {quoted(line)}.", fix)


def stamp_complete(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-APPR-01: УТВЕРЖДАЮ, position, room for the signature, initials and surname, date."""
    for mark in paper.marks:
        if "УТВЕРЖДАЮ" not in mark.text.upper():
            continue
        lines = mark.lines[1:]
        named = [line for line in lines if wording.NAME.search(line)]
        position = [line for line in lines if line not in named and not wording.DATE.search(line)]
        parts = (
            ("должность", position, "error"),
            ("инициалы и фамилия", named, "error"),
            ("место для подписи", "____" in mark.text or any("\t" in line for line in named), "warning"),
            ("дата", wording.DATE.search(mark.text), "warning"),
        )
        for name, found, severity in parts:
            if not found:
                yield Finding(
                    "G-APPR-01", "error" if severity == "error" else "warning", mark.path,
                    f"В грифе «УТВЕРЖДАЮ» не хватает части: {name}.",
                    "Гриф состоит из слова, должности, подписи, инициалов с фамилией и даты.",
                )  # fmt: skip


def stamp_agrees(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-APPR-03: УТВЕРЖДЁН, УТВЕРЖДЕНА … agrees with what is approved; the act is in the instrumental."""
    for mark in paper.marks:
        word = next((line for line in mark.lines if re.fullmatch(r"(?i)утвержд[её]н\w?", line)), "")
        if not word:
            continue
        if mark.title and (wanted := _agreed(mark.title)) and _plain(wanted) != _plain(word):
            yield Finding(
                "G-APPR-03", "error", mark.path,
                f"Слово «{word}» не согласовано с заголовком {quoted(mark.title)}.", f"Напишите: {wanted}.",
            )  # fmt: skip
        act = _ACT.search(mark.text, mark.text.find(word) + len(word))
        if act is None or (act[2] not in _INSTRUMENTAL and not _is_collegiate(mark)):
            yield Finding(
                "G-APPR-03", "error", mark.path,
                f"После «{word}» нет акта в творительном падеже: {quoted(mark.text)}.",
                "Напишите, каким актом утверждено: приказом … от … № …",
            )  # fmt: skip


def collegiate_stamp(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-APPR-04: what a collegiate body approves names its minutes: (протокол от … № …)."""
    for mark in paper.marks:
        if not re.search(r"(?i)протокол", mark.text) or "УТВЕРЖД" not in mark.text.upper():
            continue
        if not re.search(r"\(протокол\s.*?от\s.+?№.+?\)|протоколом\s.+от\s.+№", mark.text):
            yield Finding(
                "G-APPR-04", "warning", mark.path,
                f"У протокола в грифе нет даты и номера: {quoted(mark.text)}.",
                "Напишите: (протокол от 19.03.2021 № 5).",
            )  # fmt: skip


def annex_mentions(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-01: the order's text mentions its annexes: «(приложение)», or «(приложение № 1)» from two on."""
    numbers = _mentioned(paper)
    if paper.facts.part != "order" or not numbers:
        return
    path = next(part.path for part in _order_text(paper) if _MENTION.search(part.text))
    distinct = sorted({number for number in numbers if number})
    if len(distinct) == 1 and None not in numbers and distinct == [1] and _annexes(paper) <= {1}:
        message = "Приложение одно, номер ему не нужен"
    elif len(set(numbers)) > 1 and None in numbers:
        message = "Приложений несколько, а в тексте есть упоминание без номера"
    elif distinct and distinct != list(range(1, len(distinct) + 1)):
        message = f"Номера приложений в тексте идут не подряд: {', '.join(map(str, distinct))}"
    else:
        return
    yield Finding(
        "G-ANN-01",
        "warning",
        path,
        f"{message}.",
        "Пишите: (приложение) или (приложение № 1), (приложение № 2).",
    )


def annexes_match(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-04: every annex that the text names exists, and every annex is named."""
    if paper.facts.part != "order":
        return
    named, present = {number or 1 for number in _mentioned(paper)}, _annexes(paper)
    for number in sorted(named - present):
        yield Finding(
            "G-ANN-04", "error", "page", f"Приложение № {number} названо в тексте, но его нет.",
            "Добавьте приложение или уберите ссылку на него.",
        )  # fmt: skip
    for number in sorted(present - named):
        yield Finding(
            "G-ANN-04", "error", "page", f"Приложение № {number} есть, но в тексте оно не названо.",
            "Назовите приложение в пункте, который его вводит: (приложение № 1).",
        )  # fmt: skip


def annex_act(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-02, G-ANN-03: an annex mark says «к приказу …» or «УТВЕРЖДЁН приказом …», not both."""
    for mark in paper.marks:
        if not _annex_line(mark):
            continue
        refers, approves = bool(_TO_ACT.search(mark.text)), "УТВЕРЖД" in mark.text.upper()
        if refers == approves:
            what = "и «к приказу», и гриф утверждения" if refers else "ни «к приказу», ни грифа утверждения"
            yield Finding(
                "G-ANN-03" if refers else "G-ANN-02", "error", mark.path,
                f"В отметке о приложении {what}: {quoted(mark.text)}.",
                "Оставьте одно: «к приказу … от … № …» или «УТВЕРЖДЁН приказом … от … № …».",
            )  # fmt: skip


def annex_values(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-02: date and number in a mark are those of the order."""
    for mark in paper.marks:
        if "УТВЕРЖДАЮ" in mark.text.upper():
            continue
        printed, match = wording.find_date(mark.text), _ACT_NUMBER.search(mark.text)
        number = match["number"].strip("_") if match else ""
        if printed is None or match is None:
            yield _value_finding(mark, "в отметке нет даты и номера акта", "Напишите: от 19.03.2021 № 376.")
            continue
        if printed.defect:
            yield _value_finding(mark, f"дата написана неверно, {printed.defect}", "Исправьте дату.")
        if paper.facts.order_date and printed.value != paper.facts.order_date:
            wanted = paper.facts.order_date.strftime("%d.%m.%Y")
            yield _value_finding(
                mark, "дата не совпадает с датой приказа", f"Напишите дату приказа: {wanted}."
            )
        if paper.facts.order_number and number != paper.facts.order_number:
            wanted = paper.facts.order_number
            yield _value_finding(mark, "номер не совпадает с номером приказа", f"Напишите номер: № {wanted}.")


def annex_page(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-05: every annex begins a new page."""
    for mark in paper.marks:
        if not mark.opens_paper and _annex_line(mark) and not mark.paragraphs[0].starts_page:
            yield Finding(
                "G-ANN-05", "warning", mark.path,
                f"Приложение начинается не с новой страницы: {quoted(mark.text)}.",
                "Поставьте перед отметкой о приложении разрыв страницы.",
            )  # fmt: skip


def annex_date_style(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-ANN-06: dates in marks are written as the order writes its own."""
    own = next((date for part in paper.of("requisite") if (date := wording.find_date(part.text))), None)
    for mark in paper.marks:
        printed = wording.find_date(mark.text)
        if _differs(own, printed):
            yield Finding(
                "G-ANN-06", "warning", mark.path,
                f"Дата в отметке написана не так, как дата документа: {quoted(printed.text if printed else '')}.",
                "Пишите даты одним способом: цифрами или словами.",
            )  # fmt: skip


def _differs(own: PrintedDate | None, printed: PrintedDate | None) -> bool:
    known = own is not None and printed is not None and "room" not in (own.style, printed.style)
    return known and own is not None and printed is not None and own.style != printed.style


def _value_finding(mark: Mark, what: str, fix: str) -> Finding:
    return Finding("G-ANN-02", "error", mark.path, f"Отметка {quoted(mark.text, 90)}: {what}.", fix)


def _annex_line(mark: Mark) -> re.Match[str] | None:
    return wording.ANNEX.fullmatch(mark.lines[0]) if mark.lines else None


def _is_collegiate(mark: Mark) -> bool:
    return bool(re.search(r"\(протокол", mark.text))


def _agreed(title: str) -> str:
    try:
        return approved_word(title)
    except ValueError:
        return ""  # no head noun is known: the form's own check asks for one


def _plain(word: str) -> str:
    return word.upper().replace("Ё", "Е")


def _order_text(paper: Paper) -> list[Paragraph]:
    return [part for part in paper.of("text", "clause", "item") if part.text]


def _mentioned(paper: Paper) -> list[int | None]:
    text = "\n".join(part.text for part in _order_text(paper))
    return [int(number) if number else None for number in _MENTION.findall(text)]


def _annexes(paper: Paper) -> set[int]:
    found = set(paper.facts.separate_annexes)
    for mark in paper.marks:
        if (match := _annex_line(mark)) and not mark.opens_paper:
            found.add(int(match["number"] or 1))
    return found


RULES: tuple[Rule, ...] = (
    mark_stands,
    mark_on_the_right,
    mark_alignment,
    signs_in_marks,
    stamp_complete,
    stamp_agrees,
    collegiate_stamp,
    annex_mentions,
    annexes_match,
    annex_act,
    annex_values,
    annex_page,
    annex_date_style,
)
