# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take the pictures of README and handbook from the demo, played by the real window."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from desktop.demo.play import play

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WANTED = ("antrean", "luring", "mengapa-tanggal-ini", "perlu-keputusan", "gelap")
"""What a picture shows; its number in the demo may change."""


def main() -> int:
    """Play the demo in a folder of its own and keep the wanted pictures."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with tempfile.TemporaryDirectory(prefix="tanggap-") as name:
        folder = Path(name)
        if play(folder, "sari") != 0:
            return 1
        IMAGES.mkdir(parents=True, exist_ok=True)
        for wanted in WANTED:
            (taken,) = folder.glob(f"[0-9][0-9]-{wanted}.png")
            shutil.copy(taken, IMAGES / f"{wanted}.png")
    print(f"{len(WANTED)} pictures in {IMAGES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
