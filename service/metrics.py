"""What a monitoring system may ask: counters of this host's processes, and gauges of the moment.

The only module that knows prometheus_client. Processes of one service share a folder that the supervisor names in
the environment (PROMETHEUS_MULTIPROC_DIR, a name of prometheus_client): its children count into files there, and
whoever is asked adds them up. No label names an organisation, a person or a paper.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import MutexValue, ValueClass

from service.locked_folders import locked, own_folder, sweep_folders

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)

_own = CollectorRegistry()
_papers = Counter("formulyar_papers_recorded", "Papers recorded, by kind.", ["kind"], registry=_own)
_refusals = Counter("formulyar_refusals", "Papers stopped by a rule, by its id.", ["rule"], registry=_own)
_conversions = Histogram(
    "formulyar_conversion_seconds",
    "Seconds from handing a paper over to its PDF, waiting for an office included.",
    ["outcome"],
    buckets=_SECONDS,
    registry=_own,
)


@dataclass(frozen=True)
class Gauge:
    """A number as it is now.

    Attributes:
        name: without the prefix of the service.
        label: what tells the values apart; empty when there is one value, under an empty key.
    """

    name: str
    about: str
    values: Mapping[str, float]
    label: str = ""


@contextmanager
def shared_folder(folder: Path, environment: MutableMapping[str, str]) -> Iterator[None]:
    """Let processes that are started with this environment meanwhile count together, from zero.

    Another supervisor that runs in the same folder keeps its counts.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(folder):
        for left in folder.iterdir():
            if not left.is_dir():
                left.unlink(missing_ok=True)
        sweep_folders(folder, "", lambda left: shutil.rmtree(left, ignore_errors=True))
        own, lock = own_folder(folder, "")
    environment[_FOLDER] = str(own)
    try:
        yield
    finally:
        del environment[_FOLDER]
        shutil.rmtree(own, ignore_errors=True)
        os.close(lock)


def paper_recorded(kind: str) -> None:
    """Count a paper."""
    _papers.labels(kind).inc()


def refused(rules: Iterable[str]) -> None:
    """Count a paper that these rules stopped, once for each of them."""
    for rule in set(rules):
        _refusals.labels(rule).inc()


@contextmanager
def converting() -> Iterator[None]:
    """Measure a conversion while the block runs."""
    began, outcome = time.monotonic(), "failed"
    try:
        yield
        outcome = "done"
    finally:
        _conversions.labels(outcome).observe(time.monotonic() - began)


def exposition(gauges: Sequence[Gauge]) -> bytes:
    """Return the text that Prometheus reads."""
    asked = CollectorRegistry()
    if ValueClass is MutexValue:
        asked.register(_Collected(_own.collect))
    else:
        MultiProcessCollector(asked)  # type: ignore[no-untyped-call]  # registers itself
    asked.register(_Collected(lambda: map(_family, gauges)))
    return generate_latest(asked)


class _Collected(Collector):
    def __init__(self, read: Callable[[], Iterable[Metric]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        return self._read()


def _family(gauge: Gauge) -> Metric:
    family = GaugeMetricFamily(
        f"formulyar_{gauge.name}", gauge.about, labels=[gauge.label] if gauge.label else []
    )
    for key, value in gauge.values.items():
        family.add_metric([key] if gauge.label else [], value)
    return family
