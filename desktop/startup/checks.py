# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has to be true before anything is opened."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from sync.errors import StoreUnavailable
from sync.services.profiles import profiles

LEAST_FREE_BYTES: Final = 64 * 1024 * 1024
"""Below this a first page of complaints might not fit."""


def check_data_folder(folder: Path) -> None:
    """Make sure that the folder of the profiles exists and can take files.

    Room is asked for only where nobody has worked: a full disk keeps no officer from their words.

    Raises:
        StoreUnavailable: ``store.read-only``, ``store.disk-full`` or ``store.io``.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except PermissionError as error:
        raise StoreUnavailable("store.read-only", folder=str(folder)) from error
    except OSError as error:
        raise StoreUnavailable("store.io", folder=str(folder)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreUnavailable("store.read-only", folder=str(folder))
    if free < LEAST_FREE_BYTES and not profiles(folder):
        raise StoreUnavailable("store.disk-full", folder=str(folder), free_bytes=free)
