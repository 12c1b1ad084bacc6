# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the door asks and says, as one value. No lane and no service in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from desktop.viewmodels.problems import Problem
from sync.i18n import gettext as _
from sync.i18n import mark, ngettext
from sync.services.profiles import Profile

MIN_PASSPHRASE_LENGTH: Final = 8
"""Characters; the costly key derivation behind it does the rest."""


class Question(StrEnum):
    """What is asked now."""

    PROFILES = "profiles"
    SERVER = "server"
    ACCOUNT = "account"
    NEW_LOCK = "new-lock"
    OLD_LOCK = "old-lock"
    """The passphrase of files that are here, while signing in at the centre."""
    UNLOCK = "unlock"
    """The passphrase of files that are here, without the centre."""
    PASSWORD = "password"  # noqa: S105 - a question, not an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """What the door shows.

    Attributes:
        step: "Step 1 of 2"; empty where questions are not counted.
        verb: what the button does.
        profiles: the officers who use this computer.
        server_error, account_error, lock_error: what is wrong with an answer, beside it.
        problem: what is wrong with the world: no network, a portal, a program too old.
    """

    question: Question = Question.SERVER
    step: str = ""
    title: str = ""
    detail: str = ""
    verb: str = ""
    busy: str = ""
    can_go_back: bool = False
    profiles: tuple[Profile, ...] = ()
    server: str = ""
    username: str = ""
    is_busy: bool = False
    server_error: str = ""
    account_error: str = ""
    lock_error: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    detail: str
    verb: str
    busy: str = ""


_CONTACTING: Final = mark("Contacting the centre…")
_OPENING: Final = mark("Opening your files…")

_WORDINGS: Final = {
    Question.PROFILES: _Wording(
        mark("Who is working?"),
        mark("Your queue opens from this computer, also without a network."),
        mark("&Open"),
        _OPENING,
    ),
    Question.SERVER: _Wording(
        mark("Where is your centre?"),
        mark("Your agency's admin has given you its address."),
        mark("&Continue"),
    ),
    Question.ACCOUNT: _Wording(
        mark("Who are you?"),
        mark("Centre: {server}"),
        mark("&Sign in"),
        _CONTACTING,
    ),
    Question.NEW_LOCK: _Wording(
        mark("Lock your files"),
        mark(
            "This computer has no safe place for keys. Choose a passphrase: it opens your files "
            "here, also without a network. Nobody can look it up for you."
        ),
        mark("&Sign in"),
        _CONTACTING,
    ),
    Question.OLD_LOCK: _Wording(
        mark("Unlock your files"),
        mark("{username} has worked on this computer before."),
        mark("&Sign in"),
        _CONTACTING,
    ),
    Question.UNLOCK: _Wording(
        mark("Unlock your files"),
        mark("{name} · works without a network"),
        mark("&Unlock"),
        _OPENING,
    ),
    Question.PASSWORD: _Wording(
        mark("Sign in again"),
        mark("The centre wants the password of {username} again. You can go on working meanwhile."),
        mark("&Sign in"),
        _CONTACTING,
    ),
}

_COUNTED: Final = (Question.SERVER, Question.ACCOUNT, Question.NEW_LOCK)
_SIGNING_IN: Final = frozenset({Question.ACCOUNT, Question.NEW_LOCK, Question.OLD_LOCK})
_SERVER_CODES: Final = frozenset(
    {"sign-in.server-address", "sign-in.plain-http", "sync.malformed.foreign"}
)
_LOCK_CODES: Final = frozenset({"sign-in.passphrase-wrong", "sign-in.passphrase-needed"})


def worded(state: SignInState, profile: Profile | None, *, keyring: bool) -> SignInState:
    """Return the state with the words of its question."""
    question = state.question
    wording = _WORDINGS[question]
    name = "" if profile is None else profile.display_name or profile.username
    detail = _(wording.detail).format_map(
        {"server": state.server, "username": state.username, "name": name}
    )
    comes_from_list = question in {Question.SERVER, Question.UNLOCK} and bool(state.profiles)
    return replace(
        state,
        step=_step(question, 2 if keyring else 3),
        title=_(wording.title),
        detail=detail,
        verb=_(wording.verb),
        busy=_(wording.busy) if wording.busy else "",
        can_go_back=question in _SIGNING_IN or comes_from_list,
    )


def profile_text(profile: Profile) -> str:
    """Return an officer who uses this computer: who, where, and how much of theirs waits here."""
    name = profile.display_name or profile.username
    parts = [name, profile.server.partition("://")[2]]
    if profile.in_use:
        parts.append(_("perhaps not everything is sent"))
    elif profile.unsent:
        parts.append(
            ngettext("{count} not sent yet", "{count} not sent yet", profile.unsent).format(
                count=profile.unsent
            )
        )
    return " · ".join(parts)


def without_errors(state: SignInState) -> SignInState:
    """Return the state before anything went wrong."""
    return replace(state, server_error="", account_error="", lock_error="", problem=None)


def question_after(question: Question, problem: Problem, *, is_known: bool) -> Question:
    """Return which question has the answer that is to blame for a failure.

    Args:
        is_known: the account has worked on this computer before.
    """
    if question not in _SIGNING_IN:
        return question
    if problem.code in _SERVER_CODES:
        return Question.SERVER
    if problem.code in _LOCK_CODES:
        return Question.OLD_LOCK if is_known else Question.NEW_LOCK
    return Question.ACCOUNT if problem.code.startswith("sign-in.") else question


def with_failure(state: SignInState, problem: Problem) -> SignInState:
    """Return the state after an attempt failed: told beside the answer, if one is to blame."""
    words = f"{problem.title}. {problem.detail}"
    if problem.code in _SERVER_CODES and state.question is Question.SERVER:
        return replace(state, server_error=words)
    if problem.code in _LOCK_CODES:
        return replace(state, lock_error=words)
    if problem.code.startswith("sign-in."):
        return replace(state, account_error=words)
    return replace(state, problem=problem)


def _step(question: Question, count: int) -> str:
    if question not in _COUNTED:
        return ""
    place = _COUNTED.index(question) + 1
    return _("Question {place} of {count}").format(place=place, count=count)
