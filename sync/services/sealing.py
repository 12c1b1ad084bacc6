# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealed copy: unsent work and drafts once more, outside the database.

<data folder>/rescue/<profile id>.kurir     mode 0600

It is a courier file that two can open: this installation, to put lost work back, and the centre,
to which it can be handed as it is (docs/courier.md, section 6). So unsent work survives a work
file that is lost or broken, and even a lost key. It is written after the fact: no act waits for it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import msgspec

from sync.courier.bundle import (
    Bundle,
    Direction,
    Manifest,
    OwnerRecord,
    RowRecord,
    bundle_bytes,
    read_bundle,
)
from sync.courier.envelope import SUFFIX
from sync.courier.keys import Keys, key_id
from sync.errors import CourierRefused, StoreUnavailable
from sync.store.local import LocalStore
from sync.store.plain_files import read_file, write_file
from sync.store.unsent import PutBack, Unsent
from sync.wire.messages import SyncRequest

_FOLDER = "rescue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a sealed copy holds: acts without the centre's last word, and drafts."""

    made_at: int
    acts: int
    drafts: int


class SealedCopy:
    """The sealed copy of one profile.

    Args:
        folder: the profile's folder; the copy is not in it, for folders are lost as a whole.
    """

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.path = copy_path(folder)
        self._keys = keys

    def look(self) -> Copied | None:
        """Return what is in it; None where there is none that opens."""
        bundle = self._open()
        if bundle is None:
            return None
        rows = bundle.all(RowRecord)
        return Copied(
            made_at=bundle.manifest.made_at,
            acts=sum(row.table == "commands" for row in rows),
            drafts=sum(row.table == "drafts" for row in rows),
        )

    def put_back(self, store: LocalStore, *, also_drafts: bool) -> PutBack:
        """Put into an open store what is missing there; nothing where no copy opens."""
        bundle = self._open()
        owners = [] if bundle is None else bundle.all(OwnerRecord)
        if bundle is None or not owners:
            return PutBack()
        return store.unsent.put_back(owners[0], bundle.all(RowRecord), also_drafts=also_drafts)

    def _open(self) -> Bundle | None:
        own = self._keys.public.verifier
        try:
            return read_bundle(
                BytesIO(read_file(self.path)),
                self._keys,
                lambda signer: own if signer == key_id(own) else None,
            )
        except (CourierRefused, StoreUnavailable):
            return None


class Sealer:
    """Keeps the sealed copy up to date, from whichever thread.

    Args:
        copy: where it goes.
    """

    def __init__(
        self,
        store: LocalStore,
        copy: SealedCopy,
        keys: Keys,
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._copy = copy
        self._keys = keys
        self._clock = clock
        self._new_id = new_id
        self._written = b""
        self._turn = threading.Lock()

    def write(self) -> bool:
        """Bring the copy up to date; return whether there was anything to do.

        Whoever comes while another writes waits and looks anew: or what was read first might be
        written last.

        Raises:
            StoreUnavailable: the disk cannot be written; the older copy is still there.
        """
        with self._turn:
            return self._write()

    def _write(self) -> bool:
        unsent = self._store.unsent.read()
        centre = self._store.courier.centre()
        recipients = [self._keys.public.recipient, *([] if centre is None else [centre.recipient])]
        state = hashlib.sha256(msgspec.json.encode((_content(unsent), recipients))).digest()
        if state == self._written:
            return False
        data = bundle_bytes(
            Manifest(
                direction=Direction.COPY,
                device=unsent.owner.device_id,
                n=0,
                made_at=self._clock(),
                epoch=unsent.epoch,
            ),
            [unsent.owner, SyncRequest(commands=list(unsent.commands)), *unsent.rows],
            bundle_id=self._new_id(),
            recipients=recipients,
            keys=self._keys,
        )
        write_file(self._copy.path, data)
        self._written = state
        return True


def copy_path(folder: Path) -> Path:
    """Return where the sealed copy of a profile is, whether there is one or not."""
    return folder.parent / _FOLDER / f"{folder.name}{SUFFIX}"


def _content(unsent: Unsent) -> object:
    return (unsent.owner, unsent.epoch, unsent.commands, unsent.rows)
