# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which proxy leads out of this computer, and who we are to it: looked at and changed.

The choice belongs to the computer, not to an officer of ours: it lies in the data folder, for
window and command line alike, and holds also before anybody has signed in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.services.proxy_access import KeptProxyAccess
from sync.store import plain_files
from sync.store.secrets import SecretStore
from sync.transports.proxies import (
    Proxies,
    ProxyFinder,
    environment_proxy,
    name_of,
    proxy_address,
)

AUTOMATIC = None
"""The choice to go by what environment and system say."""
DIRECT = ""
"""The choice of no proxy at all."""

ANYWHERE = "https://tanggap.invalid"
"""Stands for the centre where it is not known yet which one that is."""

_FILE = "proxy.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyView:
    """How things stand.

    Attributes:
        chosen: an address, ``DIRECT`` or ``AUTOMATIC``.
        found: host and port that environment and system say; empty for no proxy.
        username: who we are to the proxy that is used, as far as is known.
        keeps: a password that is entered outlives the program.
        asks: a proxy has asked for a name and password, and has got none that it takes.
    """

    chosen: str | None
    found: str
    username: str
    keeps: bool
    asks: bool


class ProxySettings:
    """The choice of this computer.

    Args:
        data: the folder that all profiles of this computer are in.
        secrets: the keyring of this computer, None where there is none.
        finders: asked while nobody has chosen.
    """

    def __init__(
        self,
        data: Path,
        secrets: SecretStore | None,
        finders: Sequence[ProxyFinder] = (environment_proxy,),
    ) -> None:
        self._path = data / _FILE
        self._found = Proxies(finders=finders)
        self.access = KeptProxyAccess(secrets)

    @property
    def proxies(self) -> Proxies:
        """For the connections of the program; they follow every choice."""
        finders = (lambda _url: self.chosen(), *self._found.finders)
        return Proxies(finders=finders, access=self.access)

    def chosen(self) -> str | None:
        """Return the choice that holds."""
        try:
            chosen = json.loads(self._path.read_text(encoding="utf-8"))["proxy"]
        except (OSError, ValueError, LookupError, TypeError):
            return AUTOMATIC
        return chosen if isinstance(chosen, str) else AUTOMATIC

    def look(self, url: str) -> ProxyView:
        """Return how things stand towards an address; asks the keyring, so it may take a moment."""
        chosen, found = self.chosen(), name_of(self._found.find(url))  # a system may ask far away
        name = found if chosen is AUTOMATIC else name_of(chosen)
        known = self.access.known(name) if name else None
        return ProxyView(
            chosen=chosen,
            found=found,
            username="" if known is None else known[0],
            keeps=self.access.keeps,
            asks=bool(name) and self.access.asked_by == name,
        )

    def choose(self, proxy: str | None) -> None:
        """Go this way from now on.

        Raises:
            SignInFailed: ``sign-in.proxy-address``: it is none.
            StoreUnavailable: it cannot be kept; nothing has changed.
        """
        kept = proxy_address(proxy) if proxy else proxy
        plain_files.write_file(self._path, json.dumps({"proxy": kept}).encode())

    def enter(self, url: str, username: str, password: str) -> None:
        """Be this one to the proxy towards an address; nobody without a name.

        Args:
            password: empty for the one that is known. Without one nobody is made known: a proxy
                that is shown an empty one counts it as wrong.

        Raises:
            StoreUnavailable: the keyring did not keep it; it is used until the program ends.
        """
        if not (name := name_of(self.proxies.find(url))):
            return
        if username and password:
            self.access.enter(name, username, password)
        elif not username and self.access.known(name) is not None:
            self.access.forget(name)
