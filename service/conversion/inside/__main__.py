"""`python3 -I -B <this folder> plain|parent ARGUMENTS…`: the door of the folder.

Python started with -I on a folder knows no package: this one is found beside its siblings, behind the
standard library, whose modules must win.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

_HERE = Path(__file__).absolute().parent

if __name__ == "__main__":
    sys.path[:1] = []
    sys.path.append(str(_HERE.parent))
    sys.exit(importlib.import_module(f"{_HERE.name}.{sys.argv[1]}").main(sys.argv[2:]))
