# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every exception of the core, one class per reaction of the caller.

Exceptions carry data and a stable code, never prose; the wording is done once, at the edge.

    TanggapError
    |-- Refused              the rules of casework say no (code, arguments)
    |-- StoreError
    |   |-- StoreUnavailable this machine's fault: disk full, locked, read-only, corrupt, wrong key
    |   `-- StoreTooNew      written by a newer program: open with that one
    |-- CourierRefused       this file is not taken; what the sender holds stays as it is
    |-- SyncError            an exchange with the centre failed; the kind says what to do
    |-- FileRefused          one file is not taken or given by the other end
    |-- SignInFailed         the centre, or the local lock, does not accept who this is
    `-- Cancelled            the officer stopped it; never shown
"""

from __future__ import annotations

from enum import StrEnum

from typing_extensions import override


class TanggapError(Exception):
    """Root of all expected failures; anything else is a bug."""

    def __init__(self, code: str, /, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    @override
    def __str__(self) -> str:
        """Show the code and its data, for logs."""
        details = " ".join(f"{key}={value!r}" for key, value in self.data.items())
        return f"{self.code} {details}".rstrip()


class Refused(TanggapError):
    """The rules of casework do not allow this command now."""


class StoreError(TanggapError):
    """The local database cannot do what was asked."""


class StoreUnavailable(StoreError):
    """The machine's fault.

    Codes: ``store.disk-full``, ``store.read-only``, ``store.locked``, ``store.corrupt``,
    ``store.wrong-key``, ``store.io``, ``store.folder-gone``, ``store.upgrade-failed``.
    """


class StoreTooNew(StoreError):
    """The database was written by a newer program (``store.too-new``)."""


class EditionRefused(TanggapError):
    """Rules that the centre published are not taken; those from before stay.

    Codes: ``edition.not-signed``, ``edition.no-keys``, ``edition.unreadable``.
    """


class CourierRefused(TanggapError):
    """A courier file is not taken, or none can be made; nothing was changed.

    Codes: ``courier.*``; ``docs/courier.md`` lists them with what to do about each.
    """


class SyncErrorKind(StrEnum):
    """What went wrong between this computer and the centre, by what must be done about it."""

    OFFLINE = "offline"
    """No connection: wait and try again."""
    UNANSWERED = "unanswered"
    """The request may have arrived, the answer did not: ask again with the same ids."""
    AUTH = "auth"
    """The sign-in has expired or is wrong: renew it; the queue stays."""
    REVOKED = "revoked"
    """This device may not take part any more."""
    VERSION = "version"
    """The two ends do not speak a common version."""
    EPOCH = "epoch"
    """The centre's history was restored: fetch everything again."""
    BUSY = "busy"
    """The centre asks to come back later (429, 503)."""
    SERVER = "server"
    """The centre failed (5xx)."""
    MALFORMED = "malformed"
    """The answer is not one of ours: a portal page, a cut body, wrong types."""
    TOO_LARGE = "too-large"
    """The answer is larger than what we asked for and refuse to read."""


class SyncError(TanggapError):
    """An exchange with the centre failed.

    Attributes:
        kind: what to do about it.
        retry_after_s: seconds the centre asked us to wait, if it did.
    """

    def __init__(
        self, kind: SyncErrorKind, /, *, retry_after_s: float | None = None, **data: object
    ) -> None:
        super().__init__(f"sync.{kind.value}", **data)
        self.kind = kind
        self.retry_after_s = retry_after_s


class FileRefused(TanggapError):
    """The other end does not take, or does not give, this one file; all else goes on.

    Codes: ``file.gone``, ``file.offset``, ``file.too-large``, ``file.checksum``, ``file.refused``;
    ``file.no-room`` and ``file.quota`` for what the other end may take later.
    """


class SignInFailed(TanggapError):
    """Wrong name, password or passphrase.

    Codes: ``sign-in.wrong``, ``sign-in.passphrase-wrong``, ``sign-in.throttled``,
    ``sign-in.needs-network``, ``sign-in.proxy-address``.
    """


class Cancelled(TanggapError):
    """Stopped on request; never shown."""
