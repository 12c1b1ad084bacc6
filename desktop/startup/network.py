# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operating system knows about the network, through Qt's backend for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from desktop.bridge.network import Network

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation


class SystemNetwork(Network):
    """The network as Qt sees it; not every backend of it sees everything."""

    def __init__(self) -> None:
        super().__init__()
        self._source: QNetworkInformation | None = None
        self._was_reachable = True

    @property
    @override
    def is_metered(self) -> bool:
        return self._source is not None and self._source.isMetered()

    @override
    def watch(self) -> None:
        from PySide6.QtNetwork import QNetworkInformation  # noqa: PLC0415 - not before the window

        if self._source is not None or not QNetworkInformation.loadDefaultBackend():
            return
        self._source = source = QNetworkInformation.instance()
        if source is not None:
            source.isMeteredChanged.connect(self._on_metered)
            source.reachabilityChanged.connect(self._on_reachability)
            self.metered_changed.emit()

    @Slot(bool)
    def _on_metered(self, _metered: bool) -> None:
        self.metered_changed.emit()

    @Slot(object)
    def _on_reachability(self, reachability: QNetworkInformation.Reachability) -> None:
        is_reachable = reachability.name not in {"Disconnected", "Unknown"}
        if is_reachable and not self._was_reachable:
            self.came_back.emit()
        self._was_reachable = is_reachable


def system_proxy(url: str) -> str | None:
    """Return the proxy towards an address as the system's settings say, empty for none.

    Where the system can evaluate a PAC file, this does; it may take a moment. Kinds of proxies
    that we do not speak are passed over.
    """
    from PySide6.QtCore import QUrl  # noqa: PLC0415 - not before the window
    from PySide6.QtNetwork import (  # noqa: PLC0415
        QNetworkProxy,
        QNetworkProxyFactory,
        QNetworkProxyQuery,
    )

    kinds = QNetworkProxy.ProxyType
    for proxy in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(url))):
        if proxy.type() in {kinds.HttpProxy, kinds.HttpCachingProxy}:
            return f"http://{proxy.hostName()}:{proxy.port()}"
        if proxy.type() is kinds.NoProxy:
            return ""
    return None
