# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Qt says about the network, as we use it."""

from __future__ import annotations

import pytest
from PySide6.QtNetwork import QNetworkInformation

from desktop.bridge.network import Network
from desktop.startup.network import SystemNetwork, system_proxy

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


def test_the_systems_proxy_is_asked_for(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Qt finds where no program of ours has been told anything; none is an answer too."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert "" == system_proxy("http://pusat.invalid")
    monkeypatch.setenv("http_proxy", "http://proxy.kantor:8080")
    assert "http://proxy.kantor:8080" == system_proxy("http://pusat.invalid")
    monkeypatch.setenv("http_proxy", "socks5://proxy.kantor:1080")
    assert system_proxy("http://pusat.invalid") in {None, ""}
