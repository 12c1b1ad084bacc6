# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m desktop.demo``: the demo, with or without a screen."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from desktop.demo.roles import DEFAULT_ROLE, ROLES, username_of

FOLDER: Final = Path("build/demo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m desktop.demo", description="Tanggap with a sample office."
    )
    parser.add_argument("--role", default=DEFAULT_ROLE, help=f"who you are: {', '.join(ROLES)}")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything goes")
    given = parser.parse_args(arguments)
    try:
        username = username_of(given.role)
    except KeyError:
        parser.error(f"there is nobody like {given.role!r}; choose one of {', '.join(ROLES)}")
    folder = given.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Nobody's keyring and nobody's home is touched; a passphrase locks the demo's files.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        from desktop.demo.show import show as start  # noqa: PLC0415 - the other one needs no screen
    else:
        from desktop.demo.play import play as start  # noqa: PLC0415
    return start(folder, username)


if __name__ == "__main__":
    sys.exit(main())
