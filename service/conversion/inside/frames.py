"""Messages between the service and an office: a JSON object and bytes behind it.

On a stream socket a frame is two lengths, the JSON and the bytes. Paths never cross, so neither side
can make the other one open a file.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from typing import Any

# A PDF of 371 pages has 1 MB; an office that says more than this is not believed.
BODY_LIMIT_BYTES = 256 * 1024 * 1024
_HEAD_LIMIT_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_LENGTHS = struct.Struct(">II")


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Return the bytes of one message."""
    text = json.dumps(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def read_frame(
    link: socket.socket, *, before: Callable[[], None] = lambda: None
) -> tuple[dict[str, Any], bytes]:
    """Return the next message.

    Args:
        link: a connected stream socket.
        before: called before every wait for bytes; may set the time-out of the socket or raise.

    Raises:
        EOFError: the other side is gone, or what it says is no message.
        TimeoutError: the time-out of the socket is over.
    """
    head_bytes, body_bytes = _LENGTHS.unpack(_read(link, _LENGTHS.size, before))
    if head_bytes > _HEAD_LIMIT_BYTES or body_bytes > BODY_LIMIT_BYTES:
        raise EOFError(f"not a message: {head_bytes} and {body_bytes} bytes are announced")
    try:
        head = json.loads(_read(link, head_bytes, before))
    except ValueError as e:
        raise EOFError("not a message: no JSON") from e
    if not isinstance(head, dict):
        raise EOFError("not a message: no JSON object")
    return head, _read(link, body_bytes, before)


def _read(link: socket.socket, wanted: int, before: Callable[[], None]) -> bytes:
    pieces, missing = [], wanted
    while missing:
        before()
        piece = link.recv(min(missing, _CHUNK_BYTES))
        if not piece:
            raise EOFError("the other side has closed")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
