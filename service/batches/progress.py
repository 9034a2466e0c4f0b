"""The course of a batch in Russian sentences."""

from __future__ import annotations

import math

from service.work import BatchProgress


def sentence(progress: BatchProgress) -> str:
    """Return «Готово 412 из 1000, 2,4 документа в секунду, осталось около 4 минут»."""
    counts = progress.counts
    words = [f"Готово {_grouped(counts['done'])} из {_grouped(progress.total)}"]
    if counts["refused"]:
        words.append(f"ждут исправления {_grouped(counts['refused'])}")
    if counts["failed"]:
        words.append(f"не создано {_grouped(counts['failed'])}")
    if counts["cancelled"]:
        words.append(f"отменено {_grouped(counts['cancelled'])}")
    if not progress.ended:
        if progress.rate_per_s:
            words.append(_rate(progress.rate_per_s))
        words.append(_remaining(progress.remaining_s))
    return ", ".join(words)


def state(progress: BatchProgress) -> tuple[str, str]:
    """Return (state, word) of a whole batch: «создаётся», «готов», «ждёт исправления», «отменён»."""
    counts = progress.counts
    if not progress.ended:
        return ("running", "создаётся") if counts["done"] or counts["running"] else ("ready", "ожидает")
    if progress.cancelled:
        return "cancelled", "отменён"
    if counts["refused"] or counts["failed"]:
        return "refused", "ждёт исправления"
    return ("cancelled", "создан не весь") if counts["cancelled"] else ("done", "готов")


def checked(done: int, total: int) -> str:
    """Return «Проверено 340 из 20 000»."""
    return f"Проверено {_grouped(done)} из {_grouped(total)}"


def _grouped(count: int) -> str:
    """Return «1000», «20 000»: four digits are not parted in Russian."""
    return str(count) if count < 10_000 else f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def _rate(rate_per_s: float) -> str:
    if rate_per_s >= 1:
        return f"{rate_per_s:.1f} в секунду".replace(".0 ", " ").replace(".", ",")
    return f"{rate_per_s * 60:.0f} в минуту"


def _remaining(remaining_s: float | None) -> str:
    if remaining_s is None:
        return "время окончания пока неизвестно"
    if remaining_s < 60:
        return "осталось меньше минуты"
    minutes = math.ceil(remaining_s / 60)
    if minutes < 120:
        return f"осталось около {_genitive(minutes, 'минуты', 'минут')}"
    return f"осталось около {_genitive(math.ceil(minutes / 60), 'часа', 'часов')}"


def _genitive(count: int, one: str, many: str) -> str:
    """Return «21 минуты», «4 минут»: the case after «около»."""
    word = one if count % 10 == 1 and count % 100 != 11 else many
    return f"{count}\N{NO-BREAK SPACE}{word}"
