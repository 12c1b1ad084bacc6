# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap file``: the files of a case, and the room they take."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sync.cases.views import CaseView
from sync.i18n import gettext as _
from sync.services.attachments import FileState, Whereabouts
from sync.services.cli_answer import DONE, NOT_CONNECTED, Answer, Misuse
from sync.services.cli_text import SHORT_ID, aligned
from sync.services.desk import Desk
from sync.services.sentences import sentence
from sync.services.terms import whereabouts_text

_MEGABYTE: Final = 1_000_000
_TO_FETCH: Final = frozenset({Whereabouts.CENTRE, Whereabouts.FETCHING})


def space(desk: Desk, arguments: argparse.Namespace) -> Answer:
    """Tell how much files take; change how much they may, or make room."""
    if arguments.limit is not None:
        desk.attachments.limit_space(arguments.limit * _MEGABYTE)
    freed = desk.attachments.clear_space() if arguments.free else 0
    now = desk.attachments.space()
    lines = [
        *aligned(
            (_("Files of the centre"), _of(now.used, now.budget)),
            (_("Kept for offline work"), _mb(now.pinned)),
            (
                _("Your own files"),
                _("{size} (never removed to make room)").format(size=_mb(now.own)),
            ),
        )
    ]
    if now.is_lowered:
        lines.append(
            _("The disk is almost full: less than the limit of {size} is used.").format(
                size=_mb(now.limit)
            )
        )
    if arguments.free:
        lines.append(
            _("Freed: {size}; it can be fetched from the centre again.").format(size=_mb(freed))
        )
    data = {
        "used_bytes": now.used,
        "pinned_bytes": now.pinned,
        "own_bytes": now.own,
        "limit_bytes": now.limit,
        "budget_bytes": now.budget,
        "freed_bytes": freed,
    }
    return Answer(data=data, lines=lines)


def _list(desk: Desk, view: CaseView, _arguments: argparse.Namespace) -> Answer:
    return _told(desk, view, desk.attachments.states(view).values())


def _fetch(desk: Desk, view: CaseView, arguments: argparse.Namespace) -> Answer:
    wanted = [file for file in _chosen(desk, view, arguments) if file.where in _TO_FETCH]
    return _exchange(desk, view, wanted)


def _retry(desk: Desk, view: CaseView, arguments: argparse.Namespace) -> Answer:
    """Try what does not move again; without a hash all of that."""
    stuck = [file for file in _chosen(desk, view, arguments) if file.problem or arguments.file]
    for file in stuck:
        desk.attachments.try_again(view.case.id, file.file.sha256)
    return _exchange(desk, view, stuck)


def _save(desk: Desk, view: CaseView, arguments: argparse.Namespace) -> Answer:
    (file,) = _chosen(desk, view, arguments)
    desk.attachments.save_as(file.file.sha256, arguments.target)
    data = {"sha256": file.file.sha256, "file": str(arguments.target)}
    return Answer(data=data, lines=[_("Saved: {file}").format(file=arguments.target)])


def _pin(desk: Desk, view: CaseView, _arguments: argparse.Namespace) -> Answer:
    desk.attachments.pin(view.case.id, pinned=True)
    told = _("The files of this complaint are kept for offline work; sync fetches what is missing.")
    return Answer(data={"pinned": True}, lines=[told])


def _unpin(desk: Desk, view: CaseView, _arguments: argparse.Namespace) -> Answer:
    desk.attachments.pin(view.case.id, pinned=False)
    told = _("The files of this complaint are not kept for offline work any more.")
    return Answer(data={"pinned": False}, lines=[told])


ACTIONS: Final[Mapping[str, Callable[[Desk, CaseView, argparse.Namespace], Answer]]] = {
    "list": _list,
    "fetch": _fetch,
    "retry": _retry,
    "save": _save,
    "pin": _pin,
    "unpin": _unpin,
}


def _exchange(desk: Desk, view: CaseView, files: Iterable[FileState]) -> Answer:
    """Move these files now, and tell where they are then."""
    digests = {file.file.sha256 for file in files}
    for file in desk.attachments.states(view).values():
        if file.file.sha256 in digests and file.where in _TO_FETCH:
            desk.attachments.fetch(view.case.id, file.file.sha256)
    failed = False
    if digests:
        desk.synchronizer.try_now()
        outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
        failed = outcome.failure is not None
    states = desk.attachments.states(view)
    told = _told(desk, view, [states[sha256] for sha256 in states if sha256 in digests])
    is_over = all(states[sha256].where is Whereabouts.HERE for sha256 in digests)
    return Answer(
        data=told.data, lines=told.lines, code=DONE if is_over and not failed else NOT_CONNECTED
    )


def _chosen(desk: Desk, view: CaseView, arguments: argparse.Namespace) -> list[FileState]:
    """Return the file that is meant, or all where none is named.

    Raises:
        Misuse: ``usage.no-file``: there is not exactly one.
    """
    states = desk.attachments.states(view)
    start = arguments.file
    found = [state for sha256, state in states.items() if sha256.startswith(start)]
    if start and len(found) != 1:
        raise Misuse("usage.no-file", file=start)
    return found


def _told(desk: Desk, view: CaseView, states: Iterable[FileState]) -> Answer:
    files = list(states)
    is_pinned = desk.attachments.is_pinned(view.case.id)
    return Answer(
        data={"pinned": is_pinned, "files": [_data(state) for state in files]},
        lines=[*map(_line, files), *([_("(kept for offline work)")] if is_pinned else [])]
        or [_("(no files)")],
    )


def _data(state: FileState) -> dict[str, object]:
    return {
        "sha256": state.file.sha256,
        "name": state.file.name,
        "size_bytes": state.file.size_bytes,
        "where": state.where.value,
        "moved_bytes": state.moved,
        "problem": state.problem,
    }


def _line(state: FileState) -> str:
    where = whereabouts_text(state.where)
    if state.where in {Whereabouts.SENDING, Whereabouts.FETCHING} and state.file.size_bytes:
        where = f"{where} {100 * state.moved // state.file.size_bytes} %"
    trouble = f"  ({sentence(state.problem)})" if state.problem else ""
    size = f"{state.file.size_bytes:>10} B"
    return f"{state.file.sha256[:SHORT_ID]}  {where:<20} {size}  {state.file.name}{trouble}"


def _of(used: int, budget: int) -> str:
    return _("{used} of {budget}").format(used=_mb(used), budget=_mb(budget))


def _own(size: int) -> str:
    return _("{size} (never removed to make room)").format(size=_mb(size))


def _mb(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MB".replace(".", ",")
