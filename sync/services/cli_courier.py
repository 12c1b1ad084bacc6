# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap courier`` and ``tanggap rescue``: what they do and say."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from sync.courier.bundle import Direction
from sync.courier.names import file_name
from sync.errors import SignInFailed, StoreUnavailable
from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.cli_answer import Answer
from sync.services.cli_text import aligned
from sync.services.copy_words import age_of_copy, moment_of
from sync.services.courier import CourierStatus, Freight, Imported
from sync.services.courier_files import MOST_BYTES
from sync.services.desk import Desk
from sync.services.profiles import Profile
from sync.services.relaying import Carried, NotTaken, Waiting, WaitsFor
from sync.services.sealing import Copied, copy_path
from sync.services.sentences import sentence
from sync.services.session import SignIn
from sync.services.terms import shelved_text
from sync.store.failures import stick_faults
from sync.store.plain_files import SEALED_FILE, read_file, writing

_MEGABYTE: Final = 1_000_000

_WAITS: Final = {
    WaitsFor.LINE: mark("The centre is out of reach. {file} waits here; sync carries it."),
    WaitsFor.CENTRE: mark(
        "The centre takes no more files for now. {file} waits here; sync carries it."
    ),
    WaitsFor.OTHERS: mark("Another file is on its way. {file} waits here; sync carries it."),
}


def _export(desk: Desk, arguments: argparse.Namespace) -> Answer:
    freight = Freight(
        out_bytes=MOST_BYTES if arguments.files_mb is None else arguments.files_mb * _MEGABYTE,
        back_bytes=arguments.reply_mb * _MEGABYTE,
    )
    written = desk.courier.export(arguments.folder, freight)
    data = {
        "file": str(written.path),
        "n": written.n,
        "acts": written.acts,
        "files": written.files,
        "files_left": written.files_left,
    }
    lines = [
        _("File number {number} was written: {file}").format(number=written.n, file=written.path),
        _("Handed to the courier: {count} acts; their answers are not known.").format(
            count=written.acts
        ),
        _("Attachments: {count} files go along, {left} stay.").format(
            count=written.files, left=written.files_left
        ),
        _("The same acts may still go by the network; nothing is sent twice."),
    ]
    return Answer(data=data, lines=lines)


def _take(desk: Desk, arguments: argparse.Namespace) -> Answer:
    match desk.courier.take(arguments.file):
        case Imported() as brought:
            data = {
                "n": brought.n,
                "answers": brought.answers,
                "settled": brought.settled,
                "cases": brought.cases,
                "old": brought.is_old,
                "missing": list(brought.missing),
                "files": brought.brought.files,
                "files_damaged": brought.brought.damaged,
                "files_at_centre": brought.brought.at_centre,
                "files_refused": brought.brought.refused,
                "rules": brought.edition,
            }
            return Answer(data=data, lines=list(_brought(brought)))
        case Waiting() as waiting:
            is_reachable = waiting.waits_for is not WaitsFor.LINE
            return Answer(
                data={"waiting": waiting.name, "reachable": is_reachable},
                lines=[_(_WAITS[waiting.waits_for]).format(file=waiting.name)],
            )
        case Carried() as carried:
            data = {"reply": str(carried.reply), "missing": list(carried.missing)}
            told = _("The centre took it. The reply for its sender: {file}").format(
                file=carried.reply
            )
            return Answer(data=data, lines=[told])


def relayed(desk: Desk) -> list[str]:
    """Carry what waits for the line; tell what became of it."""
    lines: list[str] = []
    for done in desk.courier.relay.carry_waiting():
        match done:
            case Carried():
                told = _("The centre took a colleague's file. The reply: {file}")
                lines.append(told.format(file=done.reply))
            case NotTaken():
                told = _("The centre refused a colleague's file: {why} It is kept: {file}")
                lines.append(told.format(why=sentence(done.code), file=done.path))
    return lines


def _brought(brought: Imported) -> Iterator[str]:
    told = _(
        "Reply number {number} was taken in: {acts} acts answered, {cases} complaints updated."
    )
    yield told.format(number=brought.n, acts=brought.settled, cases=brought.cases)
    if brought.is_old:
        yield _("The changes in it were here already; nothing has changed.")
    if brought.missing:
        numbers = ", ".join(map(str, brought.missing))
        yield _("Reply number {numbers} never arrived; this one covers what was in it.").format(
            numbers=numbers
        )
    files = brought.brought
    if files.files or files.at_centre:
        told = _("Attachments: {count} files came; {own} files of yours are at the centre now.")
        yield told.format(count=files.files, own=files.at_centre)
    if files.damaged or files.refused:
        told = _(
            "Attachments: {damaged} files were damaged on the way and {refused} not taken by the "
            "centre; all of them go along with the next file."
        )
        yield told.format(damaged=files.damaged, refused=files.refused)
    if said := shelved_text(brought.edition):
        yield said


def _status(desk: Desk, _arguments: argparse.Namespace) -> Answer:
    now = desk.courier.status()
    data = {
        "sent": now.sent,
        "sent_at": now.sent_at,
        "received": now.received,
        "received_at": now.received_at,
        "waiting": now.waiting,
        "centre": now.centre,
        "centre_offered": now.centre_offered,
        "relay": [path.name for path in desk.courier.relay.waiting()],
    }
    return Answer(data=data, lines=list(_standing(now)))


def _standing(now: CourierStatus) -> Iterator[str]:
    yield from aligned(
        (_("Last file for the centre"), _numbered(now.sent, now.sent_at)),
        (_("Last reply"), _numbered(now.received, now.received_at)),
        (_("Acts that wait for a reply"), now.waiting),
        (_("Key of the centre"), now.centre or _("not known yet; run sync once")),
    )
    if now.centre_offered:
        told = _("NOTE: the centre shows another key now: {key}")
        yield told.format(key=now.centre_offered)


def _trust(desk: Desk, _arguments: argparse.Namespace) -> Answer:
    desk.courier.trust_centre(desk.courier.status().centre_offered)
    centre = desk.courier.status().centre
    return Answer(
        data={"centre": centre}, lines=[_("The key of the centre now: {key}").format(key=centre)]
    )


ACTIONS: Final[Mapping[str, Callable[[Desk, argparse.Namespace], Answer]]] = {
    "export": _export,
    "import": _take,
    "status": _status,
    "trust": _trust,
}


def list_copies(door: SignIn, known: Sequence[Profile]) -> Answer:
    """Tell of every sealed copy; of those that need a passphrase, only that they are there."""
    there = [each for each in known if copy_path(each.folder).exists()]
    looked = [(each, _look(door, each)) for each in there]
    return Answer(
        data=[
            {
                "profile": profile.id,
                "username": profile.username,
                "made_at": None if copied is None else copied.made_at,
                "acts": None if copied is None else copied.acts,
                "drafts": None if copied is None else copied.drafts,
            }
            for profile, copied in looked
        ],
        lines=[_copy_line(*each) for each in looked] or [_("There is no sealed copy.")],
    )


def restore(desk: Desk) -> Answer:
    """Tell what was put back when the desk was opened."""
    count = desk.store.opening.put_back
    told = _("{count} acts and drafts were put back; see outbox, then run sync.")
    lines = [
        told.format(count=count) if count else _("Nothing was lost; nothing had to be put back.")
    ]
    return Answer(data={"put_back": count}, lines=lines)


def export_copy(profile: Profile, folder: Path, new_id: Callable[[], str]) -> Answer:
    """Copy a sealed copy for the centre; it is sealed to the centre already.

    Raises:
        StoreUnavailable: ``store.no-copy``; the disk cannot be read.
        CourierRefused: the stick cannot be written.
    """
    source = copy_path(profile.folder)
    if not source.exists():
        raise StoreUnavailable("store.no-copy")
    path = folder / file_name(Direction.COPY, 0, new_id())
    with writing(path, stick_faults, mode=SEALED_FILE) as file:
        file.write(read_file(source))
    return Answer(
        data={"file": str(path)},
        lines=[_("Ready to be brought to the centre: {file}").format(file=path)],
    )


def _look(door: SignIn, profile: Profile) -> Copied | None:
    try:
        return door.sealed_copy(profile).look()
    except (SignInFailed, StoreUnavailable):
        return None


def _copy_line(profile: Profile, copied: Copied | None) -> str:
    if copied is None:
        told = _("{name}: locked; rescue export makes a file of it for the centre")
        return told.format(name=profile.username)
    return _("{name}: {acts} acts, {drafts} drafts. {age}").format(
        name=profile.username,
        acts=copied.acts,
        drafts=copied.drafts,
        age=age_of_copy(copied.made_at),
    )


def _numbered(n: int, at: int | None) -> str:
    if not n or at is None:
        return _("none yet")
    return _("number {number}, {moment}").format(number=n, moment=moment_of(at))
