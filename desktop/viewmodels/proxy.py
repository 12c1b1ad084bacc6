# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way out of the office: as the computer says, without a proxy, or through one by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.problems import Problem, describe
from sync.errors import StoreUnavailable
from sync.i18n import gettext as _
from sync.services.proxy_settings import AUTOMATIC, DIRECT, ProxyView

_ADDRESS_CODE = "sign-in.proxy-address"


class Way(StrEnum):
    """What can be chosen."""

    SYSTEM = "system"
    DIRECT = "direct"
    OWN = "own"


class ProxyKeeper(Protocol):
    """Where the choice is kept; `sync.services.proxy_settings.ProxySettings` is one."""

    def look(self, url: str) -> ProxyView:
        """Return how things stand towards an address."""

    def chosen(self) -> str | None:
        """Return the choice that holds."""

    def choose(self, proxy: str | None) -> None:
        """Go this way from now on."""

    def enter(self, url: str, username: str, password: str) -> None:
        """Be this one to the proxy towards an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyState:
    """What is shown.

    Attributes:
        found: what the system says, in words.
        told: what the officer should know about name and password.
        asks: the proxy waits for name and password.
        is_known: there is a password for ``username``, which need not be entered again.
        address_error: what is wrong with the address; empty while nothing is.
        problem: what could not be kept.
        holds: what was chosen here holds, whatever else could not be kept.
    """

    way: Way = Way.SYSTEM
    found: str = ""
    address: str = ""
    username: str = ""
    told: str = ""
    asks: bool = False
    is_known: bool = False
    is_busy: bool = True
    address_error: str = ""
    problem: Problem | None = None
    holds: bool = False


class _Wish:
    """What is being kept in a lane: taken back in time, or done; never both."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_done = self._is_taken_back = False

    def take_back(self) -> bool:
        """Return whether it was in time."""
        with self._lock:
            self._is_taken_back = not self._is_done
            return self._is_taken_back

    def settle(self) -> bool:
        """Return whether it is still wished."""
        with self._lock:
            self._is_done = not self._is_taken_back
            return self._is_done


class ProxyPresenter(QObject):
    """Looks once, and keeps what is chosen.

    Signals:
        state_changed: other words.
        saved: the choice holds from now on.

    Args:
        url: the address of the centre, or what stands for it.
    """

    state_changed = emits(ProxyState)
    saved = emits()

    def __init__(self, keeper: ProxyKeeper, lane: Lane, url: str) -> None:
        super().__init__()
        self._keeper = keeper
        self._lane = lane
        self._url = url
        self._wish = _Wish()
        self.state = ProxyState()

    def look(self) -> None:
        """Find out how things stand: keyring and system may take a moment."""
        self._lane.run(partial(self._keeper.look, self._url), self._on_seen, self._on_failed, self)

    def save(self, way: Way, address: str, username: str, password: str) -> None:
        """Go this way from now on, as this one."""
        if self.state.is_busy:
            return
        if way is Way.OWN and not address.strip():
            wish = _("Enter the address of the proxy")
            self._become(replace(self.state, way=way, address_error=wish))
            return
        chosen = {Way.SYSTEM: AUTOMATIC, Way.DIRECT: DIRECT}.get(way, address)
        seen = (self.state.address, self.state.username) == (address, username.strip())
        known = self.state.is_known and seen
        answer = replace(
            self.state, way=way, address=address, username=username.strip(), is_known=known
        )
        self._become(replace(answer, is_busy=True, address_error="", problem=None))
        self._wish = _Wish()
        work = partial(self._keep, self._wish, chosen, username.strip(), password)
        self._lane.run(work, self._on_saved, self._on_failed, self)

    def take_back(self) -> bool:
        """Leave all as it was; return False where it is too late, and ``saved`` comes at once."""
        return self._wish.take_back() or not self.state.is_busy

    def _keep(
        self, wish: _Wish, chosen: str | None, username: str, password: str
    ) -> Exception | None:
        """Keep the choice, unless it is taken back meanwhile; return why not the password too.

        Raises:
            SignInFailed: as `ProxySettings.choose`, and so StoreUnavailable.
        """
        before, fault = self._keeper.chosen(), None
        self._keeper.choose(chosen)
        try:
            self._keeper.enter(self._url, username, password)
        except StoreUnavailable as error:
            fault = error
        if not wish.settle():
            self._keeper.choose(before)
        return fault

    def _on_seen(self, view: ProxyView) -> None:
        ways = {AUTOMATIC: Way.SYSTEM, DIRECT: Way.DIRECT}
        self._become(
            ProxyState(
                way=ways.get(view.chosen, Way.OWN),
                found=_("It says: {proxy}").format(proxy=view.found or _("no proxy")),
                address=view.chosen or "",
                username=view.username,
                told=_told(view),
                asks=view.asks,
                is_known=bool(view.username),
                is_busy=False,
            )
        )

    def _on_saved(self, fault: Exception | None) -> None:
        if not self._wish.settle():
            return
        problem = None if fault is None else describe(fault)
        self._become(replace(self.state, is_busy=False, problem=problem, holds=True))
        self.saved.emit()

    def _on_failed(self, error: Exception) -> None:
        problem = describe(error)
        state = replace(self.state, is_busy=False)
        if problem.code == _ADDRESS_CODE:
            self._become(replace(state, address_error=f"{problem.title}. {problem.detail}"))
        else:
            self._become(replace(state, problem=problem))

    def _become(self, state: ProxyState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _told(view: ProxyView) -> str:
    kept = (
        _("Kept in the keyring of this computer.")
        if view.keeps
        else _("This computer has no keyring: kept until Tanggap is closed.")
    )
    asked = _("The proxy asks for them.") if view.asks else _("Only if the proxy asks for them.")
    return f"{asked} {kept}"
