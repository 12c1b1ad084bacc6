# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name and password for the proxies of the offices that this computer is used in.

They belong to the computer's user, not to an officer of ours: kept in the keyring, also before
anybody has signed in. Where there is no keyring they last until the program ends.
"""

from __future__ import annotations

import json

from sync.store.secrets import SecretStore


class KeptProxyAccess:
    """What is known, shared by all connections of the program.

    A proxy that refuses a password is not shown it again until somebody enters one: offices lock
    accounts after some wrong ones.

    Attributes:
        asked_by: host and port of the proxy that wanted a name and password last; empty for none.

    Args:
        secrets: the keyring of this computer, None where there is none.
    """

    def __init__(self, secrets: SecretStore | None) -> None:
        self._secrets = secrets
        self._entered: dict[str, tuple[str, str] | None] = {}
        self._refused: set[tuple[str, tuple[str, str]]] = set()
        self.asked_by = ""

    @property
    def keeps(self) -> bool:
        """Whether what is entered outlives the program."""
        return self._secrets is not None

    def known(self, proxy: str) -> tuple[str, str] | None:
        """Return name and password for a proxy, None where there are none that may be shown."""
        if proxy not in self._entered:
            self._entered[proxy] = self._kept(proxy)
        who = self._entered[proxy]
        return None if who is None or (proxy, who) in self._refused else who

    def refused(self, proxy: str, shown: tuple[str, str] | None) -> None:
        """Take note that a proxy wants others than it was shown, or any at all."""
        self.asked_by = proxy
        if shown is not None:
            self._refused.add((proxy, shown))
        if self._entered.get(proxy) == shown:
            self._entered.pop(proxy, None)  # another program may have been told meanwhile

    def enter(self, proxy: str, username: str, password: str) -> None:
        """Use a name and password from now on, and keep them.

        Raises:
            StoreUnavailable: the keyring did not keep them; they are used until the program ends.
        """
        self._entered[proxy] = (username, password)
        self._refused.discard((proxy, (username, password)))
        if self.asked_by == proxy:
            self.asked_by = ""
        if self._secrets is not None:
            self._secrets.set(_entry(proxy), json.dumps([username, password]))

    def forget(self, proxy: str) -> None:
        """Know nothing of a proxy any more."""
        self._entered.pop(proxy, None)
        if self._secrets is not None:
            self._secrets.delete(_entry(proxy))

    def _kept(self, proxy: str) -> tuple[str, str] | None:
        text = None if self._secrets is None else self._secrets.get(_entry(proxy))
        try:
            username, password = json.loads(text or "")
        except ValueError:
            return None
        return str(username), str(password)


def _entry(proxy: str) -> str:
    return f"proxy/{proxy}"
