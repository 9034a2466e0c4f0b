"""The stand-alone verifier of bundles: modules of the standard library only, joined into one file for a bundle.

Owns what a bundle must satisfy. Knows nothing of the service: it must work where there is none, with Python 3.9.
"""

from __future__ import annotations
