# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is going on while a process dies: a state before it, the work, and what must be true after.

``prepare`` makes the state once. ``work`` is what the client does, as often as it is started.
``check`` looks at the computer after everything has come to rest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

from sqlalchemy import func, select
from typing_extensions import override

from sync.cases.commands import Close, FollowUp, Note, Respond, words_of
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.central import schema
from sync.services.desk import Desk
from sync.store import checks
from tests.crash.scene import Scene, held, settle
from tests.support.central import UNIT_B

CASES = 6
_CONTENT = Random(22).randbytes(150_000)
_THEIRS = Random(23).randbytes(150_000)
_DRAFTED = "Kami sedang memeriksa ke lapangan."
_EVIDENCE = "Foto lapangan terlampir."


class Flow(ABC):
    """One kind of work.

    Attributes:
        begins_empty: the computer has fetched nothing before.
    """

    begins_empty = False

    def prepare(self, scene: Scene, desk: Desk) -> None:  # noqa: B027 - most need nothing
        """Make the state before it, with a served centre; everything has been fetched."""

    def meanwhile(self, scene: Scene) -> None:  # noqa: B027 - as above
        """Let things happen at the centre that the computer does not know yet."""

    def work(self, scene: Scene, wait_for_centre: Callable[[], None]) -> None:
        """Do it, from wherever an earlier attempt was cut off."""
        with scene.desk() as desk:
            settle(desk, wait_for_centre)

    def check_alone(self, scene: Scene, desk: Desk) -> None:  # noqa: B027 - needs no network
        """Look at what must be well before the network comes, which would heal it."""

    @abstractmethod
    def check(self, scene: Scene, desk: Desk) -> None:
        """Raise ``AssertionError`` unless all is as if nobody had died."""


class Push(Flow):
    """Acts on several cases go up; a draft stays."""

    words: tuple[str, ...] = (
        "Petugas sudah ke lokasi.",
        "Lampu sudah diganti.",
        "Menunggu suku cadang.",
        "Selesai.",
    )

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        one, two, three, four = self.words[:4]
        for case_id, body in (
            (1, Respond(text=one)),
            (1, FollowUp(text=two, done_on=date(2026, 11, 24))),
            (2, Note(text=three)),
            (3, Close(text=four)),
        ):
            view = desk.inbox.case(CaseId(case_id))
            assert view is not None
            desk.casework.act(CaseId(case_id), body, view.confirmed.v)
        desk.drafting.save(_draft(CaseId(2)))

    @override
    def check(self, scene: Scene, desk: Desk) -> None:
        items = desk.inbox.outbox()
        assert sorted(self.words) == sorted(words_of(item.command.body) for item in items)
        assert {Delivery.ACCEPTED} == {item.delivery for item in items}, items
        assert all(item.receipt for item in items)
        applied_once(scene, desk)
        assert desk.drafting.load(CaseId(2), "respond") is not None
        agrees(scene, desk)


class Pull(Flow):
    """Others wrote, and a case went elsewhere; the officer has a draft on it."""

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        desk.drafting.save(_draft(CaseId(5)))

    @override
    def meanwhile(self, scene: Scene) -> None:
        with scene.office() as office:
            for case_id in (1, 2, 3):
                office.citizen_replies(case_id, f"Mohon kabar untuk laporan {case_id}.")
            office.dispose(5, UNIT_B)
            office.add_case(tracking_id="7999999", title="Halte tanpa atap")

    @override
    def check(self, scene: Scene, desk: Desk) -> None:
        assert CaseId(5) not in held(desk)
        assert _DRAFTED in words_kept(desk)
        agrees(scene, desk)


class FirstLoad(Flow):
    """A computer that holds nothing yet fetches everything."""

    begins_empty = True

    @override
    def check(self, scene: Scene, desk: Desk) -> None:
        assert CASES == len(held(desk))
        agrees(scene, desk)


class Act(Flow):
    """A draft is typed on and sent, without a network: the computer's own writes."""

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        desk.drafting.save(replace(_draft(CaseId(1)), text=_DRAFTED[:10]))

    @override
    def work(self, scene: Scene, wait_for_centre: Callable[[], None]) -> None:
        with scene.desk() as desk:
            if desk.inbox.outbox():
                return
            typed = desk.drafting.load(CaseId(1), "respond")
            assert typed is not None, "what was typed is gone"
            draft = replace(typed, text=_DRAFTED)
            desk.drafting.save(draft)
            view = desk.inbox.case(CaseId(1))
            assert view is not None
            body = Respond(text=draft.text)
            desk.casework.act(CaseId(1), body, view.confirmed.v, from_draft=draft)

    @override
    def check(self, scene: Scene, desk: Desk) -> None:
        assert [_DRAFTED] == [words_of(item.command.body) for item in desk.inbox.outbox()]
        assert desk.drafting.load(CaseId(1), "respond") is None
        applied_once(scene, desk)
        agrees(scene, desk)


class Upload(Flow):
    """A follow-up goes up with a file of several pieces."""

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        _file(scene, desk, CaseId(1), _CONTENT)

    @override
    def check(self, scene: Scene, desk: Desk) -> None:
        applied_once(scene, desk)
        agrees(scene, desk)
        assert [] == desk.store.own_files.to_send()
        assert [_CONTENT] == _contents_at_centre(scene)


class CourierExport(Push):
    """The same acts are put into a file, with evidence; later they go by the network."""

    words: tuple[str, ...] = (*Push.words, _EVIDENCE)

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        super().prepare(scene, desk)
        _file(scene, desk, CaseId(4), _CONTENT)

    @override
    def work(self, scene: Scene, wait_for_centre: Callable[[], None]) -> None:
        scene.stick.mkdir(exist_ok=True)
        with scene.desk() as desk:
            desk.courier.export(scene.stick)

    @override
    def check_alone(self, scene: Scene, desk: Desk) -> None:
        scene.take_in()
        applied_once(scene, desk)
        assert _CONTENT in _contents_at_centre(scene)

    @override
    def check(self, scene: Scene, desk: Desk) -> None:
        scene.take_in()
        super().check(scene, desk)
        assert _CONTENT in _contents_at_centre(scene)


class CourierTakeIn(CourierExport):
    """The centre takes the file in; ``work`` is the centre's own tool."""

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        super().prepare(scene, desk)
        scene.stick.mkdir()
        desk.courier.export(scene.stick)

    @override
    def work(self, scene: Scene, wait_for_centre: Callable[[], None]) -> None:
        scene.take_in()


class CourierReply(CourierTakeIn):
    """The reply comes back to the computer, with a file of somebody else."""

    @override
    def prepare(self, scene: Scene, desk: Desk) -> None:
        other = scene.elsewhere()
        other.move_in()
        with other.desk() as their_desk:
            settle(their_desk, lambda: None)
            _file(scene, their_desk, CaseId(6), _THEIRS)
            settle(their_desk, lambda: None)
        super().prepare(scene, desk)

    @override
    def meanwhile(self, scene: Scene) -> None:
        with scene.office() as office:
            office.citizen_replies(4, "Apakah sudah ada kabar?")
        scene.take_in()

    @override
    def work(self, scene: Scene, wait_for_centre: Callable[[], None]) -> None:
        with scene.desk() as desk:
            for file in scene.replies():
                desk.courier.take(file)

    @override
    def check_alone(self, scene: Scene, desk: Desk) -> None:
        super().check_alone(scene, desk)
        assert {Delivery.ACCEPTED} == {item.delivery for item in desk.inbox.outbox()}
        assert [] == desk.store.own_files.to_carry()
        [theirs] = desk.store.file_cache.all().values()
        assert b"".join(desk.store.file_cache.pieces(theirs.sha256, 0)) == _THEIRS
        agrees(scene, desk)


FLOWS: dict[str, Flow] = {
    "act": Act(),
    "push": Push(),
    "pull": Pull(),
    "first-load": FirstLoad(),
    "upload": Upload(),
    "courier-export": CourierExport(),
    "courier-take-in": CourierTakeIn(),
    "courier-reply": CourierReply(),
}


def _file(scene: Scene, desk: Desk, case_id: CaseId, content: bytes) -> None:
    """Record a follow-up with evidence."""
    original = scene.folder / "bukti.bin"
    original.write_bytes(content)
    evidence = (desk.attachments.attach(original),)
    original.unlink()
    view = desk.inbox.case(case_id)
    assert view is not None
    body = FollowUp(text=_EVIDENCE, done_on=date(2026, 11, 24), evidence=evidence)
    desk.casework.act(case_id, body, view.confirmed.v)


def _contents_at_centre(scene: Scene) -> list[bytes]:
    return [path.read_bytes() for path in (scene.folder / "files" / "blobs").glob("*/*")]


def applied_once(scene: Scene, desk: Desk) -> None:
    """Every act on this computer became exactly one fact."""
    id_, here = schema.events.c.command_id, schema.events.c.device == desk.tokens.device_id
    with scene.office() as office, office.database.read() as connection:
        rows = connection.execute(select(id_, func.count()).where(here).group_by(id_))
        counts = {row[0]: row[1] for row in rows}
    assert counts == {item.command.id: 1 for item in desk.inbox.outbox()}


def agrees(scene: Scene, desk: Desk) -> None:
    """The computer holds what the centre tells, and no check had to mend it."""
    assert scene.truth() == held(desk)
    with desk.store.files.cache.read() as cache:
        assert checks.state(cache).mended == 0, "what was told was not kept"


def words_kept(desk: Desk) -> set[str]:
    """Return every word of the officer's that is not in the queue."""
    drafts = desk.store.drafts
    return {
        *(kept.text for kept in drafts.kept()),
        *(listed.draft.text for listed in drafts.all()),
    }


def _draft(case_id: CaseId) -> Draft:
    return Draft(case_id=case_id, kind="respond", text=_DRAFTED, base_v=2)
