# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the tables of ``docs/protocol.md`` from the wire types and the policy."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from pathlib import Path

import msgspec

from sync.cases.case import Status
from sync.cases.commands import KIND_OF_COMMAND
from sync.cases.events import EVENT_KINDS, Closed, EventBody, Reopened
from sync.cases.policy import POLICY, Meeting, Policy
from sync.wire import messages

DOCUMENT = Path(__file__).parent.parent / "docs" / "protocol.md"


def policy_table() -> str:
    """Return the policy as two tables: what is decided per command, and per unseen entry."""
    rows = [_row("command", "where the case may stand", "code", "choices"), _row(*["---"] * 4)]
    for body, policy in POLICY.items():
        statuses = policy.statuses
        where = "anywhere" if statuses is None else ", ".join(sorted(s.value for s in statuses))
        choices = ", ".join(choice.value for choice in policy.choices) or "-"
        rows.append(_row(f"`{KIND_OF_COMMAND[body]}`", where, f"`{policy.code or '-'}`", choices))
    heads = [f"`{KIND_OF_COMMAND[body]}`" for body in POLICY]
    matrix = [_row("unseen entry", *heads), _row(*["---"] * (len(heads) + 1))]
    for name, kind in EVENT_KINDS.items():
        matrix.append(_row(f"`{name}`", *(cell(policy, kind) for policy in POLICY.values())))
    return "\n".join([*rows, "", *matrix])


_LEADS_TO: dict[type[EventBody], Status] = {Closed: Status.DONE, Reopened: Status.IN_PROGRESS}


def cell(policy: Policy, kind: type[EventBody]) -> str:
    """Return what comes of such a command after such an unseen entry of somebody else.

    ``refuse`` where nobody need be asked, but the entry took the case to where the command is not
    possible any more.
    """
    meeting = policy.meeting(kind)
    status = _LEADS_TO.get(kind)
    possible = status is None or policy.statuses is None or status in policy.statuses
    return meeting.value if possible or meeting is Meeting.ASK else "refuse"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def message_tables() -> str:
    """Return one section per message and record, in the order of their module."""
    structs = [
        item
        for item in vars(messages).values()
        if inspect.isclass(item)
        and issubclass(item, msgspec.Struct)
        and item not in {messages.Record, messages.Message, msgspec.Struct}
    ]
    return "\n\n".join(_section(struct) for struct in structs)


def _section(struct: type[msgspec.Struct]) -> str:
    shape = "array, in this order" if struct.__struct_config__.array_like else "object"
    summary = inspect.cleandoc(struct.__doc__ or "").split("\n\n", maxsplit=1)[0]
    lines = [f"### `{struct.__name__}` ({shape})", ""]
    lines += [re.sub(r":class:`([^`]*)`", r"`\1`", summary), ""]
    lines += [_row("field", "type", "default"), _row(*["---"] * 3)]
    lines += [
        _row(f"`{field.name}`", _type_name(field.type), _default(field))
        for field in msgspec.structs.fields(struct)
    ]
    return "\n".join(lines)


def _type_name(kind: object) -> str:
    if typing.get_origin(kind) is not None or not inspect.isclass(kind):
        text = str(kind)
    else:
        text = kind.__name__
    for prefix in ("sync.wire.messages.", "typing."):
        text = text.replace(prefix, "")
    return text.replace("NoneType", "None").replace(" | ", " or ")


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default_factory is not msgspec.NODEFAULT:
        return "empty"
    return f"`{field.default!r}`"


def render(document: str) -> str:
    """Return the document with its generated parts made anew."""
    for name, table in (("policy", policy_table()), ("messages", message_tables())):
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        head, rest = document.split(begin)
        document = head + begin + "\n\n" + table + "\n\n" + end + rest.split(end)[1]
    return document


def main() -> int:
    """Rewrite the document in place."""
    DOCUMENT.write_text(render(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
