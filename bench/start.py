# SPDX-License-Identifier: AGPL-3.0-or-later
"""From nothing until the officer sees their queue: the program, and the least window beside it.

Both are fresh processes, measured from the moment they are started until they say that what they
show was painted. Nothing is on the network: the officer's files are there, the centre is not. The
first run of each, which fills the disk's cache, does not count; after it they take turns. It also
compiles our modules: an installed program has them compiled, and so does a clone after its first
start, unless the environment forbids it, as that of a container often does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench.device import KEY
from bench.figures import Measured, Pair
from bench.file_secrets import FileSecrets
from bench.local import filled_store
from bench.meters import ROOT, Sizes
from sync.services.profiles import new_profile, write_profile
from sync.store.vault import Vault

_NOBODY = "http://127.0.0.1:9"
_PROFILE = "bench"


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure starting."""
    data, secrets = folder / "data", folder / "secrets.json"
    _install(sizes, data, secrets)
    program = ("bench.start_ours", str(data), str(secrets))
    ours, bare = [], []
    for _ in range(sizes.runs + 1):
        ours.append(_until_shown(folder, *program))
        bare.append(_until_shown(folder, "bench.bare_window"))
    return {"cold-start.seconds": Pair(ours=median(ours[1:]), raw=median(bare[1:]))}


def _install(sizes: Sizes, data: Path, secrets: Path) -> None:
    """Leave what signing in and a first load leave behind."""
    profile = new_profile(data, _PROFILE, _NOBODY, "petugas")
    Vault(profile.folder, FileSecrets(secrets), lambda count: KEY[:count]).create(None)
    filled_store(profile.folder, sizes.local).close()
    write_profile(profile)


def _until_shown(folder: Path, module: str, *arguments: str) -> float:
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    without_screen = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"}
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | compiled | without_screen,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - begun
        assert "shown\n" == line, line
    return seconds
