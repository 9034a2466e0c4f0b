"""How much room a paper needs, for the service and for its offices alike."""

from __future__ import annotations

# A paper of any size that we accept needs less, with its PDF and the office's own files.
ROOM_BYTES = 4 * 1024 * 1024
# All that the papers in work may take together of the memory of the machine: sandboxed ones touch no disk.
MEMORY_DISK_BYTES = 512 * 1024 * 1024
