# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place where an exception becomes words: what happened, why, and what can be done."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.i18n import gettext as _
from desktop.i18n import mark
from sync.errors import TanggapError


class Remedy(StrEnum):
    """What a pane may offer to do about a problem."""

    RETRY = "retry"
    SIGN_IN = "sign-in"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure in words.

    Attributes:
        code: stable; for tests, logs and support.
        title: what happened.
        detail: the cause and the next step in plain words.
        remedies: what may be offered as buttons.
        reference: what support needs besides; copied, not shown.
    """

    code: str
    title: str
    detail: str
    remedies: tuple[Remedy, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    detail: str
    remedies: tuple[Remedy, ...] = ()


_RETRY: Final = (Remedy.RETRY,)

_WORDINGS: Final[dict[str, _Wording]] = {
    "refused.role": _Wording(
        mark("Your role does not allow this"),
        mark("Ask the admin of your agency to do it, or to change your role."),
    ),
    "refused.out-of-scope": _Wording(
        mark("This complaint is no longer with your unit"),
        mark("It was passed on. What you wrote is kept; copy it if somebody else needs it."),
    ),
    "refused.status": _Wording(
        mark("The complaint's status does not allow this"),
        mark("Look at its history: it was closed or reopened in the meantime."),
    ),
    "refused.empty": _Wording(
        mark("There are no words yet"),
        mark("Write something first."),
    ),
    "refused.too-long": _Wording(
        mark("The text is too long"),
        mark("Shorten it, or send it in two parts."),
    ),
    "withdraw.unknown": _Wording(
        mark("It may have reached the centre already"),
        mark("It can no longer be taken back. Wait for the centre's answer, then correct it."),
        (Remedy.REFRESH,),
    ),
    "decision.gone": _Wording(
        mark("This has been settled already"),
        mark("Somebody or something was faster. The list shows how it stands now."),
        (Remedy.REFRESH,),
    ),
    "withdraw.settled": _Wording(
        mark("This has been settled already"),
        mark("Somebody or something was faster. The list shows how it stands now."),
        (Remedy.REFRESH,),
    ),
    "decision.not-offered": _Wording(
        mark("This cannot be decided like that"),
        mark("Choose one of what is offered beside it."),
        (Remedy.REFRESH,),
    ),
    "store.disk-full": _Wording(
        mark("The disk is full"),
        mark("Nothing was lost. Free some space on this computer, then try again."),
        _RETRY,
    ),
    "store.read-only": _Wording(
        mark("The local files cannot be written"),
        mark("The folder is read-only. Ask whoever looks after this computer, then try again."),
        _RETRY,
    ),
    "store.locked": _Wording(
        mark("Another program is using the local files"),
        mark("Close other windows of Tanggap or wait for the backup to end, then try again."),
        _RETRY,
    ),
    "store.corrupt": _Wording(
        mark("The local files are damaged"),
        mark("Start Tanggap again: it repairs what it can and keeps a copy of your own work."),
    ),
    "store.wrong-key": _Wording(
        mark("The local files do not open with this key"),
        mark("They belong to another account, or the key of this computer was changed."),
    ),
    "store.no-key": _Wording(
        mark("This computer has lost the key of the local files"),
        mark("Sign in again; complaints are fetched anew. Ask support before deleting anything."),
        (Remedy.SIGN_IN,),
    ),
    "store.too-new": _Wording(
        mark("The local files were written by a newer Tanggap"),
        mark("Open them with that version, or update this one."),
    ),
    "store.io": _Wording(
        mark("The disk does not answer as it should"),
        mark("Check the disk or the network drive, then try again."),
        _RETRY,
    ),
    "sync.offline": _Wording(
        mark("No connection to the centre"),
        mark("Your work is kept on this computer and is sent as soon as there is a connection."),
        _RETRY,
    ),
    "sync.unanswered": _Wording(
        mark("The centre did not answer"),
        mark("It may have received what was sent. Tanggap asks again and sends nothing twice."),
        _RETRY,
    ),
    "sync.auth": _Wording(
        mark("The centre wants your password again"),
        mark("Sign in again; your queue and your unsent work stay as they are."),
        (Remedy.SIGN_IN,),
    ),
    "sync.revoked": _Wording(
        mark("This computer was signed out by the centre"),
        mark("Unsent work stays on this computer. Talk to the admin of your agency."),
    ),
    "sync.version": _Wording(
        mark("This version of Tanggap is too old for the centre"),
        mark("Update Tanggap. Until then you can go on working; nothing is lost."),
    ),
    "sync.epoch": _Wording(
        mark("The centre was restored from a backup"),
        mark("Complaints are fetched anew; your unsent work is kept and sent afterwards."),
    ),
    "sync.busy": _Wording(
        mark("The centre is busy"),
        mark("It asked to come back later; Tanggap does so by itself."),
        _RETRY,
    ),
    "sync.server": _Wording(
        mark("The centre has a fault"),
        mark("Tanggap tries again by itself. Your work is kept on this computer."),
        _RETRY,
    ),
    "sync.malformed": _Wording(
        mark("The centre's answer could not be read"),
        mark("Tanggap tries again by itself. If it stays like this, tell support."),
        _RETRY,
    ),
    "sync.malformed.portal": _Wording(
        mark("The network wants you to sign in first"),
        mark("A login page answered instead of the centre. Open a browser, sign in to the network, "
             "then try again."),
        _RETRY,
    ),
    "sync.too-large": _Wording(
        mark("The centre's answer was larger than allowed"),
        mark("It was not read, for safety. Tell support."),
        _RETRY,
    ),
    "sign-in.wrong": _Wording(
        mark("User name or password is wrong"),
        mark("Check both and try again."),
    ),
    "sign-in.throttled": _Wording(
        mark("Too many attempts"),
        mark("Wait a few minutes before you try again."),
    ),
    "sign-in.passphrase-wrong": _Wording(
        mark("The passphrase is wrong"),
        mark("It is the one you chose on this computer, not the password of the centre."),
    ),
    "sign-in.passphrase-needed": _Wording(
        mark("A passphrase is needed"),
        mark("This computer has no safe place for keys, so a passphrase locks the local files."),
    ),
    "sign-in.needs-network": _Wording(
        mark("The first sign-in needs a connection"),
        mark("Connect this computer to the network, then try again."),
        _RETRY,
    ),
    "sign-in.server-address": _Wording(
        mark("This is not the address of a centre"),
        mark("It looks like https://tanggap.example.go.id. Ask the admin of your agency."),
    ),
    "sign-in.plain-http": _Wording(
        mark("The address is not safe"),
        mark("Only addresses that begin with https:// are accepted."),
    ),
}  # fmt: skip

_BUG: Final = _Wording(
    mark("Something went wrong inside Tanggap"),
    mark("Your work is kept. Copy this report and send it to support."),
    _RETRY,
)


def describe(error: Exception) -> Problem:
    """Put a failure into words; what nobody foresaw becomes a report for support."""
    if isinstance(error, TanggapError):
        return describe_code(error.code, reference=str(error))
    report = "".join(traceback.format_exception(error))
    return _worded("bug", _BUG, report)


def describe_code(code: str, *, reference: str = "") -> Problem:
    """Put a code into words; a code with a reason falls back to the one without."""
    known = code
    while known and known not in _WORDINGS:
        known = known.rpartition(".")[0]
    if not known:
        return _worded(code, _BUG, reference or code)
    return _worded(code, _WORDINGS[known], reference or code)


def _worded(code: str, wording: _Wording, reference: str) -> Problem:
    return Problem(
        code=code,
        title=_(wording.title),
        detail=_(wording.detail),
        remedies=wording.remedies,
        reference=reference,
    )
