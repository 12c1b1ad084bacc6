# SPDX-License-Identifier: AGPL-3.0-or-later
"""The messages between a device and the centre; ``docs/protocol.md`` is made from them.

Records that come by the thousand are arrays on the wire (``array_like``): their fields may only
be added at the end. Instants are UTC milliseconds, dates are ISO text.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct


class Record(Struct, frozen=True, array_like=True, gc=False):
    """A row of bulk data: an array without names.

    Nothing in it ever leads back to it, so Python's search for cycles need not pass through rows
    by the hundred thousand; it took half the time of decoding them.
    """


class Message(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An object whose unset fields cost no bytes."""


class AttachmentRecord(Record, frozen=True):
    """A file by name, size, SHA-256 of its content (empty for none known) and media type."""

    name: str
    size_bytes: int
    sha256: str = ""
    media_type: str = ""


class CaseRecord(Record, frozen=True):
    """The head of a case: :class:`sync.cases.case.Case`, flat.

    ``reporter`` is None where the officer may not know.
    """

    id: int
    v: int
    tracking_id: str
    unit_id: int
    institution: str
    title: str
    text: str
    text_original: str
    classification: str
    category: str
    channel: str
    reporter: str | None
    anonymous: bool
    secret: bool
    location: str
    raw_status: str
    reason: str
    working: str | None
    assignee_id: int | None
    next_step: str
    next_step_on: str | None
    rating: int | None
    attachments: list[AttachmentRecord]
    registered_at: int
    verified_at: int | None
    disposed_at: int | None
    first_answer_at: int | None
    last_answer_at: int | None
    citizen_replied_at: int | None
    closed_at: int | None
    reopened_at: int | None


class EventRecord(Record, frozen=True):
    """A fact of a case's ledger; ``data`` is the body named by ``kind`` (events.EVENT_KINDS)."""

    case_id: int
    v: int
    at: int
    kind: str
    data: dict[str, Any]
    done_at: int | None = None
    actor_id: int | None = None
    actor: str = ""
    device: str | None = None
    command_id: str | None = None
    flags: list[str] = []


class UnitRecord(Record, frozen=True):
    """A unit that the officer may come across."""

    id: int
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    coordinated_by: int | None


class PersonRecord(Record, frozen=True):
    """A colleague to whom a case may be assigned."""

    id: int
    name: str
    role: str
    unit_id: int


class LeaveRecord(Record, frozen=True):
    """A case that this officer may not see any more; says nothing of its content."""

    case_id: int
    reason: str
    to: str


class CommandRecord(Message, frozen=True):
    """What an officer did; ``data`` is the body named by ``kind`` (commands.COMMAND_KINDS).

    ``own`` are earlier acts of this installation on the case that ``base_v`` may not cover.
    ``epoch`` is the history that ``base_v`` belongs to, where that is not the present one.
    """

    id: str
    n: int
    case_id: int
    base_v: int
    at: int
    kind: str
    data: dict[str, Any]
    after: str | None = None
    resolves: str | None = None
    own: list[str] | None = None
    epoch: str | None = None
    sv: int = 1
    """Version of the schema of ``data``; the centre reads all that were ever shipped."""


_FINAL = frozenset({"accepted", "conflict", "rejected", "blocked"})


class Verdict(Message, frozen=True):
    """The centre's word on one command.

    ``verdict`` is one of ``accepted``, ``conflict``, ``rejected``, ``blocked`` (final) and
    ``retry`` (not final). ``receipt`` is the number that the officer may quote. ``flags`` say
    what everybody must know about an accepted act, or which unseen entries led to a conflict.
    """

    id: str
    verdict: str
    receipt: str = ""
    v: int = 0
    seq: int = 0
    at: int = 0
    noop: bool = False
    duplicate: bool = False
    code: str = ""
    choices: list[str] = []
    label: str = ""
    flags: list[str] = []

    @property
    def is_fork(self) -> bool:
        """Whether not the act but the device was refused: another copy of it used the number."""
        return self.code == "refused.device-forked"

    @property
    def is_final(self) -> bool:
        """Whether the centre has decided about the act."""
        return self.verdict in _FINAL and not self.is_fork


class CourierKeys(Message, frozen=True):
    """The public halves of one end's courier keys (docs/courier.md).

    ``recipient`` is an age public key, ``verifier`` an Ed25519 public key in hexadecimal.
    """

    recipient: str
    verifier: str


class Hello(Message, frozen=True):
    """Who the centre is; asked before sign-in.

    Commands are taken from ``oldest_version`` on, changes are told from ``oldest_served`` on.
    """

    name: str
    epoch: str
    now: int
    version: int
    oldest_version: int
    courier: CourierKeys | None = None
    oldest_served: int = 1


class SignInRequest(Message, frozen=True):
    """A user name and password, from one installation."""

    username: str
    password: str
    device_id: str
    device_name: str
    courier: CourierKeys | None = None


class RefreshRequest(Message, frozen=True):
    """Renews an access token; the old refresh token is good until the new pair is first used.

    With ``new_device_id`` the installation, one of two copies, goes on as another device.
    """

    refresh_token: str
    device_id: str
    new_device_id: str | None = None
    courier: CourierKeys | None = None


class OfficerRecord(Message, frozen=True):
    """The officer who signed in."""

    id: int
    username: str
    name: str
    role: str
    unit_id: int


class Session(Message, frozen=True):
    """Proof of sign-in. Tokens are opaque and bound to the device."""

    access_token: str
    refresh_token: str
    expires_at: int
    officer: OfficerRecord
    epoch: str
    now: int
    courier: CourierKeys | None = None


class DigestRecord(Message, frozen=True):
    """What a device that believes itself up to date holds, in sums (``sync.wire.digests``).

    Attributes:
        form: fields of the records that contents are computed of.
        total: sum over the versions of all cases.
        first, width: contents were summed as well, from this bucket on, over so many at a time.
        contents: those sums.
        listed: buckets whose cases this device asks to be told.
    """

    form: tuple[int, ...]
    total: int = 0
    first: int = 0
    width: int = 1
    contents: list[int] = []
    listed: list[int] = []


class DigestAnswer(Message, frozen=True):
    """What the centre says to a digest; nothing in it when both ends hold the same.

    Attributes:
        sums: over the versions of each bucket, because the totals differ.
        buckets: those whose cases are listed, because their contents differ or were asked for.
        cases: id, version and hash of the content of every case in them.
    """

    sums: list[int] = []
    buckets: list[int] = []
    cases: list[tuple[int, int, int]] = []


class EditionRecord(Message, frozen=True):
    """Rules, calendar and templates as the centre publishes them for all devices.

    ``serial`` grows with every edition. ``content`` is JSON text (docs/protocol.md, section 5);
    ``signature`` is by the centre's courier key, in hexadecimal.
    """

    serial: int
    content: str
    signature: str


class SyncRequest(Message, frozen=True):
    """The round trip, up: commands, and where this device stands."""

    cursor: str | None = None
    max_bytes: int = 65_536
    commands: list[CommandRecord] = []
    want: list[int] = []
    """Cases to send again whole, because this device found them incomplete."""

    digest: DigestRecord | None = None
    """Now and then, of a device that was told everything: whether that is what it holds."""

    plain: bool = False
    """Tell by pages and with whole heads; else a load comes in segments and heads grow by facts."""

    edition: int | None = None
    """Now and then: the serial of the edition of rules that this device has, 0 for none."""

    brief: bool = False
    """What these commands became need not repeat what they say (``SyncReply.as_sent``)."""


class SegmentRecord(Record, frozen=True):
    """A piece of a snapshot, fetched by its SHA-256: how many bytes, and cases in it."""

    sha256: str
    bytes: int
    rows: int


class SnapshotRecord(Message, frozen=True):
    """A first load in pieces, in the order in which they are of use.

    ``cursor`` is where the feed goes on when all of them are in.
    """

    cursor: str
    segments: list[SegmentRecord]


class Segment(Message, frozen=True):
    """What is in a piece, packed with zstd."""

    cases: list[CaseRecord] = []
    events: list[EventRecord] = []


class Progress(Message, frozen=True):
    """How far a first load is: cases sent and cases in all."""

    done: int
    total: int


DEFAULT_LEASE_S = 14 * 86_400
"""How long a device may show cases without a contact (study 2.5)."""


class ScopeRecord(Message, frozen=True):
    """What the officer may see from now on; cases outside leave this device.

    After ``lease_s`` without a contact the device withholds all cases.
    ``handles`` are worked on, ``watches`` only read; ``everything`` for the national admin.
    """

    officer: OfficerRecord
    handles: list[int] = []
    watches: list[int] = []
    everything: bool = False
    units: list[UnitRecord] = []
    people: list[PersonRecord] = []
    lease_s: int = DEFAULT_LEASE_S


class SyncReply(Message, frozen=True):
    """The round trip, down: verdicts first, then changes up to the new cursor.

    Attributes:
        cursor: absent when nothing changed.
        more: ask again at once.
        scope: only when it changed since the cursor, with the reference data it needs.
        snapshot: the first load goes by segments; until all are in, ``cursor`` asks for the list
            again.
        behind: about how many cases with news come after this page.
    """

    now: int
    cursor: str | None = None
    more: bool = False
    verdicts: list[Verdict] = []
    cases: list[CaseRecord] = []
    events: list[EventRecord] = []
    left: list[LeaveRecord] = []
    scope: ScopeRecord | None = None
    progress: Progress | None = None
    snapshot: SnapshotRecord | None = None
    digest: DigestAnswer | None = None
    behind: int = 0

    edition: EditionRecord | None = None
    """A newer edition of the rules than the one that was asked with."""

    as_sent: dict[str, list[int]] = {}
    """Members left empty in the data of facts, for the command says the same that the fact names:
    by member, the places in ``events``."""


_BASE64 = "^(?:[A-Za-z0-9+/]{4})*$"


class Parcel(Message, frozen=True):
    """A courier file that somebody carries to the centre (docs/courier.md)."""

    file: Annotated[bytes, Meta(extra_json_schema={"pattern": _BASE64})]


class Receipt(Message, frozen=True):
    """What goes back to where a courier file came from.

    Attributes:
        reply: the file for the device that the first one came from; nobody else can read it.
        name: what to call it.
        missing: numbers of earlier files that never came here.
        repeated: the file had been here before.
        sha256: of the reply, where it is fetched in pieces.
    """

    reply: bytes
    name: str
    missing: list[int] = []
    repeated: bool = False
    sha256: str = ""


class Problem(Message, frozen=True):
    """RFC 9457 problem details; ``type`` is ``tanggap:<code>``."""

    type: str
    title: str
    status: int
    detail: str = ""
    code: str = ""
    support_id: str = ""
    retry_after_s: float | None = None
