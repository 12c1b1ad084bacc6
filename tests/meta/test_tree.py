# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is in git: the documented rooms, licensed, and nothing of the machine it came from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.lint_house import SPDX_LINE

ROOT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "build.spec", ".gitignore"),
    *("desktop", "sync", "resources", "docs", "tests", "bench", "tools", "requirements", ".ci"),
}

# Written in pieces, or this file would be the first to break its own rule.
FOREIGN = [b"/".join((b"", name, b"")) for name in (b"work", b"root")] + [
    b".".join(parts)
    for parts in (
        (b"pypi", b"org"),
        (b"pythonhosted", b"org"),
        (b"npmjs", b"org"),
        (b"crates", b"io"),
        (b"anaconda", b"org"),
        (b"rubygems", b"org"),
        (b"docker", b"io"),
        (b"ghcr", b"io"),
    )
]


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file in git, whoever owns the checkout."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z"],
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_top_level_is_the_documented_one(tracked: list[Path]) -> None:
    """Nothing lies beside the rooms of ARCHITECTURE.md, and none of them is missing."""
    assert TOP_LEVEL == {path.relative_to(ROOT).parts[0] for path in tracked}


def test_every_program_file_is_licensed(tracked: list[Path]) -> None:
    """Each Python file and shell script names its licence in its first lines."""
    programs = [path for path in tracked if path.suffix in {".py", ".sh", ".spec"}]
    assert programs
    unlicensed = [
        str(path.relative_to(ROOT))
        for path in programs
        if SPDX_LINE not in path.read_text(encoding="utf-8").split("\n", 2)[:2]
    ]
    assert [] == unlicensed


def test_nothing_names_this_machine_or_a_registry(tracked: list[Path]) -> None:
    """No file holds a path of a developer's machine or the host name of a package registry."""
    named = {
        str(path.relative_to(ROOT)): [mark.decode() for mark in FOREIGN if mark in content]
        for path in tracked
        for content in [path.read_bytes()]
        if any(mark in content for mark in FOREIGN)
    }
    assert {} == named
