# SPDX-License-Identifier: AGPL-3.0-or-later
"""Icons, fonts, translations, themes, templates, rules and calendars, as package data.

Everything is named by its path below this package, with forward slashes ("units/bumn.json").
This is the only place that uses importlib.resources.
"""

from __future__ import annotations

import importlib.resources
from pathlib import Path


def path(name: str) -> Path:
    """The place of one resource on the disk, for libraries that want a file or directory name."""
    return Path(str(importlib.resources.files(__name__).joinpath(name)))


def data(name: str) -> bytes:
    """The bytes of one resource; raises FileNotFoundError when there is none of that name."""
    return importlib.resources.files(__name__).joinpath(name).read_bytes()


def text(name: str) -> str:
    """The text of one UTF-8 resource; raises FileNotFoundError when there is none of that name."""
    return importlib.resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
