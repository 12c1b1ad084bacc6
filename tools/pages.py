# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads encrypted files by hand, for SQLite shows only what it believes to be there."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_RESERVED = 80  # initialisation vector, authentication code and padding of SQLCipher 4
_SALT = 16
_WAL_HEADER, _FRAME_HEADER = 32, 24


def decrypted(path: Path, key: bytes, page_size: int) -> bytes:
    """Return every page of a SQLCipher file and of its log, as plain bytes."""
    content = path.read_bytes()
    pages = [content[start : start + page_size] for start in range(0, len(content), page_size)]
    wal = path.with_name(path.name + "-wal")
    log = wal.read_bytes()[_WAL_HEADER:] if wal.exists() else b""
    step = page_size + _FRAME_HEADER
    pages += [log[start + _FRAME_HEADER : start + step] for start in range(0, len(log), step)]
    whole = [page for page in pages if len(page) == page_size]
    return b"".join(_page(page, key, is_first=page == pages[0]) for page in whole)


def _page(page: bytes, key: bytes, *, is_first: bool) -> bytes:
    body = page[_SALT if is_first else 0 : -_RESERVED]
    vector = page[-_RESERVED : -_RESERVED + 16]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(body)
