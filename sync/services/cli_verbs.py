# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each verb of the command line does with an open desk. Nothing is printed here."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sync.cases.commands import Assign, Close, CommandBody, FollowUp, Note, Reopen, Respond
from sync.cases.filters import CaseFilter, Queue
from sync.cases.ids import CaseId, CommandId, OfficerId
from sync.cases.views import CaseView, Draft
from sync.i18n import gettext as _
from sync.services import cli_courier, cli_data, cli_files
from sync.services.cli_answer import Answer, Misuse
from sync.services.cli_text import SHORT_ID, Day, Texts, queue_lines
from sync.services.desk import Desk
from sync.services.sentences import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One verb with its arguments."""

    desk: Desk
    arguments: argparse.Namespace
    texts: Texts
    words: str = field(default="", repr=False)
    """The text argument, read from stdin where it was ``-``."""


def status(call: Call) -> Answer:
    """Tell how things truly stand, without asking the centre."""
    now, counts = call.desk.synchronizer.status(), call.desk.inbox.counts()
    return Answer(
        data=cli_data.status_data(now, counts),
        lines=[*call.texts.status(call.desk.profile, now, counts)],
    )


def queue(call: Call) -> Answer:
    """List a queue; without a name also the sizes of all of them."""
    inbox, arguments = call.desk.inbox, call.arguments
    ids = inbox.ids(arguments.queue, CaseFilter(), arguments.sort)
    answer = _rows(call, ids)
    if arguments.queue is not Queue.ALL:
        return answer
    return Answer(data=answer.data, lines=[*queue_lines(inbox.counts()), "", *answer.lines])


def search(call: Call) -> Answer:
    """List what the words are found in."""
    reach = call.desk.inbox.reach()
    answer = _rows(call, call.desk.inbox.search(" ".join(call.arguments.text)))
    if reach.is_whole:
        return answer
    so_far = _("{searched} of {held} complaints searched").format(
        searched=reach.searched, held=reach.held
    )
    return Answer(data=answer.data, lines=[*answer.lines, so_far])


def show(call: Call) -> Answer:
    """Show one case."""
    view = _case(call)
    return Answer(
        data=cli_data.case_data(view, day_verified=call.desk.inbox.is_day_verified()),
        lines=[*call.texts.case(view, _day(call))],
    )


def respond(call: Call) -> Answer:
    """Answer the citizen."""
    return _act(call, Respond(text=call.words))


def note(call: Call) -> Answer:
    """Leave a note for colleagues."""
    return _act(call, Note(text=call.words))


def close(call: Call) -> Answer:
    """Close the case."""
    return _act(call, Close(text=call.words))


def reopen(call: Call) -> Answer:
    """Work on a closed case again."""
    return _act(call, Reopen(text=call.words))


def follow_up(call: Call) -> Answer:
    """Record what was done."""
    arguments = call.arguments
    body = FollowUp(
        text=call.words,
        done_on=arguments.done_on or call.desk.inbox.today(),
        evidence=tuple(
            call.desk.attachments.attach(path, shrink=arguments.shrink) for path in arguments.attach
        ),
        next_step=arguments.next_step,
        next_step_on=arguments.next_step_on,
    )
    return _act(call, body)


def file(call: Call) -> Answer:
    """List the files of a case, or do something with them."""
    if call.arguments.action == "space":
        return cli_files.space(call.desk, call.arguments)
    return cli_files.ACTIONS[call.arguments.action](call.desk, _case(call), call.arguments)


def assign(call: Call) -> Answer:
    """Put somebody in charge."""
    return _act(call, Assign(officer_id=_officer(call)))


def outbox(call: Call) -> Answer:
    """List the officer's acts."""
    inbox = call.desk.inbox
    items = inbox.decisions() if call.arguments.decisions else inbox.outbox()
    return Answer(
        data=[cli_data.outbox_data(item) for item in items],
        lines=[*call.texts.outbox(items)],
    )


def withdraw(call: Call) -> Answer:
    """Take an act back."""
    changes = call.desk.casework.withdraw(_command(call))
    return Answer(
        data=cli_data.changes_data(changes), lines=[_("The act was taken back; a copy is kept.")]
    )


def decide(call: Call) -> Answer:
    """Settle an act that the centre did not accept."""
    arguments = call.arguments
    draft, changes = call.desk.casework.decide(
        _command(call), arguments.choice, seen_v=arguments.seen
    )
    lines = [_("The decision is kept on this computer.")]
    if draft is not None:
        lines = [_("The words are a draft again:"), draft.text]
    data = cli_data.changes_data(changes)
    return Answer(
        data=data | {"draft": None if draft is None else cli_data.plain(draft)}, lines=lines
    )


def left(call: Call) -> Answer:
    """List own words on cases that are not here any more."""
    items = call.desk.inbox.left_work()
    lines = [*call.texts.left_work(items)]
    return Answer(data=cli_data.plain(items), lines=lines or [_("(empty)")])


def hand_over(call: Call) -> Answer:
    """Give a draft to whoever has the case now."""
    command_id, _changes = call.desk.casework.hand_over(_left_draft(call))
    kept = _("The hand-over is kept ({id}); sync sends it.").format(id=command_id[:SHORT_ID])
    return Answer(data={"command_id": command_id, "delivery": "stored"}, lines=[kept])


def discard(call: Call) -> Answer:
    """Take a draft on a case that left away; a copy is kept."""
    draft = _left_draft(call)
    changes = call.desk.drafting.discard(draft.case_id, draft.kind)
    return Answer(
        data=cli_data.changes_data(changes), lines=[_("The draft was withdrawn; a copy is kept.")]
    )


def export(call: Call) -> Answer:
    """Tell everything."""
    data = cli_data.everything(call.desk, with_reporter=call.arguments.with_reporter)
    return Answer(data=data)


def rules(call: Call) -> Answer:
    """Tell which rules and calendar count here, and the centre's templates."""
    rulebook, shelf = call.desk.rulebook, call.desk.store.editions
    edition, problem = shelf.content(), shelf.problem()
    templates = [] if edition is None else list(edition.templates)
    data = {
        "edition": shelf.serial(),
        "calendar": rulebook.calendar.version,
        "rule_sets": [each.name for each in rulebook.rule_sets],
        "templates": [{"name": each.name, "kind": each.kind} for each in templates],
        "problem": problem,
    }
    lines = [
        _("Calendar: {version}").format(version=rulebook.calendar.version),
        *(
            _("Rules: {name}, in force since {day}").format(name=each.name, day=each.valid_from)
            for each in rulebook.rule_sets
        ),
        *(_("Template: {name}").format(name=each.name) + f"\n{each.text}\n" for each in templates),
        *([_("NOTE: {text}").format(text=sentence(problem))] if problem else []),
    ]
    return Answer(data=data, lines=lines)


def courier(call: Call) -> Answer:
    """Exchange with the centre by files."""
    return cli_courier.ACTIONS[call.arguments.action](call.desk, call.arguments)


VERBS: Final[dict[str, Callable[[Call], Answer]]] = {
    "status": status,
    "queue": queue,
    "search": search,
    "show": show,
    "respond": respond,
    "note": note,
    "close": close,
    "reopen": reopen,
    "follow-up": follow_up,
    "file": file,
    "assign": assign,
    "outbox": outbox,
    "withdraw": withdraw,
    "decide": decide,
    "left": left,
    "hand-over": hand_over,
    "discard": discard,
    "export": export,
    "courier": courier,
    "rules": rules,
}


def _rows(call: Call, ids: Sequence[CaseId]) -> Answer:
    shown = ids[: call.arguments.limit]
    rows = call.desk.inbox.rows(shown)
    lines = [*call.texts.rows(rows, _day(call))]
    if len(ids) > len(shown):
        lines.append(_("... and {count} more (--limit)").format(count=len(ids) - len(shown)))
    verified = call.desk.inbox.is_day_verified()
    return Answer(
        data=[cli_data.row_data(row, day_verified=verified) for row in rows],
        lines=lines or [_("(empty)")],
    )


def _day(call: Call) -> Day:
    inbox = call.desk.inbox
    return Day(inbox.today(), is_sure=inbox.is_day_verified())


def _act(call: Call, body: CommandBody) -> Answer:
    view = _case(call)
    command_id, _changes = call.desk.casework.act(view.case.id, body, view.confirmed.v)
    kept = _("Kept on this computer ({id}); sync sends it.").format(id=command_id[:SHORT_ID])
    return Answer(data={"command_id": command_id, "delivery": "stored"}, lines=[kept])


def _case(call: Call) -> CaseView:
    view = call.desk.inbox.with_tracking_id(call.arguments.case)
    if view is None:
        raise Misuse("usage.no-case", case=call.arguments.case)
    return view


def _left_draft(call: Call) -> Draft:
    wanted = (call.arguments.case.strip(), call.arguments.kind)
    for item in call.desk.inbox.left_work():
        if item.command_id is None and (item.tracking_id, item.kind) == wanted:
            draft = call.desk.drafting.load(item.case_id, item.kind)
            if draft is not None:
                return draft
    raise Misuse("left.no-draft", case=wanted[0])


def _command(call: Call) -> CommandId:
    start = call.arguments.command
    found = [
        item.command.id
        for item in call.desk.inbox.outbox()
        if start and item.command.id.startswith(start)
    ]
    if not found:
        raise Misuse("usage.no-command", command=start)
    if len(found) > 1:
        raise Misuse("usage.many-commands", command=start)
    return found[0]


def _officer(call: Call) -> OfficerId | None:
    named = call.arguments.officer.strip()
    if named == "-":
        return None
    if named.casefold() == "saya":
        return call.desk.officer.id
    people = call.desk.inbox.people(_case(call).case.unit_id)
    found = [
        person.id
        for person in people
        if named == str(person.id) or named.casefold() in person.name.casefold()
    ]
    if len(found) != 1:
        raise Misuse("usage.no-officer", officer=named)
    return found[0]
