# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an older version of the wire can read, and what it is never told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec, dialects, versions
from sync.wire.messages import CommandRecord, SyncReply, SyncRequest, Verdict
from sync.wire.upcasts import newest, oldest_form
from tests.support import wire_v1, wire_v2
from tests.support.local_store import a_head, a_reply

OLD = versions.OLDEST_ACCEPTED


def _said(message: object, version: int = OLD) -> Any:
    return msgspec.json.decode(dialects.encode(message, version))


def _command(kind: str = "note", **fields: Any) -> CommandRecord:
    known: dict[str, Any] = {"id": "c-1", "n": 1, "case_id": 1, "base_v": 1, "at": 0}
    return CommandRecord(kind=kind, data={"text": "Sudah."}, **known | fields)


def test_the_newest_version_is_said_as_it_is() -> None:
    """Nothing is translated for a device of today."""
    reply = a_reply(a_head())
    assert codec.encode(reply) == dialects.encode(reply, versions.CURRENT)
    assert reply == dialects.decode(codec.encode(reply), SyncReply, versions.CURRENT)


def test_an_old_reader_gets_attachments_as_pairs() -> None:
    """The first program could read a name and a size, and failed on anything longer."""
    fields = msgspec.to_builtins(a_head())
    at = a_head().__struct_fields__.index("attachments")
    fields[at] = [["foto.jpg", 9, "more", 1], ["surat.pdf", 5]]
    assert [["foto.jpg", 9], ["surat.pdf", 5]] == dialects._case_in_1(fields)[at]  # noqa: SLF001


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(id="c", verdict="need_blob"), {"verdict": "retry"}),
        (
            Verdict(id="c", verdict="conflict", code="conflict.from-tomorrow", choices=["merge"]),
            {"code": "conflict.newer-entry", "choices": ["withdraw"]},
        ),
        (
            Verdict(id="c", verdict="rejected", code="refused.from-tomorrow", choices=["edit"]),
            {"code": "refused.malformed", "choices": ["edit"]},
        ),
        (Verdict(id="c", verdict="blocked", code="x"), {"code": "blocked.after"}),
    ],
)
def test_an_old_reader_gets_words_that_it_has(verdict: Verdict, expected: dict[str, Any]) -> None:
    """What is not decided stays undecided, and what is decided can always be settled."""
    [said] = _said(SyncReply(now=1, verdicts=[verdict]))["verdicts"]
    assert expected.items() <= said.items()


@given(
    verdict=st.builds(
        Verdict,
        id=st.text(max_size=3),
        verdict=st.sampled_from(["accepted", "conflict", "rejected", "blocked", "retry", "new"]),
        code=st.sampled_from(["", "conflict.new", "refused.role", "blocked.after", "new.code"]),
        choices=st.lists(st.sampled_from(["resend", "edit", "new"]), max_size=3),
        receipt=st.text(max_size=3),
    )
)
def test_whether_it_is_decided_and_how_is_never_translated_away(verdict: Verdict) -> None:
    """A verdict that the old reader knows keeps its word, receipt and version."""
    said = msgspec.convert(_said(verdict), Verdict)
    if verdict.verdict != "new":
        assert verdict.verdict == said.verdict
    assert (verdict.id, verdict.receipt, verdict.v) == (said.id, said.receipt, said.v)
    assert said.choices or said.verdict in {"accepted", "retry"}


def test_an_old_centre_is_not_asked_to_refuse_what_it_does_not_know() -> None:
    """A kind or a schema of tomorrow waits for a centre of tomorrow; the others go."""
    commands = [_command(), _command("dance"), _command(sv=2)]
    said = _said(SyncRequest(commands=commands))
    assert 1 == len(said["commands"])
    assert 3 == len(_said(SyncRequest(commands=commands), versions.CURRENT)["commands"])


def test_what_an_old_device_says_is_heard_as_it_is() -> None:
    """A request of the first version means the same today."""
    body = (
        b'{"commands":[{"id":"c-1","n":1,"case_id":1,"base_v":1,"at":0,"kind":"note","data":{}}]}'
    )
    request = dialects.decode(body, SyncRequest, OLD)
    assert 1 == request.commands[0].sv


def test_a_step_is_applied_on_the_way_down_and_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each version that lies between takes its turn, the newest first on the way down."""
    step = dialects.Step(
        lowered={Verdict: lambda said: said | {"receipt": said["receipt"] + "-lama"}},
        raised={Verdict: lambda said: said | {"receipt": said["code"].upper()}},
    )
    monkeypatch.setattr(dialects, "STEPS", {2: step})
    monkeypatch.setattr(dialects, "CURRENT", 2)

    assert "7-lama" == _said(Verdict(id="c", verdict="accepted", receipt="7"), 1)["receipt"]
    body = b'{"id":"c","verdict":"accepted","code":"x"}'
    assert "X" == dialects.decode(body, Verdict, 1).receipt
    with pytest.raises(SyncError) as caught:
        dialects.decode(b'{"id":"c"}', Verdict, 1)
    assert SyncErrorKind.MALFORMED is caught.value.kind


def test_a_centre_of_version_2_is_told_in_its_own_schema() -> None:
    """Growing is asked for by name there, and an act is said as a program of then said it."""
    command = CommandRecord(
        id="c", n=1, case_id=1, base_v=1, at=0, kind="reopen", data={"text": "Lagi."}, sv=2
    )
    said = _said(SyncRequest(cursor="k", commands=[command]), 2)
    heard = msgspec.convert(said, wire_v2.SyncRequest)
    assert heard.grows
    assert [("reopen", 1, {"reason": "Lagi."})] == [
        (each.kind, each.sv, each.data) for each in heard.commands
    ]
    assert "grows" not in _said(SyncRequest(plain=True), 2)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("grows", [True, False])
def test_who_asked_for_growing_gets_it_and_nobody_else(version: int, grows: bool) -> None:
    """A device of version 1 could not ask, so it gets whole heads."""
    old = wire_v2.SyncRequest(grows=grows) if version == 2 else wire_v1.SyncRequest()
    heard = dialects.decode(codec.encode(old), SyncRequest, version)
    assert heard.plain is not (grows and version == 2)


@given(
    plain=st.booleans(),
    kinds=st.lists(st.sampled_from(["note", "reopen", "dance"]), max_size=3),
    cursor=st.none() | st.text(max_size=3),
)
def test_what_version_2_can_say_comes_back_as_it_was(
    plain: bool, kinds: list[str], cursor: str | None
) -> None:
    """Said in version 2 and heard again: nothing is lost, but for the schema it was said in."""
    commands = [
        _command(kind, id=f"c{n}", sv=newest(kind) if kind != "dance" else 3)
        for n, kind in enumerate(kinds)
    ]
    request = SyncRequest(cursor=cursor, plain=plain, commands=commands, want=[4])
    heard = dialects.decode(dialects.encode(request, 2), SyncRequest, 2)
    assert msgspec.structs.replace(request, commands=[]) == msgspec.structs.replace(
        heard, commands=[]
    )
    for said, told in zip(heard.commands, commands, strict=True):
        assert oldest_form(told.kind, told.sv, told.data) == (said.sv, said.data)
