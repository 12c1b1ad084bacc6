# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case of the invented office with a file in every state there is."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from sync.cases.case import Attachment
from sync.cases.changes import ChangeSet
from sync.cases.commands import FollowUp
from sync.cases.events import FollowedUp
from sync.cases.ids import CaseId
from sync.services.attachments import FileState, Whereabouts
from tests.support.uploads import a_photo
from tests.support.window_rig import ESCALATOR, WindowRig

LONG_NAME: Final = (
    "Berita acara pemeriksaan eskalator pintu selatan Stasiun Bogor beserta lampiran foto dan "
    "tanda tangan petugas jaga malam (salinan akhir, sudah diperiksa).pdf"
)
_SIZE: Final = 2_400_000
_Where = Whereabouts


def a_file(name: str, size: int = _SIZE) -> Attachment:
    """Return a file whose content is named after its name."""
    kind = "image/jpeg" if name.endswith(".jpg") else "application/pdf"
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Attachment(name=name, size_bytes=size, sha256=digest, media_type=kind)


def every_state() -> list[FileState]:
    """Return a file in every state, in the order of a file's life."""
    photo = a_photo(320, 240, quality=60)
    moved = _SIZE * 2 // 5
    return [
        FileState(
            file=a_file("foto-eskalator.jpg"), where=_Where.WAITING, picture=photo, can_open=True
        ),
        FileState(file=a_file("menunggu.pdf"), where=_Where.WAITING, held_up=True, can_open=True),
        FileState(
            file=a_file("mengirim.jpg"),
            where=_Where.SENDING,
            moved=moved,
            picture=photo,
            can_open=True,
        ),
        FileState(
            file=a_file("terlalu-besar.pdf"),
            where=_Where.WAITING,
            problem="file.too-large",
            can_open=True,
        ),
        FileState(
            file=a_file("jatah.pdf"), where=_Where.SENDING, problem="file.quota", can_open=True
        ),
        FileState(file=a_file("menyusul.pdf"), where=_Where.AWAITED),
        FileState(file=a_file("di-pusat.jpg"), where=_Where.CENTRE, picture=photo),
        FileState(file=a_file("diminta.pdf"), where=_Where.FETCHING),
        FileState(file=a_file("nanti.pdf"), where=_Where.FETCHING, held_up=True),
        FileState(file=a_file("mengambil.pdf"), where=_Where.FETCHING, moved=moved),
        FileState(file=a_file("rusak.pdf"), where=_Where.CENTRE, problem="file.checksum"),
        FileState(file=a_file("hilang.pdf"), where=_Where.CENTRE, problem="file.gone"),
        FileState(file=a_file(LONG_NAME), where=_Where.HERE, can_open=True),
        FileState(file=a_file("disimpan.pdf"), where=_Where.HERE, kept=True, can_open=True),
    ]


def show_files(rig: WindowRig, states: list[FileState], case_id: CaseId = ESCALATOR) -> None:
    """Let a colleague's follow-up have these files, and one that is known by name only."""
    memory = rig.desk.memory
    named = Attachment(name="lampiran-lapor.docx", size_bytes=0)
    memory.cases[case_id].add(
        FollowedUp(
            text="Eskalator diperiksa; bukti terlampir.",
            done_on=date(2026, 11, 23),
            evidence=(*(state.file for state in states), named),
        ),
        memory.now,
    )
    tell(rig, states, case_id)
    rig.open(case_id)


def tell(rig: WindowRig, states: list[FileState], case_id: CaseId = ESCALATOR) -> None:
    """Let the files stand differently."""
    rig.desk.attachments.known |= {state.file.sha256: state for state in states}
    changed = frozenset(state.file.sha256 for state in states)
    rig.bus.announce(ChangeSet(cases=frozenset({case_id}), files=changed), rig)


def in_the_outbox(rig: WindowRig, states: list[FileState], case_id: CaseId = ESCALATOR) -> None:
    """Let the officer have sent a follow-up with each of these files, and one with all of them."""
    for files in (*([state] for state in states), states):
        body = FollowUp(
            text="Bukti terlampir.",
            done_on=date(2026, 11, 23),
            evidence=tuple(state.file for state in files),
        )
        rig.act(case_id, body)
    tell(rig, states, case_id)
