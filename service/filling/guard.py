"""The guard of the template language: what a tag may say is an allow-list, judged before anything is compiled.

Only `if` and `for`, names of values and their parts, comparisons, and filters that format. No calls, no arithmetic, no
names with a leading underscore: neither a way out of the sandbox nor work without end. The environment keeps the same
lists while rendering.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from forms.language.cases import CASES
from service.errors import PayloadTooLarge, TemplateError
from service.filling.environment import FILTER_NAMES, LOOP_VALUES, TEST_NAMES, template_environment
from service.filling.typed_tags import TAG, TypedTag, TypedTags
from service.office_files import Problem, read_docx_parts, refusal_of, require_docx

MOST_TAGS, MOST_TAG_CHARS, MOST_TEXT_CHARS = 5_000, 400, 200
# Python compiles no more than 20 nested loops and 100 levels of indentation.
MOST_LOOPS, MOST_NESTED = 6, 20
_BLOCKS = {"if", "elif", "else", "endif", "for", "endfor"}
WORDS = (*sorted(_BLOCKS), "grid", "width", "span", "merge", "height", "landscape", "footnote")
_WORD = re.compile(r"\{%-?\s*(?:(?:tr|tc|p|r)\s+)?(\w*)")
_RESERVED = {"loop", "self", "super", "caller", "varargs", "kwargs", "true", "false", "none"}
_OUR_COLUMN = "_column"  # made by the tag grid
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.CondExpr, nodes.Keyword,
)  # fmt: skip
_CASED = {"position": 1, "surname_initials": 0, "initials_surname": 0}
_NOT_ALLOWED: tuple[tuple[tuple[type[nodes.Node], ...], str, str], ...] = (
    (
        (nodes.Call,),
        "Вызывать функции нельзя.",
        "Оставьте имя значения без скобок; вид задаёт фильтр после «|».",
    ),
    (
        (nodes.BinExpr, nodes.UnaryExpr, nodes.Concat),
        "Вычислять в метке нельзя.",
        "Печатайте готовые значения.",
    ),
    ((nodes.Slice,), "Брать часть значения нельзя.", "Печатайте значение целиком."),
    ((nodes.List, nodes.Tuple, nodes.Dict), "Списки в метке не допускаются.", "Сравните с каждым значением."),
)


@dataclass(frozen=True)
class ParsedPart:
    """One part of a template, parsed; a line of its source is one tag.

    Attributes:
        tree: what Jinja understood.
        tags: the tags as they were typed; tag number n, from 0, stands on line n + 2 of the parsed source.
    """

    tree: nodes.Template
    tags: tuple[TypedTag, ...]
    typed: TypedTags

    def tag(self, node: nodes.Node) -> TypedTag:
        """Return the typed tag that a node belongs to."""
        return self.tags[max(node.lineno - 2, 0)] if self.tags else TypedTag("", "")

    def problem(self, node: nodes.Node, message: str, fix: str) -> Problem:
        """Return what is wrong with a node, said of the tag as it was typed."""
        tag = self.tag(node)
        return self.typed.problem(f"Метка «{tag.text}»: {message}", fix, tag)


def template_parts(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a template that is in its canonical form and holds nothing that may not come in.

    Raises:
        TemplateError: it is damaged, or `template clean` and a person have to mend it first.
    """
    try:
        parts = read_docx_parts(docx, refusal=TemplateError)
    except PayloadTooLarge as error:
        raise TemplateError(str(error)) from error
    require_docx(parts, refusal=TemplateError)
    return parts


def guarded(part: str, xml: str, source: str) -> ParsedPart:
    """Return a part that says nothing but what the template language allows.

    Args:
        part: its name in the package.
        xml: as it stands in the package.
        source: patched, as Jinja is going to compile it.

    Raises:
        TemplateError: it says something else; `messages` has all of it by place.
    """
    parsed, problems = parse_part(part, xml, source)
    if parsed is None or problems:
        raise refusal_of(problems, TemplateError)
    return parsed


def parse_part(part: str, xml: str, source: str) -> tuple[ParsedPart | None, list[Problem]]:
    """Return a part parsed, and all that is wrong with its language; None when it cannot be parsed at all."""
    typed = TypedTags(part, xml)
    if problems := list(_word_problems(typed)):
        return None, problems
    numbered = TAG.sub(lambda tag: "\n" + " ".join(tag[0].split()), source.replace("\n", " "))
    patched_tags = [match[0] for match in TAG.finditer(numbered)]
    tags = _typed_of(patched_tags, typed)
    if problems := list(_pair_problems(patched_tags, tags, typed)):
        return None, problems
    try:
        tree = template_environment().parse(numbered)
    except RecursionError:
        return None, [typed.problem("В метке слишком много вложенных скобок.", "Уберите лишние скобки.")]
    except TemplateSyntaxError as error:
        if unclosed := typed.unclosed():
            return None, [unclosed]
        tag = tags[min(max(error.lineno - 2, 0), len(tags) - 1)] if tags else TypedTag("", "")
        fix = "Проверьте кавычки, скобки и слова метки."
        return None, [typed.problem(f"Метка «{tag.text}» записана с ошибкой.", fix, tag)]
    parsed = ParsedPart(tree, tuple(tags), typed)
    return parsed, list(dict.fromkeys(_judged(tree, parsed, ())))


def hint(name: str, known: Collection[str]) -> str:
    """Return « Возможно, вы имели в виду «…».» when something alike is known, else nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"Возможно, вы имели в виду «{near[0]}». " if near else ""


def _typed_of(patched_tags: list[str], typed: TypedTags) -> list[TypedTag]:
    seen: dict[str, int] = {}
    found = []
    for tag in patched_tags:
        found.append(typed.find(tag, seen.get(tag, 0)))
        seen[tag] = seen.get(tag, 0) + 1
    return found


def _word_problems(typed: TypedTags) -> Iterator[Problem]:
    """Judge the tags as typed, before patching may make something else of them."""
    if len(typed.all) > MOST_TAGS:
        yield typed.problem(f"Меток больше {MOST_TAGS}.", "Разделите шаблон на несколько.")
        return
    for tag in typed.all:
        if len(tag.text) > MOST_TAG_CHARS:
            text = f"Метка «{tag.text[:60]}…» длиннее {MOST_TAG_CHARS} знаков."
            yield typed.problem(text, "Сократите её.", tag)
            continue
        word = _WORD.match(tag.text)
        if word and word[1] not in WORDS:
            text = f"Метка «{tag.text}»: слово «{word[1]}» не допускается."
            fix = f"{hint(word[1], WORDS)}Допускаются: {', '.join(WORDS)}."
            yield typed.problem(text, fix, tag)


def _pair_problems(tags: list[str], typed_tags: list[TypedTag], typed: TypedTags) -> Iterator[Problem]:
    """Name the tag that lacks its pair: Jinja would name the end of the file."""
    open_tags: list[tuple[str, TypedTag]] = []
    for tag, shown in zip(tags, typed_tags, strict=True):
        match = _WORD.match(tag)
        word = match[1] if match else ""
        if word in {"if", "for"}:
            open_tags.append((word, shown))
            if len(open_tags) > MOST_NESTED:
                text = f"Метка «{shown.text}» вложена глубже {MOST_NESTED} условий и циклов."
                yield typed.problem(text, "Упростите условия.", shown)
                return
        elif word in {"endif", "endfor", "elif", "else"}:
            needed = {"endif": {"if"}, "elif": {"if"}, "endfor": {"for"}, "else": {"if", "for"}}[word]
            if not open_tags or open_tags[-1][0] not in needed:
                before = f" Перед ней открыта «{open_tags[-1][1].text}»." if open_tags else ""
                text = f"Метка «{shown.text}» стоит без своей пары.{before}"
                yield typed.problem(text, "Закройте метки в обратном порядке.", shown)
                return
            if word.startswith("end"):
                open_tags.pop()
    for word, shown in open_tags:
        text = f"Метка «{shown.text}» не закрыта."
        yield typed.problem(text, f"Добавьте {{% end{word} %}}.", shown)


def _judged(node: nodes.Node, part: ParsedPart, loops: tuple[nodes.Node, ...]) -> Iterator[Problem]:
    if isinstance(node, nodes.For):
        yield from _for_problems(node, part, loops)
        loops = (*loops, node.iter)
    elif isinstance(node, nodes.Name):
        yield from _name_problems(node, part)
    elif isinstance(node, nodes.Getattr):
        yield from _part_problems(node, node.attr, part)
    elif isinstance(node, nodes.Getitem):
        yield from _item_problems(node, part)
    elif isinstance(node, nodes.Const):
        yield from _const_problems(node, part)
    elif isinstance(node, nodes.Filter):
        yield from _filter_problems(node, part)
    elif isinstance(node, nodes.Test):
        if node.name not in TEST_NAMES or node.args or node.kwargs:
            fix = f"Допускаются: {', '.join(sorted(TEST_NAMES))}."
            yield part.problem(node, f"проверка «is {node.name}» не допускается.", fix)
    elif not isinstance(node, _PLAIN):
        yield _forbidden(node, part)
        return
    for child in node.iter_child_nodes():
        yield from _judged(child, part, loops)


def _forbidden(node: nodes.Node, part: ParsedPart) -> Problem:
    for classes, message, fix in _NOT_ALLOWED:
        if isinstance(node, classes):
            return part.problem(node, message, fix)
    return part.problem(node, "Такая запись не допускается.", f"Допускаются: {', '.join(WORDS)}.")


def _for_problems(node: nodes.For, part: ParsedPart, loops: tuple[nodes.Node, ...]) -> Iterator[Problem]:
    if not isinstance(node.target, nodes.Name):
        yield part.problem(node, "Перебирать можно одной переменной.", "Запишите так: for line in lines.")
    if node.recursive:
        yield part.problem(node, "Слово recursive не допускается.", "Уберите его.")
    if len(loops) >= MOST_LOOPS:
        yield part.problem(node, f"Циклы вложены глубже {MOST_LOOPS}.", "Уберите лишние.")
    if node.iter in loops:
        yield part.problem(node, "Список перебирается внутри себя самого.", "Уберите один из циклов.")


def _name_problems(node: nodes.Name, part: ParsedPart) -> Iterator[Problem]:
    if node.name.startswith("_") and node.name != _OUR_COLUMN:
        yield part.problem(node, f"Имя «{node.name}» начинается с «_».", "Такие имена не допускаются.")
    elif node.name in _RESERVED and (node.ctx != "load" or node.name != "loop"):
        yield part.problem(node, f"Имя «{node.name}» занято языком меток.", "Назовите иначе.")


def _part_problems(node: nodes.Getattr | nodes.Getitem, name: str, part: ParsedPart) -> Iterator[Problem]:
    if name.startswith("_"):
        yield part.problem(node, f"Имя «{name}» начинается с «_».", "Такие имена не допускаются.")
    elif isinstance(node.node, nodes.Name) and node.node.name == "loop" and name not in LOOP_VALUES:
        fix = f"{hint(name, LOOP_VALUES)}Допускаются: {', '.join(sorted(LOOP_VALUES))}."
        yield part.problem(node, f"У loop нет «{name}».", fix)


def _item_problems(node: nodes.Getitem, part: ParsedPart) -> Iterator[Problem]:
    if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        yield from _part_problems(node, node.arg.value, part)
    elif not (isinstance(node.arg, nodes.Const) and type(node.arg.value) is int):
        yield part.problem(node, "В квадратных скобках допускается имя в кавычках или номер.", "Исправьте.")


def _const_problems(node: nodes.Const, part: ParsedPart) -> Iterator[Problem]:
    value = node.value
    if isinstance(value, str) and len(value) > MOST_TEXT_CHARS:
        text = f"Текст в кавычках длиннее {MOST_TEXT_CHARS} знаков."
        yield part.problem(node, text, "Напечатайте его в документе без метки.")
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) > 1_000_000:
        yield part.problem(node, "Слишком большое число.", "Уменьшите его.")


def _filter_problems(node: nodes.Filter, part: ParsedPart) -> Iterator[Problem]:
    if node.name not in FILTER_NAMES:
        fix = f"{hint(node.name, FILTER_NAMES)}Допускаются: {', '.join(sorted(FILTER_NAMES))}."
        yield part.problem(node, f"Неизвестный фильтр «{node.name}».", fix)
        return
    if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None:
        yield part.problem(node, "Так фильтр не записывается.", "Запишите его после значения: имя|фильтр.")
        return
    words = [argument.value if isinstance(argument, nodes.Const) else None for argument in node.args]
    if node.name == "sum":
        named = [(one.key, one.value.value) for one in node.kwargs if isinstance(one.value, nodes.Const)]
        name = str(named[0][1]) if len(named) == 1 and named[0][0] == "attribute" else ""
        if words or len(node.kwargs) != 1 or not re.fullmatch(r"[^\W_]\w*", name):
            yield part.problem(
                node, "Так фильтр sum не записывается.", 'Запишите: список|sum(attribute="имя").'
            )
    elif node.kwargs or len(words) > (node.name in _CASED) or len(words) < _CASED.get(node.name, 0):
        yield part.problem(
            node, f"У фильтра «{node.name}» не те уточнения.", "Уберите лишнее или назовите падеж."
        )
    elif any(word not in CASES for word in words):
        fix = f"{hint(str(words[0]), CASES)}Падежи: {', '.join(CASES)}."
        yield part.problem(node, f"Нет падежа «{words[0]}».", fix)
