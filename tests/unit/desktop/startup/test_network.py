# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Qt says about the network, as we use it."""

from __future__ import annotations

from PySide6.QtNetwork import QNetworkInformation

from desktop.bridge.network import Network
from desktop.startup.network import SystemNetwork

_Reachability = QNetworkInformation.Reachability


def test_nothing_is_claimed_of_an_unknown_network(qapp: object) -> None:
    """Nor does looking at it do any harm."""
    network = Network()
    network.watch()
    assert not network.is_metered


def test_the_systems_network_tells_of_its_changes(qapp: object) -> None:
    """With whatever backend this machine has, or none; and looking twice is looking once."""
    network = SystemNetwork()
    told: list[str] = []
    network.came_back.connect(lambda: told.append("back"))
    assert not network.is_metered  # not before it was looked at
    network.watch()
    network.watch()
    source = QNetworkInformation.instance()
    assert source is not None, "a part of PySide6, like every other"
    assert network.is_metered == source.isMetered()
    network.metered_changed.connect(lambda: told.append("metered"))
    source.isMeteredChanged.emit(True)
    for reachability in (
        _Reachability.Online,  # nothing was missed
        _Reachability.Disconnected,
        _Reachability.Site,
        _Reachability.Online,
    ):
        source.reachabilityChanged.emit(reachability)
    assert ["metered", "back"] == told
