# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap``: the whole workplace without a window, for scripts and for who prefers it.

What it prints is one clear sentence, a table, or JSON, never a traceback for what can be
expected; exit codes are in the help (``cli_arguments.py``). This is a composition root: real
clock, real chance, real network.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from sync.command_line import speak
from sync.engine.status import problem_code
from sync.errors import (
    CourierRefused,
    Refused,
    SignInFailed,
    StoreError,
    SyncError,
    SyncErrorKind,
    TanggapError,
)
from sync.i18n import gettext as _
from sync.services import cli_courier, cli_proxy, cli_sync
from sync.services.cli_answer import (
    MISUSED,
    NOT_CONNECTED,
    NOT_FOUND,
    REFUSED,
    SIGN_IN,
    STORE,
    Answer,
    Misuse,
)
from sync.services.cli_arguments import language_of, parser
from sync.services.cli_text import Texts
from sync.services.cli_verbs import VERBS, Call
from sync.services.machine import machine_clocks
from sync.services.profiles import Profile, data_dir, profiles, profiles_aside
from sync.services.proxy_settings import ProxySettings
from sync.services.sentences import sentence
from sync.services.session import SignIn
from sync.store.secrets import system_keyring
from sync.transports.http import HttpService
from sync.transports.proxies import Proxies

_INTERRUPTED: Final = 130

_MISUSES: Final = {
    "usage.no-password": SIGN_IN,
    "usage.no-keyring": MISUSED,
    "usage.which-profile": MISUSED,
    "usage.many-commands": MISUSED,
    "usage.not-understood": MISUSED,
    "usage.unreadable-input": MISUSED,
    "usage.no-output": STORE,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``tanggap``; return its exit code."""
    given = sys.argv[1:] if argv is None else argv
    speak(language_of(given, os.environ))
    as_json = "--json" in given  # what cannot be parsed is told to a machine as well
    try:
        arguments = parser().parse_args(given)
        answer = _run(arguments)
        _print(answer, as_json=as_json)
    except TanggapError as error:
        _complain(error, as_json=as_json)
        return _exit_code(error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return answer.code


def _run(arguments: argparse.Namespace) -> Answer:
    keyring = system_keyring()
    data = arguments.data or data_dir(os.environ)
    settings = ProxySettings(data, keyring)
    if arguments.verb == "proxy":
        return cli_proxy.run(settings, arguments, _password)
    door = SignIn(
        data,
        connect=partial(_connect, settings.proxies),
        secrets=keyring,
        clock=_now,
        clocks=machine_clocks,
        new_id=lambda: str(uuid.uuid4()),
    )
    if arguments.verb == "sign-in":
        return _sign_in(door, arguments)
    if arguments.verb == "rescue":
        return _rescue(door, arguments)
    profile = _profile(arguments)
    desk = door.open(profile, _passphrase(needed=door.needs_passphrase(profile)))
    try:
        if arguments.verb == "sync":
            say = partial(_print, as_json=arguments.json)
            return cli_sync.synchronise(desk, arguments, _now, say)
        words = _words(getattr(arguments, "text", ""))
        return VERBS[arguments.verb](
            Call(desk=desk, arguments=arguments, texts=Texts(), words=words)
        )
    finally:
        desk.close()


def _rescue(door: SignIn, arguments: argparse.Namespace) -> Answer:
    data = arguments.data or data_dir(os.environ)
    if arguments.action == "list":
        return cli_courier.list_copies(door, [*profiles(data), *profiles_aside(data)])
    if arguments.action == "export":
        profile = _profile(arguments, profiles_aside(data))
        return cli_courier.export_copy(profile, arguments.folder, lambda: str(uuid.uuid4()))
    profile = _profile(arguments)
    desk = door.rescue(profile, _passphrase(needed=door.needs_passphrase(profile)))
    try:
        return cli_courier.restore(desk)
    finally:
        desk.close()


def _connect(proxies: Proxies, server: str) -> HttpService:
    plain = os.environ.get("TANGGAP_PLAIN_HTTP") == "1"
    return HttpService(server, plain_http_allowed=plain, proxies=proxies)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _sign_in(door: SignIn, arguments: argparse.Namespace) -> Answer:
    password = _password()
    passphrase = _passphrase(needed=not door.keyring_available)
    desk = door.sign_in(arguments.server, arguments.username, password, passphrase)
    try:
        profile = desk.profile
    finally:
        desk.close()
    return Answer(
        data={"profile": profile.id, "officer": profile.display_name},
        lines=[
            _("Signed in as {name}. Run sync to fetch complaints.").format(
                name=profile.display_name
            )
        ],
    )


def _profile(arguments: argparse.Namespace, others: Sequence[Profile] = ()) -> Profile:
    known = [*profiles(arguments.data or data_dir(os.environ)), *others]
    if not known:
        raise Misuse("usage.no-profile")
    wanted = arguments.profile
    if wanted is None:
        if len(known) > 1:
            raise Misuse("usage.which-profile", names=", ".join(each.username for each in known))
        return known[0]
    found = [each for each in known if wanted in {each.id, each.username}]
    if not found:
        raise Misuse(
            "usage.unknown-profile", name=wanted, names=", ".join(each.username for each in known)
        )
    if len(found) > 1:
        raise Misuse("usage.which-profile", names=", ".join(each.id for each in found))
    return found[0]


def _password() -> str:
    if (given := os.environ.get("TANGGAP_PASSWORD")) is not None:
        return given
    if sys.stdin.isatty():
        return getpass.getpass(_("Password: "))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Misuse("usage.no-password")
    return line


def _passphrase(*, needed: bool) -> str | None:
    given = os.environ.get("TANGGAP_PASSPHRASE") or None
    if given is None and needed and sys.stdin.isatty():
        return getpass.getpass(_("Passphrase of this computer: ")) or None
    return given


def _words(text: str | list[str]) -> str:
    if not isinstance(text, str):
        return ""
    try:
        words = sys.stdin.read().rstrip() if text == "-" else text
        words.encode()  # bytes that are no text come through as something that cannot be kept
    except UnicodeError as error:
        raise Misuse("usage.unreadable-input") from error
    return words


def _exit_code(error: TanggapError) -> int:
    match error:
        case Refused():
            return REFUSED
        case SyncError(kind=SyncErrorKind.AUTH | SyncErrorKind.REVOKED) | SignInFailed():
            return SIGN_IN
        case CourierRefused():
            return REFUSED
        case SyncError():
            return NOT_CONNECTED
        case StoreError():
            return STORE
        case _:
            return _MISUSES.get(error.code, NOT_FOUND)


def _print(answer: Answer, *, as_json: bool) -> None:
    told = "\n".join(answer.lines)
    if as_json or not answer.lines:
        told = json.dumps(answer.data, ensure_ascii=False)
    try:
        print(told, flush=True)
    except BrokenPipeError:  # whoever read it has seen enough
        _let_go_of_output()
    except OSError as error:
        _let_go_of_output()
        raise Misuse("usage.no-output", reason=error.strerror) from error


def _let_go_of_output() -> None:
    """Keep the interpreter from failing once more, with a traceback, when it ends."""
    with suppress(OSError):  # standing in for a file without a number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(error: TanggapError, *, as_json: bool) -> None:
    code = problem_code(error)
    told = sentence(code, **error.data)
    if as_json and code != "usage.no-output":
        with suppress(OSError):
            print(json.dumps({"error": code, "message": told}, ensure_ascii=False), flush=True)
    else:
        print(told, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
