# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a cache file, decrypted by hand: SQLite shows only what it believes to be there."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sync.store.engine import CACHE_TUNING
from tests.support.local_store import KEY

_RESERVED = 80  # initialisation vector, authentication code and padding of SQLCipher 4
_SALT = 16
_WAL_HEADER, _FRAME_HEADER = 32, 24


def decrypted(folder: Path) -> bytes:
    """Return every page that is in the cache or in its log, as plain bytes."""
    size = CACHE_TUNING.page_size
    content = (folder / "cache.db").read_bytes()
    pages = [content[start : start + size] for start in range(0, len(content), size)]
    wal = folder / "cache.db-wal"
    log = wal.read_bytes()[_WAL_HEADER:] if wal.exists() else b""
    step = size + _FRAME_HEADER
    pages += [log[start + _FRAME_HEADER : start + step] for start in range(0, len(log), step)]
    return b"".join(_decrypted_page(page, is_first=page == pages[0]) for page in pages)


def _decrypted_page(page: bytes, *, is_first: bool) -> bytes:
    body = page[_SALT if is_first else 0 : -_RESERVED]
    vector = page[-_RESERVED : -_RESERVED + 16]
    decryptor = Cipher(algorithms.AES(KEY), modes.CBC(vector)).decryptor()
    return decryptor.update(body)
