"""How long a file will take to be looked at, by its size: small ones are looked at while the sender waits."""

from __future__ import annotations

import io
import zipfile

# Measured with wide reports, see bench/preflight.py: bytes that one second of a processor reads and checks.
_SHEETS_PER_S, _JSON_PER_S = 10_000_000, 3_000_000


def seconds_to_check(data: bytes) -> float:
    """Return about how many seconds of a processor the reading and the checks of a file take.

    What a workbook says of its size is believed here: whoever reads it counts again.
    """
    if not data.startswith(b"PK"):
        return len(data) / _JSON_PER_S
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0.0  # refused as soon as it is read
    return unpacked / _SHEETS_PER_S
