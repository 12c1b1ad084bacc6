# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an older version of the wire says what the newest one says.

The code inside speaks :data:`versions.CURRENT` only. Each :class:`Step` is what one version
changed, as pure functions on JSON values: how a message is said in the version before, and how
what was said in that version is heard. A version that is n steps old goes through n of them. A
message that no step mentions is said the same in both versions, for readers ignore what they do
not know and what is new is optional.

Lowering never invents: what an old reader cannot understand is put in the nearest words that it
has and that are true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.messages import CaseRecord, EventRecord, SyncReply, SyncRequest, Verdict
from sync.wire.upcasts import oldest_form
from sync.wire.versions import CURRENT

M = TypeVar("M")
Change = Callable[[Any], Any]
"""Takes the JSON value of a message in one version and returns it in the other."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one version changed.

    Attributes:
        lowered: by the type of the message, how it is said in the version before.
        raised: how a message of the version before is heard in this one.
    """

    lowered: Mapping[type, Change] = field(default_factory=dict)
    raised: Mapping[type, Change] = field(default_factory=dict)


def encode(message: object, version: int) -> bytes:
    """Return a message as JSON, as readers of a version understand it."""
    if version == CURRENT:
        return codec.encode(message)
    value = codec.decode(codec.encode(message), object)  # parts of it may be encoded already
    for at in range(CURRENT, version, -1):
        change = STEPS[at].lowered.get(type(message))
        value = value if change is None else change(value)
    return codec.encode(value)


def decode(body: bytes, kind: type[M], version: int) -> M:
    """Return the message that somebody who speaks a version has written.

    Raises:
        SyncError: (``MALFORMED``) the body is not such a message.
    """
    changes = [STEPS[at].raised.get(kind) for at in range(version + 1, CURRENT + 1)]
    if not any(changes):
        return codec.decode(body, kind)
    value = codec.decode(body, object)
    try:
        for change in filter(None, changes):
            value = change(value)
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from error
    except (LookupError, TypeError, AttributeError) as error:  # JSON, but of another shape
        unfit = msgspec.ValidationError(str(error))
        raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from unfit


_FIRST_KINDS = frozenset({"respond", "follow_up", "note", "assign", "close", "reopen"})
_FIRST_VERDICTS = frozenset({"accepted", "conflict", "rejected", "blocked", "retry"})
_FIRST_CHOICES = frozenset({"resend", "as_response", "edit", "withdraw"})
_FIRST_CODES = frozenset(
    {
        "blocked.after",
        "conflict.newer-entry",
        "conflict.reassigned",
        "conflict.status-changed",
        "refused.assignee",
        "refused.device-forked",
        "refused.empty",
        "refused.id-reused",
        "refused.malformed",
        "refused.out-of-scope",
        "refused.role",
        "refused.status",
        "refused.too-long",
    }
)
_NEAREST_CODES = {
    "conflict": "conflict.newer-entry",  # "look at what is new before you decide"
    "rejected": "refused.malformed",  # "your words are kept; update the program"
    "blocked": "blocked.after",
}
_FIRST_ATTACHMENT = 2
_ATTACHMENTS = CaseRecord.__struct_fields__.index("attachments")
_DATA = EventRecord.__struct_fields__.index("data")


def _case_in_1(case: list[Any]) -> list[Any]:
    """Attachments were a name and a size, and nothing else could be read."""
    short = [attachment[:_FIRST_ATTACHMENT] for attachment in case[_ATTACHMENTS]]
    return [*case[:_ATTACHMENTS], short, *case[_ATTACHMENTS + 1 :]]


def _event_in_1(event: list[Any]) -> list[Any]:
    """Files of an entry were a name and a size as well."""
    data = dict(event[_DATA])
    for name in ("evidence", "attachments"):
        if data.get(name):
            data[name] = [
                {"name": file["name"], "size_bytes": file["size_bytes"]} for file in data[name]
            ]
    return [*event[:_DATA], data, *event[_DATA + 1 :]]


def _verdict_in_1(verdict: dict[str, Any]) -> dict[str, Any]:
    word, code = verdict["verdict"], verdict.get("code", "")
    if word not in _FIRST_VERDICTS:
        return verdict | {"verdict": "retry"}  # not decided: the old reader asks again
    if word in _NEAREST_CODES and code not in _FIRST_CODES:
        verdict = verdict | {"code": _NEAREST_CODES[word]}
    if word in _NEAREST_CODES:
        offered = [choice for choice in verdict.get("choices", ()) if choice in _FIRST_CHOICES]
        verdict = verdict | {"choices": offered or ["withdraw"]}  # or it could never be settled
    return verdict


def _reply_in_1(reply: dict[str, Any]) -> dict[str, Any]:
    changed = dict(reply)
    if "cases" in reply:
        changed["cases"] = [_case_in_1(case) for case in reply["cases"]]
    if "events" in reply:
        changed["events"] = [_event_in_1(event) for event in reply["events"]]
    if "verdicts" in reply:
        changed["verdicts"] = [_verdict_in_1(verdict) for verdict in reply["verdicts"]]
    return changed


def _request_in_2(request: dict[str, Any]) -> dict[str, Any]:
    """Growing was asked for; acts were said in schemas that a centre of then can read.

    Facts then say everything themselves, for what this device has may be said otherwise.
    """
    others = {name: value for name, value in request.items() if name not in {"plain", "brief"}}
    spoken = {**others, **({} if request.get("plain") else {"grows": True})}
    if "commands" in request:
        spoken["commands"] = [_command_in_2(command) for command in request["commands"]]
    return spoken


def _command_in_2(command: dict[str, Any]) -> dict[str, Any]:
    sv, data = oldest_form(command["kind"], command.get("sv", 1), command["data"])
    others = {name: value for name, value in command.items() if name != "sv"}
    return {**others, "data": data, **({} if sv == 1 else {"sv": sv})}


def _request_from_2(request: dict[str, Any]) -> dict[str, Any]:
    """Who did not ask for growing wants whole heads."""
    others = {name: value for name, value in request.items() if name != "grows"}
    return {**others, "plain": not request.get("grows", False)}


def _request_in_1(request: dict[str, Any]) -> dict[str, Any]:
    """An old centre refuses for good what it does not know; such commands wait for a newer one."""
    known = [
        command
        for command in request.get("commands", ())
        if command["kind"] in _FIRST_KINDS and command.get("sv", 1) == 1
    ]
    return request | {"commands": known}


STEPS: Mapping[int, Step] = {
    3: Step(lowered={SyncRequest: _request_in_2}, raised={SyncRequest: _request_from_2}),
    2: Step(
        lowered={
            CaseRecord: _case_in_1,
            SyncReply: _reply_in_1,
            SyncRequest: _request_in_1,
            Verdict: _verdict_in_1,
        },
    ),
}
"""By the version that brought the change."""
