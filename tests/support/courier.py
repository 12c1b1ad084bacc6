# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files for tests: two ends with keys, and a file between them."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

import msgspec

from sync.central.courier import CourierDesk, TakenIn
from sync.courier.bundle import Bundle, Direction, Manifest, bundle_bytes, read_bundle
from sync.courier.keys import Keys, key_id, keys_from
from sync.wire.messages import (
    CommandRecord,
    Message,
    SignInRequest,
    SyncReply,
    SyncRequest,
    Verdict,
)
from tests.support.central import PASSWORD, Device, Office

DEVICE = keys_from(b"d" * 32)
CENTRE = keys_from(b"c" * 32)
STRANGER = keys_from(b"s" * 32)
BUNDLE_ID = "0191f0aa-0000-7000-8000-000000000001"
WORDS = "Lampu sudah kami perbaiki bersama warga."


def a_command(n: int = 1, text: str = WORDS) -> CommandRecord:
    """Return an answer to a citizen."""
    return CommandRecord(
        id=f"c-{n}", n=n, case_id=1, base_v=1, at=1, kind="respond", data={"text": text}
    )


def a_manifest(**changes: Any) -> Manifest:
    """Return what a device says about its first file."""
    known: dict[str, Any] = {
        "direction": Direction.UP,
        "device": "laptop-agus",
        "n": 1,
        "made_at": 1,
        "epoch": "00ff",
    }
    return Manifest(**known | changes)


def a_file(
    *messages: Message, keys: Keys = DEVICE, to: Keys = CENTRE, bundle_id: str = BUNDLE_ID
) -> bytes:
    """Return a file from a device to the centre."""
    return bundle_bytes(
        a_manifest(),
        messages or (SyncRequest(cursor="kursor", commands=[a_command()]),),
        bundle_id=bundle_id,
        recipients=[to.public.recipient],
        keys=keys,
    )


def known_device(signer: str) -> str | None:
    """Return the key of the one device that is registered."""
    verifier = DEVICE.public.verifier
    return verifier if signer == key_id(verifier) else None


def opened(data: bytes, keys: Keys = CENTRE) -> Bundle:
    """Open a file as the centre."""
    return read_bundle(BytesIO(data), keys, known_device)


def take_in(desk: CourierDesk, data: bytes, *, from_revoked: bool = False) -> tuple[TakenIn, bytes]:
    """Let the centre take a file in; return what came of it, and the reply."""
    reply = BytesIO()
    taken = desk.take_in(BytesIO(data), reply, from_revoked=from_revoked)
    return taken, reply.getvalue()


class FieldOffice:
    """A device whose only line is a stick."""

    def __init__(self, office: Office, username: str = "agus", secret: bytes = b"f" * 32) -> None:
        self.keys: Keys = keys_from(secret)
        self.centre = office.centre
        keys = self.centre.hello().courier
        assert keys is not None
        self.centre_keys = keys
        self.device = Device.signed_in(office.centre, username, office.clock)
        session = office.centre.sign_in(
            SignInRequest(
                username=username,
                password=PASSWORD,
                device_id=self.device.id,
                device_name="Laptop",
                courier=self.keys.public,
            )
        )
        self.epoch = session.epoch
        self.n = 0

    def export(self, *commands: CommandRecord, **changes: Any) -> bytes:
        """Write the next file to the centre."""
        self.n += 1
        manifest = Manifest(
            direction=Direction.UP, device=self.device.id, n=self.n, made_at=1, epoch=self.epoch
        )
        return bundle_bytes(
            msgspec.structs.replace(manifest, **changes),
            [SyncRequest(cursor=self.device.cursor, commands=list(commands))],
            bundle_id=str(uuid.uuid4()),
            recipients=[self.centre_keys.recipient],
            keys=self.keys,
        )

    def open(self, reply: bytes) -> Bundle:
        """Open a reply of the centre."""
        return read_bundle(BytesIO(reply), self.keys, lambda _: self.centre_keys.verifier)

    def verdicts(self, reply: bytes) -> list[Verdict]:
        """Return the verdicts in a reply."""
        return [each for page in self.open(reply).all(SyncReply) for each in page.verdicts]
