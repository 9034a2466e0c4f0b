"""Pictures, known by their first bytes: which are let in, how large they are, what they say of their makers."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MOST_PIXELS = 50_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_GIF = (b"GIF87a", b"GIF89a")
_PNG_NOTES = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
# JFIF, colour profile and Adobe's colour transform are needed to draw; the other blocks tell of camera and author.
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}
_JPEG_NOTES = ({*range(0xE0, 0xF0)} - _JPEG_KEPT) | {0xFE}
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA


def picture_type(data: bytes) -> str | None:
    """Return the media type of a PNG, JPEG or GIF; None for everything else."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(_JPEG):
        return "image/jpeg"
    return "image/gif" if data.startswith(_GIF) else None


def pixels(data: bytes) -> int | None:
    """Return how many pixels a picture unpacks to; None when it does not say or is damaged."""
    try:
        if data.startswith(_PNG):
            width, height = struct.unpack(">LL", data[16:24]) if data[12:16] == b"IHDR" else (0, 0)
        elif data.startswith(_GIF):
            width, height = struct.unpack("<HH", data[6:10])
        else:
            width, height = _jpeg_size(data)
    except (struct.error, IndexError):
        return None
    return width * height or None


def without_notes(data: bytes) -> bytes:
    """Return a PNG or JPEG without what it tells of camera, place, program and author; others as they are."""
    try:
        if data.startswith(_PNG):
            chunks = (data[begin:end] for kind, begin, end in _png_chunks(data) if kind not in _PNG_NOTES)
            return _PNG + b"".join(chunks)
        if data.startswith(_JPEG):
            kept, last = bytearray(data[:2]), len(data)
            for kind, begin, end in _jpeg_blocks(data):
                if kind not in _JPEG_NOTES:
                    kept += data[begin:end]
                last = end
            return bytes(kept) + data[last:]
    except (struct.error, IndexError):
        return data
    return data


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, begin, end) of every chunk up to the last one."""
    at = len(_PNG)
    while at < len(data):
        size, kind = struct.unpack(">L4s", data[at : at + 8])
        end = at + 12 + size
        if end > len(data):
            raise IndexError("a chunk ends behind the file")
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end


def _jpeg_blocks(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, begin, end) of every block before the first scan and of that scan's head."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise IndexError("no marker")
        kind = data[at + 1]
        if kind == 0xFF:  # a filling byte
            at += 1
            continue
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + size
        if end > len(data) or size < 2:
            raise IndexError("a block ends behind the file")
        yield kind, at, end
        if kind == _SCAN:
            return
        at = end


def _jpeg_size(data: bytes) -> tuple[int, int]:
    for kind, begin, _ in _jpeg_blocks(data):
        if kind in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[begin + 5 : begin + 9])
            return width, height
    return 0, 0
