# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words on a case that went elsewhere can be handed over, by those who had it, to who has it."""

from __future__ import annotations

import pytest

from sync.cases.access import Role
from sync.cases.commands import Assign, CommandBody, HandOver, Respond
from sync.central.head import renew_epoch
from tests.support.central import ENTERPRISE, UNIT_A, UNIT_B, Office

WORDS = "Kabel sudah kami ganti."
HAND_OVER = HandOver(text=WORDS, meant_as="respond")


def test_words_reach_the_new_holder_as_a_note_with_a_mark(office: Office) -> None:
    """The new holder sees who wrote them and what they were meant as; there is a receipt."""
    case = office.add_case()
    old, new = office.device("agus"), office.device("sari")
    old.follow()
    office.dispose(case.id, UNIT_B)
    verdict = old.do(case.id, HAND_OVER, base_v=1)
    assert ("accepted", True) == (verdict.verdict, bool(verdict.receipt))
    new.follow()
    told = new.history(case.id)[-1]
    assert ("noted", "Agus Penghubung") == (told.kind, told.actor)
    assert {"text": WORDS, "handed_over": "respond"} == told.data
    assert case.id not in old.cases


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        (["hand_over", "withdraw"], Respond(text=WORDS)),
        (["withdraw"], Assign(officer_id=None)),
    ],
)
def test_a_refused_act_on_a_case_that_left_may_be_handed_over(
    office: Office, expected: list[str], body: CommandBody
) -> None:
    """Words may; an assignment has none."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    office.dispose(case.id, UNIT_B)
    verdict = device.do(case.id, body, base_v=1)
    assert ("refused.out-of-scope", expected) == (verdict.code, verdict.choices)


def test_who_lost_the_unit_may_hand_over_what_was_there_then(office: Office) -> None:
    """The case stayed, the officer moved; a case that came later was never theirs."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    office.administration.change_officer(office.officers["agus"], role=Role.LIAISON, unit_id=UNIT_B)
    later = office.add_case()
    assert "accepted" == device.do(case.id, HAND_OVER, base_v=1).verdict
    assert "refused.out-of-scope" == device.do(later.id, HAND_OVER, base_v=1).code


def test_nobody_else_may_write_into_a_case_like_that(office: Office) -> None:
    """Who never had the case is refused, and is not offered to hand anything over."""
    case = office.add_case()
    stranger = office.device("sari")
    for body in (HAND_OVER, Respond(text=WORDS)):
        verdict = stranger.do(case.id, body, base_v=1)
        assert ("refused.out-of-scope", ["withdraw"]) == (verdict.code, verdict.choices)


def test_handing_over_twice_is_one_note(office: Office) -> None:
    """A repeated command gets the stored verdict, as any."""
    case = office.add_case()
    device, reader = office.device("agus"), office.device("wati")
    device.follow()
    office.dispose(case.id, UNIT_B)
    command = device.command(case.id, HAND_OVER, base_v=1)
    first, second = device.send(command)[0], device.send(command)[0]
    assert (first.receipt, True) == (second.receipt, second.duplicate)
    reader.follow()
    assert 1 == sum(event.kind == "noted" for event in reader.history(case.id))


def test_a_case_that_is_here_may_get_handed_words_as_well(office: Office) -> None:
    """It came back while the hand-over was under way: the words are a note, not lost."""
    case = office.add_case()
    device = office.device("agus")
    office.administration.change_officer(
        office.officers["agus"], role=Role.COORDINATOR, unit_id=ENTERPRISE
    )
    assert "accepted" == device.do(case.id, HAND_OVER, base_v=1).verdict
    assert UNIT_A == case.unit_id


# ------------------------------------------------------------------------ bases of other histories


def test_a_base_of_another_history_covers_only_what_both_share(office: Office) -> None:
    """After a restored backup an old version number hides nothing that came since."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    old = office.centre.hello().epoch
    renew_epoch(office.database, lambda count: bytes(range(count)))
    office.citizen_replies(case.id)
    device.cursor = None
    answer = device.command(case.id, Respond(text=WORDS), base_v=9, epoch=old, own=[])
    assert "conflict" == device.send(answer)[0].verdict
    seen = device.command(case.id, Respond(text=WORDS), own=[])
    assert "accepted" == device.send(seen)[0].verdict


def test_what_both_histories_share_is_no_surprise(office: Office) -> None:
    """Nothing happened since the backup: an answer from before goes through."""
    case = office.add_case()
    office.citizen_replies(case.id)
    device = office.device("agus")
    device.follow()
    old = office.centre.hello().epoch
    renew_epoch(office.database, lambda count: bytes(range(count)))
    device.cursor = None
    answer = device.command(case.id, Respond(text=WORDS), base_v=2, epoch=old, own=[])
    assert "accepted" == device.send(answer)[0].verdict


def test_a_base_of_an_unknown_history_covers_nothing(office: Office) -> None:
    """A backup older than that history was restored: the officer looks at all of it."""
    case = office.add_case()
    office.citizen_replies(case.id)
    device = office.device("agus")
    answer = device.command(case.id, Respond(text=WORDS), base_v=2, epoch="lain", own=[])
    assert "conflict" == device.send(answer)[0].verdict
