"""The programs of an office: they run under the system Python, usually inside the sandbox.

The sandbox shows this folder and nothing else of the project, so the modules import only each other,
by relative names, and the standard library. `frames` is read by the service too: it is the language
that both sides speak.
"""

from __future__ import annotations
