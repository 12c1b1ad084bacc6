# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line of the window."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.i18n import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; empty means as remembered.

    Attributes:
        data: folder of the profiles; None for the usual one.
        profile: id of the profile to open.
        server: address to propose to somebody who signs in for the first time.
    """

    data: Path | None = None
    profile: str = ""
    server: str = ""
    language: str = ""
    theme: str = ""


def parse(arguments: Sequence[str]) -> tuple[Options, list[str]]:
    """Read the command line; return what it says and what is left for Qt."""
    parser = argparse.ArgumentParser(
        prog="tanggap-desktop",
        description="Workplace for the officers who answer complaints in SP4N-LAPOR!",
    )
    parser.add_argument("--data", type=Path, help="folder of the local files")
    parser.add_argument("--profile", default="", help="id of the profile to open")
    parser.add_argument("--server", default="", help="address of the centre for the first sign-in")
    parser.add_argument("--lang", default="", choices=sorted(LANGUAGES), help="language")
    parser.add_argument("--theme", default="", choices=["dark", "light", "system"], help="colours")
    found, rest = parser.parse_known_args(arguments)
    options = Options(
        data=found.data,
        profile=found.profile,
        server=found.server,
        language=found.lang,
        theme=found.theme,
    )
    return options, rest
