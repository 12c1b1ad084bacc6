# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device's own acts come back as facts without the words that it has just sent (protocol 3).

Both ends have the request in hand: what a fact says as the command did that it names is left out
by one and filled in by the other. An empty place keeps the order of what the fact says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.messages import CommandRecord, EventRecord, SyncReply


def shortened(
    fact: EventRecord, commands: Mapping[str, CommandRecord]
) -> tuple[EventRecord, list[str]]:
    """Return a fact without what one of these commands says, and the names of what is left out."""
    command = commands.get(fact.command_id or "")
    if command is None:
        return fact, []
    same = [name for name, value in fact.data.items() if value and _says(command, name, value)]
    data = fact.data | dict.fromkeys(same)
    return msgspec.structs.replace(fact, data=data), same


def _says(command: CommandRecord, name: str, value: object) -> bool:
    """Whether a command says it to the byte: 1 is not true, though Python has them equal."""
    return codec.encode(command.data.get(name)) == codec.encode(value)


def restored(reply: SyncReply, commands: Sequence[CommandRecord]) -> SyncReply:
    """Return a reply with all that its facts left out, because these commands say it.

    Raises:
        SyncError: (``MALFORMED``) they do not say it.
    """
    if not reply.as_sent:
        return reply
    said = {command.id: command.data for command in commands}
    facts = list(reply.events)
    try:
        for name, places in reply.as_sent.items():
            for place in places:
                fact = facts[place]
                data = fact.data | {name: said[fact.command_id or ""][name]}
                facts[place] = msgspec.structs.replace(fact, data=data)
    except LookupError as error:
        raise SyncError(SyncErrorKind.MALFORMED, detail=f"as sent: {error}") from error
    return msgspec.structs.replace(reply, events=facts, as_sent={})
