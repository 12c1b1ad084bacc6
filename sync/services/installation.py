# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which device this installation is: for good, unless it turns out to be one of two copies."""

from __future__ import annotations

from collections.abc import Callable

from sync.cases.ids import DeviceId
from sync.courier.keys import Keys
from sync.store.courier import CourierMemory
from sync.store.identity import Identity
from sync.wire.messages import CourierKeys


class Installation:
    """The device id of one profile, kept in its work file, and its courier keys.

    Args:
        new_id: makes UUIDs.
        first: who it becomes if it is nobody yet.
    """

    def __init__(
        self,
        identity: Identity,
        memory: CourierMemory,
        keys: Keys,
        new_id: Callable[[], str],
        first: DeviceId | None = None,
    ) -> None:
        self._identity = identity
        self._memory = memory
        self.keys = keys
        self._new_id = new_id
        self.device_id = identity.device_id(first or DeviceId(new_id()))

    def meet(self, centre: CourierKeys | None) -> None:
        """Hear which keys the centre says it has."""
        self._memory.meet(centre)

    def successor(self) -> DeviceId:
        """Return who it becomes once the centre has agreed; the same at every call until then."""
        return self._identity.successor(DeviceId(self._new_id()))

    def become(self, device_id: DeviceId) -> None:
        """Be another device from now on; the acts keep their ids, and so do their numbers."""
        self._identity.become(device_id)
        self.device_id = device_id
