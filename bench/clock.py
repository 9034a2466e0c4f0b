"""How durations are taken on a machine that does other things too."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Call = Callable[[], Any]


def once_ms(call: Call) -> float:
    """Return the duration of one call, milliseconds."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def median_ms(call: Call, times: int) -> float:
    """Return the median duration of a call after one that does not count, milliseconds."""
    call()
    return statistics.median(once_ms(call) for _ in range(times))


def in_turns_ms(*calls: Call, times: int, before: Call = lambda: None) -> list[float]:
    """Return the median durations of calls made in turns, so that all meet the same load.

    Each turn begins with a call that does not count: all are measured as a busy service makes them, with their
    code and data at hand. Processor time of this thread: what else the machine does counts for none.

    Args:
        calls: what is measured.
        times: how many turns; each gives two durations of each call.
        before: what is done before each call and does not count.
    """
    durations: list[list[float]] = [[] for _ in calls]
    # Dictionaries and templates are no garbage: the collector need not walk them before every call.
    gc.freeze()
    for _ in range(times):
        for call, found in zip(calls, durations, strict=True):
            call()
            found += [_processor_ms(call, before), _processor_ms(call, before)]
    gc.unfreeze()
    return [statistics.median(found) for found in durations]


def _processor_ms(call: Call, before: Call) -> float:
    before()
    # What the call before it left to the collector is not this call's work.
    gc.collect()
    started = time.thread_time()
    call()
    return (time.thread_time() - started) * 1000


def per_second(call: Callable[[int], Any], *, calls: int, threads: int) -> float:
    """Return how many numbered calls a second are done by so many threads, the first round not counted."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(call, range(threads)))
        started = time.perf_counter()
        list(pool.map(call, range(calls)))
        return calls / (time.perf_counter() - started)


def percentile(durations: list[float], share: float) -> float:
    """Return the duration that this share of the calls did not exceed."""
    return sorted(durations)[min(len(durations) - 1, round(share * len(durations)))]
