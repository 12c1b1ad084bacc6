# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain files, encrypted: written in order, read anywhere, each under a key of its own.

magic (4) | salt (16) | label (512 + tag) | block 1 | block 2 | ...

The key of a file is HKDF-SHA256 of the given key with the file's salt. The label and every block
are sealed with AES-256-GCM. The nonce is the number of the block, for no other content of that key
ever has it: a block is written once, or after a crash once more with the same content. Whether
the whole is complete is known by its size, which is kept elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import StoreUnavailable
from sync.store.failures import file_faults

BLOCK: Final = 4 * 1024
"""Bytes of content in a block; a file grows by whole blocks until its last one."""

_MAGIC: Final = b"TGF1"
_SALT: Final = 16
_TAG: Final = 16
_LABEL: Final = 512
_HEAD: Final = len(_MAGIC) + _SALT + _LABEL + _TAG


class EncryptedFile:
    """One file on the disk that exists already; see :func:`create`.

    Raises:
        StoreUnavailable: ``store.corrupt`` where it is not what was written, else the disk's.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        with _content_faults(path.name), path.open("rb") as file:
            head = file.read(_HEAD)
        if len(head) != _HEAD or not head.startswith(_MAGIC):
            raise StoreUnavailable("store.corrupt", file=path.name)
        self._cipher = _cipher(key, head[len(_MAGIC) : len(_MAGIC) + _SALT])
        self.label: bytes = self._open(0, head[-_LABEL - _TAG :]).rstrip(b"\0")

    def append(self, content: bytes, at: int, *, last: bool) -> None:
        """Write the next blocks.

        Args:
            at: where the content begins; a multiple of :data:`BLOCK`.
            last: whether the file ends here; until then only whole blocks can be written.
        """
        if at % BLOCK or (len(content) % BLOCK and not last):
            raise ValueError(at)
        with _content_faults(self._path.name), self._path.open("r+b") as file:
            file.seek(_place(at // BLOCK))
            file.truncate()
            for start in range(0, len(content), BLOCK):
                number = (at + start) // BLOCK + 1
                file.write(
                    self._cipher.encrypt(_nonce(number), content[start : start + BLOCK], None)
                )
            file.flush()
            os.fsync(file.fileno())

    def read(self, at: int, size: int) -> bytes:
        """Return a part of the content; shorter at its end."""
        first = at // BLOCK
        blocks = b"".join(self._blocks(first, -(-(at + size) // BLOCK)))
        return blocks[at - first * BLOCK :][:size]

    def pieces(self) -> Iterator[bytes]:
        """Yield the whole content, block by block."""
        return self._blocks(0, None)

    def _blocks(self, first: int, end: int | None) -> Iterator[bytes]:
        with _content_faults(self._path.name), self._path.open("rb") as file:
            file.seek(_place(first))
            number = first
            while (end is None or number < end) and (sealed := file.read(BLOCK + _TAG)):
                number += 1
                yield self._open(number, sealed)

    def _open(self, number: int, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number), sealed, None)
        except InvalidTag as error:
            raise StoreUnavailable("store.corrupt", file=self._path.name) from error


def create(path: Path, key: bytes, label: bytes = b"") -> EncryptedFile:
    """Make an empty file with a label of at most 512 bytes.

    Raises:
        StoreUnavailable: the disk's fault.
    """
    salt = os.urandom(_SALT)
    sealed = _cipher(key, salt).encrypt(_nonce(0), label.ljust(_LABEL, b"\0"), None)
    with file_faults(path.name):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_MAGIC + salt + sealed)
    return EncryptedFile(path, key)


@contextmanager
def _content_faults(file: str) -> Iterator[None]:
    """Raise the disk's faults; a content that somebody deleted is as spoilt as a changed one."""
    with file_faults(file):
        try:
            yield
        except FileNotFoundError as error:
            raise StoreUnavailable("store.corrupt", file=file) from error


def _place(block: int) -> int:
    return _HEAD + block * (BLOCK + _TAG)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"tanggap file 1").derive(key))
