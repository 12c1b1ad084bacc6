# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words for what goes wrong on the way to the centre and at its door."""

from __future__ import annotations

from typing import Final

from sync.i18n import mark
from sync.services.wording import Remedy, Wording

_RETRY: Final = (Remedy.RETRY,)

LINE_WORDINGS: Final[dict[str, Wording]] = {
    "sync.offline": Wording(
        mark("No connection to the centre"),
        mark("Your work is kept on this computer and is sent as soon as there is a connection."),
        _RETRY,
    ),
    "sync.offline.name": Wording(
        mark("The centre's address was not found"),
        mark("Either there is no network, or the address is wrong. Your work is kept here."),
        _RETRY,
    ),
    "sync.offline.tls": Wording(
        mark("The centre could not prove who it is"),
        mark("Check the clock of this computer and the network. Nothing was sent."),
        _RETRY,
    ),
    "sync.offline.proxy": Wording(
        mark("The office's proxy refuses the connection"),
        mark("Tell whoever looks after the network. Your work is kept on this computer."),
        (Remedy.RETRY, Remedy.PROXY),
    ),
    "sync.offline.proxy-sign-in": Wording(
        mark("The office's proxy wants to know who you are"),
        mark("Enter your user name and password for the office's internet once. Your work is kept "
             "on this computer."),
        (Remedy.PROXY, Remedy.RETRY),
    ),
    "sync.offline.proxy-scheme": Wording(
        mark("The office's proxy wants a Windows sign-in, which Tanggap does not know"),
        mark("It takes NTLM or Kerberos only. Ask whoever looks after the network to let this "
             "program through with a user name and password (Basic), or past the proxy. Until then "
             "use another network or a courier file; your work is kept on this computer."),
        (Remedy.PROXY, Remedy.RETRY),
    ),
    "sync.offline.portal": Wording(
        mark("The network wants you to sign in first"),
        mark("A login page answered instead of the centre. Open a browser, sign in to the network, "
             "then try again."),
        _RETRY,
    ),
    "sync.offline.foreign": Wording(
        mark("What answers at this address is not a centre of Tanggap"),
        mark("Check the address. Nothing was sent."),
        _RETRY,
    ),
    "sync.unanswered": Wording(
        mark("The centre did not answer"),
        mark("It may have received what was sent. Tanggap asks again and sends nothing twice."),
        _RETRY,
    ),
    "sync.auth": Wording(
        mark("The centre wants your password again"),
        mark("Sign in again; your queue and your unsent work stay as they are."),
        (Remedy.SIGN_IN,),
    ),
    "lease.over": Wording(
        mark("Complaints are locked on this computer"),
        mark(
            "The centre was not reached for too long. Your drafts and your outbox stay open; "
            "the complaints open again at the next contact, with nothing to fetch anew."
        ),
        _RETRY,
    ),
    "sync.revoked": Wording(
        mark("This computer was signed out by the centre"),
        mark(
            "The complaints were removed from it. Your unsent work stays here and can be read, "
            "finished and exported. Talk to the admin of your agency."
        ),
    ),
    "sync.version": Wording(
        mark("This version of Tanggap is too old for the centre"),
        mark("Update Tanggap. Until then you can go on working; nothing is lost."),
    ),
    "sync.epoch": Wording(
        mark("The centre was restored from a backup"),
        mark("Complaints are fetched anew; your unsent work is kept and sent afterwards."),
    ),
    "sync.busy": Wording(
        mark("The centre is busy"),
        mark("It asked to come back later; Tanggap does so by itself."),
        _RETRY,
    ),
    "sync.server": Wording(
        mark("The centre has a fault"),
        mark("Tanggap tries again by itself. Your work is kept on this computer."),
        _RETRY,
    ),
    "sync.malformed": Wording(
        mark("The centre's answer could not be read"),
        mark("Tanggap tries again by itself. If it stays like this, tell support."),
        _RETRY,
    ),
    "sync.malformed.portal": Wording(
        mark("The network wants you to sign in first"),
        mark("A login page answered instead of the centre. Open a browser, sign in to the network, "
             "then try again."),
        _RETRY,
    ),
    "sync.malformed.foreign": Wording(
        mark("What answers at this address is not a centre of Tanggap"),
        mark("Check the address. Nothing was sent."),
        _RETRY,
    ),
    "sync.too-large": Wording(
        mark("The centre's answer was larger than allowed"),
        mark("It was not read, for safety. Tell support."),
        _RETRY,
    ),
    "sign-in.wrong": Wording(
        mark("User name or password is wrong"),
        mark("Check them and try again."),
    ),
    "sign-in.throttled": Wording(
        mark("Too many attempts"),
        mark("Wait a few minutes before you try again."),
    ),
    "sign-in.device-taken": Wording(
        mark("This computer is registered for another officer"),
        mark("Ask the admin of your agency to release it."),
    ),
    "sign-in.other-officer": Wording(
        mark("That account belongs to another officer now"),
        mark("Your work stays here. Ask the admin of your agency how your account is called."),
    ),
    "sign-in.passphrase-wrong": Wording(
        mark("The passphrase is wrong"),
        mark("It is the one you chose on this computer, not the password of the centre."),
    ),
    "sign-in.passphrase-needed": Wording(
        mark("A passphrase is needed"),
        mark("This computer has no safe place for keys, so a passphrase locks the local files."),
    ),
    "sign-in.needs-network": Wording(
        mark("The first sign-in needs a connection"),
        mark("Connect this computer to the network, then try again."),
        _RETRY,
    ),
    "sign-in.proxy-address": Wording(
        mark("This is not the address of a proxy"),
        mark("It looks like proxy.kantor:8080. SOCKS proxies are not supported."),
    ),
    "sign-in.server-address": Wording(
        mark("This is not the address of a centre"),
        mark("It looks like https://tanggap.example.go.id. Ask the admin of your agency."),
    ),
    "sign-in.plain-http": Wording(
        mark("The address is not safe"),
        mark("Only addresses that begin with https:// are accepted."),
    ),
}  # fmt: skip
