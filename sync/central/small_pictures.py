# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small pictures of contents, made when they are first asked for."""

from __future__ import annotations

import os

from sync.central.blob_files import BlobFiles
from sync.pictures import thumbnail


def small_picture(files: BlobFiles, sha256: str) -> bytes:
    """Return the small picture of a content that is here; empty where there is none to make."""
    kept = files.thumbnail_path(sha256)
    if kept.exists():
        return kept.read_bytes()
    picture = thumbnail(files.path_of(sha256)) or b""
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = kept.with_name(f"{kept.name}.{os.urandom(4).hex()}")
    fresh.write_bytes(picture)
    fresh.replace(kept)
    return picture
