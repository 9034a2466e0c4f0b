"""How a rule speaks: one finding for one cause, with a quotation, however many paragraphs share it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from forms._checks import Finding, Severity
from service.layout_rules.paper import Paper, Paragraph
from service.layout_rules.profiles import Profile
from service.layout_rules.values import MM
from service.layout_rules.wording import quoted

Rule = Callable[[Paper, Profile], Iterable[Finding]]


def per_cause(
    rule: str, severity: Severity, wrong: Iterable[tuple[Paragraph, str]], fix: str
) -> Iterator[Finding]:
    """Yield one finding for each cause, placed at its first paragraph.

    Args:
        rule: id of the rule.
        severity: of every finding.
        wrong: paragraphs with what is wrong with them, in Russian.
        fix: what to do, in Russian.
    """
    causes: dict[str, list[Paragraph]] = {}
    for paragraph, cause in wrong:
        causes.setdefault(cause, []).append(paragraph)
    for cause, paragraphs in causes.items():
        more = f" Всего таких абзацев: {len(paragraphs)}." if len(paragraphs) > 1 else ""
        message = f"{cause[:1].upper()}{cause[1:]}: {quoted(paragraphs[0].text)}.{more}"
        yield Finding(rule, severity, paragraphs[0].path, message, fix)


def in_mm(length: int) -> str:
    """Return twips as a reader knows them: «12,5 мм»."""
    return f"{length / MM:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " мм"


def in_points(size: int) -> str:
    """Return half-points as a reader knows them: «10,5»."""
    return f"{size / 2:g}".replace(".", ",")
