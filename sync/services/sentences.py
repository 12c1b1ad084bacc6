# SPDX-License-Identifier: AGPL-3.0-or-later
"""A failure in one line, for the command line: what happened, why, and the verb that helps.

The words are those of the window (:mod:`sync.services.problem_words`); only what cannot happen at
a window, wrong arguments, has its words here.
"""

from __future__ import annotations

from typing import Final

from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.copy_words import said_of_copy
from sync.services.problem_words import Wording, wording_of

_USAGE: Final[dict[str, Wording]] = {
    "usage.not-understood": Wording(
        mark("The command is not understood ({message})"),
        mark("See: {program} --help."),
    ),
    "usage.no-output": Wording(
        mark("The output could not be written ({reason})"),
        mark("What was done is done. Free some space or choose another place, then look again."),
    ),
    "usage.no-profile": Wording(
        mark("Nobody has signed in on this computer yet"),
        mark("Run: tanggap sign-in ADDRESS USER."),
    ),
    "usage.which-profile": Wording(
        mark("Several officers work on this computer"),
        mark("Choose one with --profile: {names}."),
    ),
    "usage.unknown-profile": Wording(
        mark("There is no profile {name} on this computer"),
        mark("Choose one with --profile: {names}."),
    ),
    "usage.no-password": Wording(
        mark("No password was given"),
        mark("Type it, pipe it in, or put it into TANGGAP_PASSWORD."),
    ),
    "usage.no-keyring": Wording(
        mark("This computer has no safe place for keys"),
        mark("Name user and password in HTTPS_PROXY instead, as your office's support tells."),
    ),
    "usage.no-case": Wording(
        mark("Complaint {case} is not on this computer"),
        mark("Look for it with search, or run sync first."),
    ),
    "usage.no-command": Wording(
        mark("No act on this computer begins with {command}"),
        mark("The list of acts: outbox."),
    ),
    "usage.many-commands": Wording(
        mark("More than one act begins with {command}"),
        mark("Write more of it; the list of acts: outbox."),
    ),
    "usage.no-officer": Wording(
        mark("No single officer of this complaint's unit is called {officer}"),
        mark("Write the whole name, the id, or saya for yourself."),
    ),
    "usage.no-file": Wording(
        mark("Not exactly one file of this complaint begins with {file}"),
        mark("The list of files: file list."),
    ),
    "usage.unreadable-input": Wording(
        mark("The text cannot be read"),
        mark("Give it as UTF-8."),
    ),
}

_HINTS: Final[dict[str, str]] = {
    "sync.offline.proxy-sign-in": mark("Run: proxy ADDRESS USER."),
    "refused.status": mark("See: show."),
    "refused.not-held": mark("Run: sync."),
    "withdraw.settled": mark("See: outbox."),
    "withdraw.unknown": mark("Run: sync."),
    "decision.gone": mark("See: outbox."),
    "decision.not-offered": mark("See: outbox --decisions."),
    "decision.newer": mark("See: outbox --decisions; then decide with --seen."),
    "left.no-draft": mark("See: left."),
    "lease.over": mark("Run: sync."),
    "store.no-key": mark("Run: sign-in."),
    "store.wrong-key": mark("Run: sign-in."),
    "store.work-gone": mark("Run: sign-in."),
    "store.work-lost": mark("Run: rescue restore."),
    "courier.no-keys": mark("Run: sync."),
    "courier.no-room": mark("Needed: {need} bytes, free: {free}. See: --files-mb."),
    "courier.too-long-for-line": mark("The limit is {limit} bytes."),
    "courier.own-copy": mark("Run: rescue restore."),
    "courier.other-history": mark("Run: courier export."),
    "courier.centre-changed": mark(
        "The new key is {fingerprint}. Telephone the centre; where it is theirs, run: "
        "courier trust."
    ),
    "sync.auth": mark("Run: sign-in."),
    "sign-in.passphrase-needed": mark("Put it into TANGGAP_PASSPHRASE."),
}
"""What the command line adds: the verb that helps, and figures."""


class _Fields(dict[str, object]):
    """What a failure tells; what it does not is left open rather than a failure of its own."""

    def __missing__(self, key: str) -> object:
        return "?"


def sentence(code: str, /, **fields: object) -> str:
    """Return what a code means, why, and what can be done, as one line for the command line.

    A code that nobody worded is returned as it is, so that it can be quoted to support.
    """
    wording = _USAGE.get(code) or wording_of(code)
    if wording is None:
        return code
    hint = _(_HINTS[code]) if code in _HINTS else ""
    texts = [f"{_(wording.title)}.", _(wording.detail), said_of_copy(fields), hint]
    told = " ".join(text for text in texts if text).format_map(_Fields(fields))
    file = fields.get("file")
    return f"{file}: {told}" if file and code.startswith("file.") else told
