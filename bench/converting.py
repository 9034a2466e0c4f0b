"""Our converter against what people use, at the same number of processes."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from bench import rivals
from bench.clock import per_second
from bench.ordinary import with_all_styles
from bench.papers import THREE, docx_of
from bench.results import Row, Section
from service.backends import open_press
from service.config import read_settings

PROCESSES = len(os.sched_getaffinity(0))
COLD_TARGET, UNOSERVER_TARGETS = {"order": 20.0}, {"order": 4.0, "roadmap.003": 2.0}


def against_others() -> Section:
    """Measure papers per second of the three samples in every way."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        docxs = {sample: docx_of(sample) for sample in THREE}
        cold = {sample: _cold(docx, folder) for sample, docx in docxs.items()}
        all_in_one = {sample: _one_for_all(docx, folder) for sample, docx in docxs.items()}
        with rivals.unoservers(PROCESSES, folder) as ports:
            rpc = {sample: _rpc(docx, ports) for sample, docx in docxs.items()}
            client = {sample: _client(docx, ports, folder) for sample, docx in docxs.items()}
            ordinary = {
                sample: _client(with_all_styles(docx), ports, folder) for sample, docx in docxs.items()
            }
        ours = _ours(docxs)
    for sample in THREE:
        mine = ours[sample]
        rows += [
            Row(f"{sample}: soffice for each file, {PROCESSES} at once", cold[sample], "papers/s"),
            Row(f"{sample}: one soffice for all files", all_in_one[sample], "papers/s"),
            Row(f"{sample}: {PROCESSES} unoservers, client program", client[sample], "papers/s"),
            Row(f"{sample}: {PROCESSES} unoservers, XML-RPC without a client", rpc[sample], "papers/s"),
            Row(f"{sample}: – the same paper of an ordinary template", ordinary[sample], "papers/s"),
            Row(f"{sample}: {PROCESSES} offices of ours", mine, "papers/s", mine / cold[sample],
                "soffice for each file", COLD_TARGET.get(sample)),
            Row(f"{sample}: – against one soffice for all", mine, "papers/s", mine / all_in_one[sample], "it"),
            Row(f"{sample}: – against unoserver's client", mine, "papers/s", mine / client[sample], "unoserver"),
            Row(f"{sample}: – against it with an ordinary template", mine, "papers/s",
                mine / ordinary[sample], "unoserver", UNOSERVER_TARGETS.get(sample)),
            Row(f"{sample}: – against unoserver by XML-RPC", mine, "papers/s", mine / rpc[sample], "unoserver"),
        ]  # fmt: skip
    return Section(
        "Conversion",
        f"Tagged PDF/A-2b, {PROCESSES} processes in every way (one for all: one process). Ours includes the queue"
        " and the check of the PDF. An ordinary template has all styles that python-docx and Word leave in a file;"
        " ours are kept without them (`template clean`), and the targets were measured between these two. The"
        " other rows convert one file, ours.",
        rows,
    )


def _cold(docx: bytes, folder: Path) -> float:
    """Start a soffice for each file; the profiles are used again, as in a careful script."""
    homes: SimpleQueue[Path] = SimpleQueue()
    for number in range(PROCESSES):
        homes.put(folder / f"cold-{number}")

    def convert(_: int) -> None:
        home = homes.get()
        home.mkdir(exist_ok=True)
        source = home / "paper.docx"
        source.write_bytes(docx)
        (home / "paper.pdf").unlink(missing_ok=True)
        rivals.soffice(home / "profile", [source], home)
        homes.put(home)

    return per_second(convert, calls=3 * PROCESSES, threads=PROCESSES)


def _one_for_all(docx: bytes, folder: Path) -> float:
    home = folder / "one"
    home.mkdir(exist_ok=True)
    sources = [home / f"{number}.docx" for number in range(20)]
    for source in sources:
        source.write_bytes(docx)
    rivals.soffice(home / "profile", sources[:1], home)
    for made in home.glob("*.pdf"):
        made.unlink()
    started = time.perf_counter()
    rivals.soffice(home / "profile", sources, home)
    return len(sources) / (time.perf_counter() - started)


def _rpc(docx: bytes, ports: list[int]) -> float:
    return _spread(lambda port, _: rivals.by_xml_rpc(port, docx), ports)


def _client(docx: bytes, ports: list[int], folder: Path) -> float:
    def convert(port: int, number: int) -> None:
        source = folder / f"client-{number}.docx"
        source.write_bytes(docx)
        rivals.by_client(port, source, source.with_suffix(".pdf"))

    return _spread(convert, ports)


def _spread(convert: object, ports: list[int]) -> float:
    """One thread for each server, so that no server waits for another."""
    each = 8

    def serve(port: int) -> None:
        for number in range(each):
            convert(port, number + port * each)  # type: ignore[operator]  # of (port, number)

    with ThreadPoolExecutor(len(ports)) as pool:
        list(pool.map(lambda port: convert(port, port * each), ports))  # type: ignore[operator]  # warm
        started = time.perf_counter()
        list(pool.map(serve, ports))
        return each * len(ports) / (time.perf_counter() - started)


def _ours(docxs: dict[str, bytes]) -> dict[str, float]:
    press = open_press(replace(read_settings(), offices=PROCESSES), eager=True)
    try:

        def convert(docx: bytes) -> bytes:
            return press.converter.convert(docx, deadline_s=press.deadline_s)

        with ThreadPoolExecutor(PROCESSES) as pool:
            # As long as the spare parent needs to come up beside the offices: a service that runs has it.
            list(pool.map(convert, [*docxs.values()] * 4 * PROCESSES))
        return {
            name: per_second(lambda _, d=docx: convert(d), calls=32 * PROCESSES, threads=2 * PROCESSES)
            for name, docx in docxs.items()
        }
    finally:
        press.converter.close()
