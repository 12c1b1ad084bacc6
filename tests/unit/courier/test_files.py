# SPDX-License-Identifier: AGPL-3.0-or-later
"""A courier file says what was written, only to whom it was written, and nothing when it was
touched on the way.
"""

from __future__ import annotations

import hashlib
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from sync import courier
from sync.courier import lines
from sync.courier.bundle import Direction, read_bundle
from sync.courier.envelope import header_of, is_for, open_sealed, seal
from sync.courier.keys import are_usable, fingerprint, key_id, keys_from
from sync.courier.names import file_name
from sync.errors import CourierRefused
from sync.services.problem_words import is_worded
from sync.wire.messages import CommandRecord, CourierKeys, SyncReply, SyncRequest
from tests.support import wire_v2
from tests.support.courier import (
    BUNDLE_ID,
    CENTRE,
    DEVICE,
    STRANGER,
    WORDS,
    a_command,
    a_file,
    a_manifest,
    known_device,
    opened,
)

FILE = a_file()


def refusal(data: bytes) -> str:
    """Return the code with which a file is refused."""
    with pytest.raises(CourierRefused) as caught:
        opened(data)
    return caught.value.code


def test_what_goes_in_comes_out() -> None:
    messages = (SyncRequest(cursor="k", commands=[a_command(1), a_command(2)]), SyncReply(now=7))
    bundle = opened(a_file(*messages))
    assert tuple(bundle.messages) == messages
    assert bundle.all(SyncReply) == [SyncReply(now=7)]
    assert bundle.id == BUNDLE_ID
    assert bundle.signer == key_id(DEVICE.public.verifier)
    assert bundle.manifest.counts == {"request": 1, "reply": 1}


def test_a_centre_that_is_not_upgraded_yet_can_read_it() -> None:
    """What a manifest does not say is version 2 for ever, and acts are in schemas of then."""
    reopened = CommandRecord(
        id="c", n=1, case_id=1, base_v=1, at=1, kind="reopen", data={"text": "Lagi."}, sv=2
    )
    sealed = open_sealed(BytesIO(a_file(SyncRequest(commands=[reopened]))), CENTRE, known_device)
    manifest, line = lines.unpacked(sealed.payload)
    _, body = msgspec.json.decode(line, type=tuple[str, msgspec.Raw])
    [heard] = msgspec.json.decode(body, type=wire_v2.SyncRequest).commands

    assert "wire" not in msgspec.json.decode(manifest)
    assert ("reopen", 1, {"reason": "Lagi."}) == (heard.kind, heard.sv, heard.data)


def test_a_lost_stick_reveals_nothing() -> None:
    for word in [*WORDS.split(), "laptop-agus", "respond", "kursor", DEVICE.public.recipient]:
        assert word.encode() not in FILE
    header = json.loads(FILE.partition(b"\n")[0])
    assert set(header) == {"format", "version", "bundle", "recipients", "size"}
    assert refusal_as_stranger() == "courier.wrong-recipient"


def refusal_as_stranger() -> str:
    with pytest.raises(CourierRefused) as caught:
        opened(FILE, STRANGER)
    return caught.value.code


def test_every_byte_counts() -> None:
    for place in range(len(FILE)):
        bent = bytearray(FILE)
        bent[place] ^= 1 << (place % 8)
        refusal(bytes(bent))


def test_a_half_copied_file_is_called_that() -> None:
    header = len(FILE.partition(b"\n")[0]) + 1
    for length in range(header, len(FILE)):
        with pytest.raises(CourierRefused) as caught:
            opened(FILE[:length])
        assert caught.value.code == "courier.cut"
        assert caught.value.data == {"have": length - header, "want": len(FILE) - header}
    for length in range(header - 1):
        assert refusal(FILE[:length]) in {"courier.cut", "courier.damaged"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "courier.cut"),
        (b"PK\x03\x04 a spreadsheet", "courier.not-ours"),
        (b"{}\n", "courier.not-ours"),
        (b"[" * 5_000, "courier.not-ours"),
        (FILE + b"x", "courier.damaged"),
        (FILE.replace(b'"version":1', b'"version":3'), "courier.too-new"),
        (FILE.replace(b"tanggap-courier", b"tanggap-cheater"), "courier.not-ours"),
        (FILE.replace(BUNDLE_ID.encode(), b"../../../../../../../etc/passwd/../."), None),
    ],
)
def test_what_is_no_courier_file(data: bytes, code: str | None) -> None:
    assert refusal(data) in ({code} if code else {"courier.damaged", "courier.not-ours"})


def test_a_file_of_an_unknown_device_is_refused() -> None:
    assert refusal(a_file(keys=STRANGER)) == "courier.unknown-sender"


def test_a_file_for_somebody_else_is_refused() -> None:
    assert refusal(a_file(to=STRANGER)) == "courier.wrong-recipient"


def test_a_recipient_cannot_re_address_what_was_written_to_them() -> None:
    """A thief who opened a file seals its inside, signature and all, to the centre."""
    stolen = a_file(to=STRANGER)
    inside = pyrage.decrypt(stolen[-header_of(BytesIO(stolen)).size :], [STRANGER.identity])
    sealed = pyrage.encrypt(inside, [x25519.Recipient.from_str(CENTRE.public.recipient)])
    header = msgspec.structs.replace(
        header_of(BytesIO(stolen)), recipients=[key_id(CENTRE.public.recipient)], size=len(sealed)
    )
    assert refusal(msgspec.json.encode(header) + b"\n" + sealed) == "courier.damaged"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"size": 64 * 1024 * 1024 + 1}, "courier.too-large"),
        ({"size": 64 * 1024 * 1024}, "courier.cut"),
        ({"recipients": [key_id(CENTRE.public.recipient)] * 5}, "courier.damaged"),
        ({"recipients": ["x" * 2_048]}, "courier.damaged"),
        ({"rest": 5}, "courier.damaged"),
    ],
)
def test_a_clear_line_keeps_its_limits(changes: dict[str, Any], code: str) -> None:
    header = msgspec.structs.replace(header_of(BytesIO(FILE)), **changes)
    assert code == refusal(msgspec.json.encode(header) + FILE[FILE.index(b"\n") :])


def test_a_content_may_be_so_large_and_no_larger() -> None:
    for size, is_fine in ((100 * 1024 * 1024, True), (100 * 1024 * 1024 + 1, False)):
        line = msgspec.json.encode(["blob", {"sha256": "0" * 64, "size": size, "case_id": 1}])
        digest = hashlib.sha256(line + b"\n").hexdigest()
        manifest = msgspec.structs.replace(a_manifest(), counts={"blob": 1}, sha256=digest)
        payload = lines.packed([msgspec.json.encode(manifest), line])
        if is_fine:
            assert opened(sealed_payload(payload)).messages
        else:
            assert "courier.unreadable" == refusal(sealed_payload(payload))


def sealed_payload(payload: bytes) -> bytes:
    file = BytesIO()
    recipients = [CENTRE.public.recipient]
    seal(payload, bundle_id=BUNDLE_ID, recipients=recipients, keys=DEVICE, file=file)
    return file.getvalue()


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_FREE_BYTES", 1024)
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(300 * 1024 * 1024))
    assert len(bomb) < 64 * 1024
    assert refusal(sealed_payload(bomb)) == "courier.too-large"


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 100)
    assert refusal(sealed_payload(lines.packed([b"[]"] * 101))) == "courier.too-large"
    monkeypatch.setattr(lines, "MOST_LINE_BYTES", 100)
    assert refusal(sealed_payload(lines.packed([b"x" * 101]))) == "courier.too-large"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"no zstd",
        lines.packed([]),
        zstandard.compress(b"no end of line"),
        lines.packed([b"{}"]),
        lines.packed([b"[" * 100_000]),
        lines.packed([msgspec.json.encode(a_manifest()), b'["request",{"commands":7}]']),
        lines.packed([msgspec.json.encode(a_manifest()), b'["request",{}]']),
        lines.packed([msgspec.json.encode(a_manifest()), b"\xff\xfe"]),
    ],
)
def test_a_signed_file_that_makes_no_sense_is_refused(payload: bytes) -> None:
    assert refusal(sealed_payload(payload)) in {"courier.damaged", "courier.unreadable"}


def test_kinds_of_a_newer_program_are_passed_over() -> None:
    line = b'["seal",{"sha256":"00"}]'
    manifest = msgspec.structs.replace(
        a_manifest(), counts={"seal": 1}, sha256=hashlib.sha256(line + b"\n").hexdigest()
    )
    payload = lines.packed([msgspec.json.encode(manifest), line])
    assert not opened(sealed_payload(payload)).messages


@given(st.binary(max_size=400))
def test_noise_is_refused_and_nothing_else_happens(noise: bytes) -> None:
    refusal(noise)
    refusal(FILE[: FILE.index(b"\n") + 1] + noise.ljust(header_of(BytesIO(FILE)).size, b"0"))
    refusal(sealed_payload(noise))


def test_keys_belong_to_their_secret() -> None:
    assert keys_from(b"d" * 32).public == DEVICE.public != CENTRE.public
    assert are_usable(DEVICE.public)
    assert not are_usable(CourierKeys(recipient="age1", verifier=DEVICE.public.verifier))
    assert not are_usable(CourierKeys(recipient=DEVICE.public.recipient, verifier="00"))
    assert len(fingerprint(DEVICE.public).split()) == 4
    assert "identity" not in repr(DEVICE)


def test_the_page_lists_every_refusal_and_no_other() -> None:
    """And each has words that say what to do."""
    root = Path(courier.__file__).parents[2]
    raised = {
        code
        for path in (root / "sync").rglob("*.py")
        for code in re.findall(r'"(courier\.[a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    page = (root / "docs/courier.md").read_text(encoding="utf-8")
    assert raised == set(re.findall(r"`(courier\.[a-z-]+)`", page[page.index("## 7.") :]))
    assert all(map(is_worded, raised))


def test_names_say_the_way_and_nothing_else() -> None:
    assert file_name(Direction.DOWN, 7, BUNDLE_ID) == "tanggap-balasan-0007-0191f0aa.kurir"
    assert is_for(header_of(BytesIO(FILE)), CENTRE)
    assert not is_for(header_of(BytesIO(FILE)), DEVICE)
    assert read_bundle(BytesIO(FILE), CENTRE, lambda _: DEVICE.public.verifier).manifest.n == 1
