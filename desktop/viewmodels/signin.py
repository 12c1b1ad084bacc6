# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door: at most three questions, one at a time, and an answer where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.problems import describe
from desktop.viewmodels.signin_state import (
    MIN_PASSPHRASE_LENGTH,
    Question,
    SignInState,
    question_after,
    with_failure,
    without_errors,
    worded,
)
from sync.errors import SignInFailed
from sync.i18n import gettext as _
from sync.services.desk import Desk
from sync.services.profiles import Profile
from sync.transports.address import server_address


class Door(Protocol):
    """What lets officers in; `sync.services.session.SignIn` is one."""

    @property
    def keyring_available(self) -> bool:
        """Whether this computer can keep the key of the local files by itself."""

    def needs_passphrase(self, profile: Profile) -> bool:
        """Return whether opening this profile takes a passphrase."""

    def sign_in(
        self, server: str, username: str, password: str, passphrase: str | None = None
    ) -> Desk:
        """Sign in at the centre and open the officer's files."""

    def open(self, profile: Profile, passphrase: str | None = None) -> Desk:
        """Open an officer's files without the network."""

    def rescue(self, profile: Profile, passphrase: str | None = None) -> Desk:
        """Open an officer's files with the sealed copy in the place of lost work."""

    def renew(self, desk: Desk, password: str) -> None:
        """Sign in again for an open desk."""


class SignInPresenter(QObject):
    """One way through the door.

    Signals:
        state_changed: the whole new state.
        signed_in: the officer's desk is open; whoever takes it closes it.
        renewed: the centre knows the officer again; the desk stayed open all the time.
    """

    state_changed = emits(SignInState)
    signed_in = emits(Desk)
    renewed = emits()

    def __init__(
        self, door: Door, known: Sequence[Profile], lane: Lane, *, server: str = ""
    ) -> None:
        """Begin with the first question that has no answer yet.

        Args:
            known: the officers who use this computer, the one used last first.
            server: the centre's address where it is known beforehand.
        """
        super().__init__()
        self._door = door
        self._known = tuple(known)
        self._lane = lane
        self._asked = 0
        self._desk: Desk | None = None
        self._profile: Profile | None = None
        self._password = ""
        self._again: Callable[[], object] | None = None
        self._lock: str | None = None
        self.state = SignInState(server=server, profiles=self._known)
        self._ask(self._first_question())

    @classmethod
    def again(cls, door: Door, desk: Desk, lane: Lane) -> SignInPresenter:
        """Ask only for the password of an open desk."""
        presenter = cls(door, (), lane, server=desk.profile.server)
        presenter._desk = desk
        presenter.state = replace(presenter.state, username=desk.profile.username)
        presenter._ask(Question.PASSWORD)
        return presenter

    def pick(self, row: int) -> None:
        """Be one of the officers who use this computer."""
        if not 0 <= row < len(self._known) or self.state.is_busy:
            return
        self._profile = self._known[row]
        if self._door.needs_passphrase(self._profile):
            self._ask(Question.UNLOCK)
        else:
            self._open(None)

    def be_somebody_else(self) -> None:
        """Use an account that has not been on this computer."""
        self._profile = None
        self._ask(Question.ACCOUNT if self.state.server else Question.SERVER)

    def give_server(self, address: str) -> None:
        """Answer where the centre is."""
        try:
            server = server_address(address, plain_http_allowed=True)
        except SignInFailed as error:
            self._become(replace(self.state, server=address, server_error=describe(error).title))
            return
        self._become(replace(self.state, server=server))
        self._ask(Question.ACCOUNT)

    def give_account(self, username: str, password: str) -> None:
        """Answer who this is."""
        self._become(replace(self.state, username=username.strip()))
        self._password = password
        if not username.strip() or not password:
            wish = _("User name and password are both needed")
            self._become(replace(self.state, account_error=wish))
            return
        known = self._known_account()
        if known is not None and self._door.needs_passphrase(known):
            self._ask(Question.OLD_LOCK)
        elif known is None and not self._door.keyring_available:
            self._ask(Question.NEW_LOCK)
        else:
            self._sign_in(None)

    def give_lock(self, passphrase: str, repeated: str) -> None:
        """Answer what shall lock, or unlocks, the files on this computer."""
        problem = self._lock_problem(passphrase, repeated)
        if problem:
            self._become(replace(self.state, lock_error=problem))
        elif self.state.question is Question.UNLOCK:
            self._open(passphrase)
        else:
            self._sign_in(passphrase)

    def give_password(self, password: str) -> None:
        """Answer the centre's wish for the password."""
        desk = self._desk
        if desk is None or not password or self.state.is_busy:
            return
        self._attempt(partial(self._renew, desk, password))

    def back(self) -> None:
        """Go back to the question before; a running attempt is not waited for."""
        self._asked += 1
        before = {
            Question.ACCOUNT: Question.SERVER,
            Question.NEW_LOCK: Question.ACCOUNT,
            Question.OLD_LOCK: Question.ACCOUNT,
        }
        self._ask(before.get(self.state.question, self._start()))

    def retry(self) -> None:
        """Try again what failed."""
        if self._again is not None and not self.state.is_busy:
            self._again()

    def rescue(self) -> None:
        """Open with the sealed copy in the place of the work that could not be opened."""
        profile = self._profile or self._known_account()
        if profile is not None:
            self._attempt(partial(self._door.rescue, profile, self._lock))

    def sign_in_anew(self) -> None:
        """Ask for the account of files that do not open: the centre lets them begin beside."""
        profile = self._profile
        if profile is not None:
            self._profile = None
            self._become(replace(self.state, server=profile.server, username=profile.username))
            self._ask(Question.ACCOUNT)
        else:
            self.retry()

    def _first_question(self) -> Question:
        start = self._start()
        if start is Question.PROFILES and len(self._known) == 1:
            (self._profile,) = self._known
            if self._door.needs_passphrase(self._profile):
                return Question.UNLOCK
        return start

    def _start(self) -> Question:
        if self._known:
            return Question.PROFILES
        return Question.ACCOUNT if self.state.server else Question.SERVER

    def _known_account(self) -> Profile | None:
        wanted = (self.state.server, self.state.username.casefold())
        return next((p for p in self._known if (p.server, p.username.casefold()) == wanted), None)

    def _lock_problem(self, passphrase: str, repeated: str) -> str:
        if self.state.question is not Question.NEW_LOCK:
            return "" if passphrase else _("Enter the passphrase of this computer")
        if len(passphrase) < MIN_PASSPHRASE_LENGTH:
            wish = _("Use at least {count} characters")
            return wish.format(count=MIN_PASSPHRASE_LENGTH)
        return "" if passphrase == repeated else _("The two are not the same")

    def _sign_in(self, passphrase: str | None) -> None:
        state = self.state
        self._lock = passphrase
        work = partial(self._door.sign_in, state.server, state.username, self._password, passphrase)
        self._attempt(work)

    def _open(self, passphrase: str | None) -> None:
        if self._profile is not None:
            self._lock = passphrase
            self._attempt(partial(self._door.open, self._profile, passphrase))

    def _renew(self, desk: Desk, password: str) -> Desk:
        self._door.renew(desk, password)
        return desk

    def _attempt(self, work: Callable[[], Desk]) -> None:
        if self.state.is_busy:
            return
        self._asked += 1
        self._again = partial(self._attempt, work)
        self._become(replace(without_errors(self.state), is_busy=True))
        done = partial(self._on_done, self._asked)
        failed = partial(self._on_failed, self._asked)
        self._lane.run(work, done, failed, self)

    def _on_done(self, asked: int, desk: Desk) -> None:
        if asked != self._asked:
            # The officer went back meanwhile: nobody else will close this desk.
            self._lane.run(desk.close, _ignore, self._on_not_closed, self)
            return
        self._password = ""
        self._again = self._lock = None
        if desk is self._desk:
            self._become(replace(self.state, is_busy=False))
            self.renewed.emit()
        else:
            # Stays busy: the window of the desk comes next, and a second desk must not.
            self.signed_in.emit(desk)

    def _on_failed(self, asked: int, error: Exception) -> None:
        if asked != self._asked:
            return
        problem = describe(error)
        is_known = self._known_account() is not None
        self._ask(question_after(self.state.question, problem, is_known=is_known))
        self._become(with_failure(self.state, problem))

    def _on_not_closed(self, error: Exception) -> None:
        self._become(replace(self.state, problem=describe(error)))

    def _ask(self, question: Question) -> None:
        state = replace(without_errors(self.state), question=question, is_busy=False)
        self._become(worded(state, self._profile, keyring=self._door.keyring_available))

    def _become(self, state: SignInState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _ignore(_nothing: None) -> None:
    """A desk was closed; there is nobody to tell."""
