"""How else a .docx becomes a PDF: soffice for each file, soffice for all files, unoserver.

All of them write what we write: tagged PDF/A-2b.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PDF_A = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"}}'
)
FILTER_OPTIONS = ["SelectPdfVersion=2", "UseTaggedPDF=true"]
UNOSERVER = Path(__file__).resolve().parent.parent / ".venv" / "unoserver" / "bin"
START_S = 60.0


def soffice(profile: Path, sources: list[Path], target: Path) -> None:
    """Convert files with one soffice and its own profile."""
    command = [
        str(shutil.which("soffice")),
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        PDF_A,
    ]
    subprocess.run([*command, "--outdir", target, *sources], check=True, capture_output=True, timeout=600)
    missing = [source.name for source in sources if not (target / f"{source.stem}.pdf").exists()]
    if missing:
        raise RuntimeError(f"soffice made no PDF of {missing}")


@contextmanager
def unoservers(count: int, folder: Path) -> Iterator[list[int]]:
    """Start unoservers with profiles of their own; yield their ports when all of them answer."""
    with ExitStack() as servers:
        ports = [_start(servers, folder / f"server-{number}") for number in range(count)]
        for port in ports:
            _wait(port)
        yield ports


def by_xml_rpc(port: int, docx: bytes) -> bytes:
    """Convert by a call of the server: no client program is started, no file is written by us."""
    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as server:
        answer = server.convert(
            None, xmlrpc.client.Binary(docx), None, "pdf", "writer_pdf_Export", FILTER_OPTIONS, True, None
        )
    pdf = bytes(answer.data)
    if not pdf.startswith(b"%PDF"):
        raise RuntimeError("unoserver gave no PDF")
    return pdf


def by_client(port: int, source: Path, target: Path) -> None:
    """Convert with unoserver's own client program, as its documentation says."""
    options = [part for option in FILTER_OPTIONS for part in ("--filter-options", option)]
    command = [UNOSERVER / "unoconvert", "--port", str(port), "--convert-to", "pdf", *options, source, target]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _start(servers: ExitStack, folder: Path) -> int:
    port, uno_port = _free_port(), _free_port()
    server = subprocess.Popen(
        [
            UNOSERVER / "unoserver", "--port", str(port), "--uno-port", str(uno_port),
            "--user-installation", str(folder), "--executable", str(shutil.which("soffice")),
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    servers.callback(_stop, server)
    return port


def _stop(server: subprocess.Popen[bytes]) -> None:
    # On SIGTERM it ends its soffice too.
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as server:
                server.info()
                return
        except (OSError, xmlrpc.client.Error):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
