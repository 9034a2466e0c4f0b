"""What the pool says of a paper that it does not convert."""

from __future__ import annotations

from service.errors import ConversionTimeout, OfficeStart, QueueFull


def closed() -> OfficeStart:
    """Return the error of a pool that is closed."""
    return OfficeStart("Преобразование в PDF остановлено: сервис завершает работу. Повторите через минуту.")


def too_many(waiting: int) -> QueueFull:
    """Return the error of a full queue."""
    return QueueFull(
        f"Слишком много документов ждут преобразования в PDF: {waiting}. Повторите через минуту."
    )


def waited_too_long() -> QueueFull:
    """Return the error of a paper whose turn did not come."""
    return QueueFull("Очередь преобразования в PDF слишком длинна. Повторите через минуту.")


def overdue(deadline_s: float) -> ConversionTimeout:
    """Return the error of a paper that was stopped at its deadline."""
    return ConversionTimeout(
        f"Преобразование в PDF не уложилось в {deadline_s:g} с и остановлено. "
        "Сократите документ: меньше строк в таблице, меньше рисунков."
    )


def mistaken(cause: Exception) -> OfficeStart:
    """Return the error of an office whose start raised what nobody expected."""
    error = OfficeStart("LibreOffice не запускается: внутренняя ошибка. Сообщите администратору.")
    error.__cause__ = cause
    return error
