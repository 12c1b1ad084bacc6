# SPDX-License-Identifier: AGPL-3.0-or-later
"""A screen for where there is none."""

from __future__ import annotations

import json
from pathlib import Path


def offscreen(folder: Path) -> str:
    """Return the platform that shows nothing, on the commonest screen of these offices."""
    screen = {"name": "kantor", "x": 0, "y": 0, "width": 1366, "height": 768}
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    path = folder / "screen.json"
    path.write_text(json.dumps({"screens": [screen | dots]}), encoding="utf-8")
    return f"offscreen:configfile={path}"
