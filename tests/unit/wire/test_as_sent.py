# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a fact leaves out because the command says it, is there again at the other end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.as_sent import restored, shortened
from sync.wire.messages import CommandRecord, EventRecord, SyncReply

_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(0, 2), st.text(max_size=2), st.lists(st.just("a"))
)
_DATA = st.dictionaries(st.sampled_from(["text", "reason", "evidence"]), _VALUES)
_IDS = st.sampled_from(["a", "b", "c"])


def _command(id_: str, data: dict[str, Any]) -> CommandRecord:
    return CommandRecord(id=id_, n=1, case_id=1, base_v=1, at=0, kind="note", data=data)


@given(said=st.dictionaries(_IDS, _DATA), told=st.lists(st.tuples(st.none() | _IDS, _DATA)))
def test_what_is_left_out_comes_back(
    said: dict[str, dict[str, Any]], told: list[tuple[str | None, dict[str, Any]]]
) -> None:
    """The same facts to the byte, whatever was said and became of it."""
    commands = {id_: _command(id_, data) for id_, data in said.items()}
    facts = [
        EventRecord(case_id=1, v=v, at=0, kind="noted", data=data, command_id=id_)
        for v, (id_, data) in enumerate(told)
    ]
    as_sent: dict[str, list[int]] = {}
    short = []
    for place, fact in enumerate(facts):
        kept, left_out = shortened(fact, commands)
        short.append(kept)
        for name in left_out:
            as_sent.setdefault(name, []).append(place)
    reply = codec.decode(codec.encode(SyncReply(now=1, events=short, as_sent=as_sent)), SyncReply)
    whole = restored(reply, list(commands.values()))
    assert codec.encode(SyncReply(now=1, events=facts)) == codec.encode(whole)


@pytest.mark.parametrize(
    "as_sent", [{"text": [1]}, {"reason": [0]}, {"text": [-2]}], ids=["place", "member", "before"]
)
def test_words_that_were_never_sent_are_not_made_up(as_sent: dict[str, list[int]]) -> None:
    """A centre that contradicts itself is an answer that cannot be used."""
    fact = EventRecord(case_id=1, v=1, at=0, kind="noted", data={"text": None}, command_id="a")
    reply = SyncReply(now=1, events=[fact], as_sent=as_sent)
    with pytest.raises(SyncError) as caught:
        restored(reply, [_command("a", {"text": "Sudah."})])
    assert SyncErrorKind.MALFORMED is caught.value.kind


def test_words_of_somebody_else_are_not_taken_for_ours() -> None:
    """Only the command that the fact names can have said it."""
    fact = EventRecord(case_id=1, v=1, at=0, kind="noted", data={"text": None})
    reply = SyncReply(now=1, events=[fact], as_sent={"text": [0]})
    with pytest.raises(SyncError):
        restored(reply, [_command("a", {"text": "Sudah."})])
