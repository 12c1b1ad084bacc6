# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts each peer into an environment of its own under ``build/peers``, at a fixed version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.meters import ROOT

FOLDER = ROOT / "build" / "peers"


def python_environment(name: str, *packages: str) -> Path:
    """Return the folder of programs of an environment with these packages."""
    folder = FOLDER / name
    programs = folder / "bin"
    if not (folder / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", *packages], check=True)
        (folder / ".complete").touch()
    return programs


def node_modules(name: str, *packages: str) -> Path:
    """Return a folder of Node modules with these packages.

    Raises:
        RuntimeError: Node.js or npm is not on this machine.
    """
    folder = FOLDER / name
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise RuntimeError("Node.js and npm are needed for this peer")
    if not (folder / ".complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        subprocess.run(["npm", "install", "--silent", *packages], cwd=folder, check=True)
        (folder / ".complete").touch()
    return folder / "node_modules"
