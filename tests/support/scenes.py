# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states an officer may meet, each set up in the window over the invented office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from desktop.commands.ids import WindowCommand
from desktop.ui.cases.file_tile import FileTile
from desktop.ui.frame.fatal import FatalDialog
from desktop.ui.frame.proxy import ProxyDialog
from desktop.ui.signin.window import SignInWindow
from desktop.viewmodels.problems import describe, describe_code
from desktop.viewmodels.proxy import ProxyPresenter
from desktop.viewmodels.signin import SignInPresenter
from sync.cases.case import Status
from sync.cases.changes import ChangeSet
from sync.cases.commands import Assign, Close, CommandBody, FollowUp, Note, Respond
from sync.cases.events import CitizenReplied, Disposed
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import Base
from sync.courier.editions import Template
from sync.engine.budget import LineMode
from sync.engine.forecast import Forecast
from sync.engine.line import LineEstimate
from sync.engine.status import LineUsage, LinkState, SyncStatus
from sync.engine.timekeeping import ClockState
from sync.errors import (
    CourierRefused,
    SignInFailed,
    StoreUnavailable,
    SyncError,
    SyncErrorKind,
    TanggapError,
)
from sync.services.copy_words import age_of_copy
from sync.services.courier import Imported
from sync.services.courier_files import Brought
from sync.services.desk import Desk
from sync.services.profiles import Profile
from sync.services.proxy_settings import ANYWHERE, ProxySettings
from sync.services.relaying import Carried, Waiting, WaitsFor
from sync.services.sealing import Copied
from sync.store.editions import Shelved
from sync.wire.messages import Progress
from tests.support.catalogue import speak
from tests.support.fake_desk import CONFLICT_CHOICES
from tests.support.fake_office import OFFICER, UNIT, at
from tests.support.file_scene import every_state, in_the_outbox, show_files
from tests.support.keyring import MemoryKeyring
from tests.support.left_scene import a_case_leaves, left_behind
from tests.support.window_rig import DOUBLE_CHARGE, ESCALATOR, WindowRig

_ANSWER: Final = (
    "Ibu Rina, log gerbang mengonfirmasi potongan ganda Rp5.000. Saldo dikembalikan ke kartu "
    "paling lambat 25 November."
)
_HOUR_MS: Final = 3_600_000

_Outcome = Imported | Carried | Waiting | CourierRefused


def working_offline(language: str = "id") -> WindowRig:
    """Return the window of an officer who has answered one case and may not close another."""
    speak(language)
    rig = WindowRig()
    rig.act(DOUBLE_CHARGE, Respond(text=_ANSWER))
    closing = rig.act(ESCALATOR, Close(text="Eskalator telah berfungsi normal sejak 22 November."))
    news = CitizenReplied(text="Sisi timur pagi ini mati lagi. Mohon jangan ditutup dulu.")
    _contradict(rig, closing, news, (Choice.AS_RESPONSE, *CONFLICT_CHOICES))
    show_status(rig, link=LinkState.OFFLINE)
    rig.open(DOUBLE_CHARGE)
    rig.workplace.navigation.refresh()  # counts are throttled
    return rig


def stage(scene: str, rig: WindowRig) -> QWidget:
    """Set a scene up with the numbers that belong to it; return the window it is seen in."""
    seen = SCENES[scene](rig)
    rig.workplace.navigation.refresh()
    return seen if isinstance(seen, QWidget) else rig.window


def show_status(rig: WindowRig, **members: object) -> None:
    """Let delivery stand as on a poor line, but for these members of `SyncStatus`."""
    status = SyncStatus(
        since=at(24, 8, 12),
        last_contact_at=at(24, 8, 11),
        undelivered=1,
        decisions=1,
        usage=LineUsage(
            mode=LineMode.LEAN,
            poll_s=300.0,
            estimate=LineEstimate(down_bytes_per_s=8_000.0, round_trip_s=0.6),
            sent_bytes=48_000,
            received_bytes=1_240_000,
        ),
        forecast=Forecast(bytes=1_100, cases=0, seconds=0.8),
    )
    status = replace(status, **members)  # type: ignore[arg-type]
    rig.workplace.sync.on_status(status)
    rig.workplace.details.on_status(status)


def _deliver(rig: WindowRig, command_id: CommandId, delivery: Delivery, *, code: str = "") -> None:
    rig.bus.announce(rig.desk.casework.deliver(command_id, delivery, code=code), rig)


def _contradict(
    rig: WindowRig, command_id: CommandId, news: CitizenReplied, choices: tuple[Choice, ...]
) -> None:
    """Let the centre ask about an act, because the reporter had written meanwhile."""
    item = rig.desk.memory.items[command_id]
    history = rig.desk.memory.cases[item.command.case_id]
    seen = Base(entry=history.events[-1] if history.events else None, status=Status.IN_PROGRESS)
    history.add(news, at(24, 8, 20))
    _deliver(rig, command_id, Delivery.CONFLICT, code="conflict.newer-entry")
    rig.desk.memory.items[command_id] = replace(
        rig.desk.memory.items[command_id],
        flags=("meanwhile.citizen",),
        base=seen,
        newer=(history.events[-1],),
        choices=choices,
    )
    rig.bus.announce(ChangeSet(cases=frozenset({item.command.case_id}), outbox=True), rig)


def _others(rig: WindowRig) -> list[CaseId]:
    """Return cases on which nothing has been done, those of the open queue first."""
    done = {item.command.case_id for item in rig.desk.memory.items.values()}
    return [case_id for case_id in rig.workplace.cases.model.ids if case_id not in done]


def _every_delivery(rig: WindowRig) -> None:
    """Show an act in every state in the outbox, with one that waits for another."""
    here = iter(_others(rig))
    acts: list[tuple[CommandBody, Delivery, dict[str, object]]] = [
        (Note(text="Mohon dicek bersama pengelola gerbang."), Delivery.STORED, {}),
        (Respond(text="Petugas kami menuju lokasi."), Delivery.SENDING, {}),
        (Respond(text=_ANSWER), Delivery.UNKNOWN, {"sent_at": at(24, 8, 10)}),
        (Note(text="Lewat kurir."), Delivery.UNKNOWN, {"courier_at": at(24, 8, 20)}),
        (Respond(text=_ANSWER), Delivery.REJECTED, {"code": "refused.role"}),
        (Note(text="Sesudahnya."), Delivery.BLOCKED, {"code": "blocked.after"}),
        (Respond(text=_ANSWER), Delivery.ACCEPTED, {
            "receipt": "TT-2026-004812", "settled_at": at(24, 8, 11),
            "flags": ("insisted.citizen",)}),
        (Note(text="Salah laporan."), Delivery.WITHDRAWN, {"settled_at": at(24, 8, 30)}),
    ]  # fmt: skip
    for body, delivery, members in acts:
        command_id = rig.act(next(here), body)
        item = rig.desk.memory.items[command_id]
        rig.desk.memory.items[command_id] = replace(item, delivery=delivery, **members)  # type: ignore[arg-type]
    rig.bus.announce(ChangeSet(outbox=True), rig)
    rig.built.registry.run(WindowCommand.GO_OUTBOX)


def _many_decisions(rig: WindowRig) -> None:
    """Let a week offline have met news on a dozen complaints."""
    news = CitizenReplied(text="Sampai sekarang belum ada perbaikan. Mohon dicek lagi.")
    follow_up = FollowUp(text="Diperiksa di lapangan.", done_on=date(2026, 11, 23))
    for n, case_id in enumerate(_others(rig)[:9]):
        body: CommandBody = Respond(text=_ANSWER) if n % 3 else follow_up
        _contradict(rig, rig.act(case_id, body), news, CONFLICT_CHOICES)
    other = rig.act(_others(rig)[0], Assign(officer_id=OFFICER.id))
    _deliver(rig, other, Delivery.CONFLICT, code="conflict.reassigned")
    rig.built.registry.run(WindowCommand.GO_DECISIONS)


def _delivered(rig: WindowRig) -> None:
    """Show what was delivered on two days, with a withdrawn act."""
    here = iter(_others(rig))
    for n, moment in enumerate([at(23, 15, 1), at(23, 16, 5), at(24, 7, 58), at(24, 8, 11)]):
        command_id = rig.act(next(here), Respond(text=_ANSWER))
        item = rig.desk.memory.items[command_id]
        rig.desk.memory.items[command_id] = replace(
            item,
            delivery=Delivery.WITHDRAWN if n == 2 else Delivery.ACCEPTED,
            receipt="" if n == 2 else f"TT-2026-00481{n}",
            settled_at=moment,
        )
    rig.bus.announce(ChangeSet(outbox=True), rig)
    rig.built.registry.run(WindowCommand.GO_HISTORY)


def _files(rig: WindowRig) -> None:
    """Show files in every state."""
    show_files(rig, every_state())
    rig.window.panes.case.split.setSizes([600, 60])
    _laid_out()
    tiles = rig.window.findChildren(FileTile)
    first = next(tile for tile in tiles if tile.file.name == "foto-eskalator.jpg")
    area = rig.find(QScrollArea, "case.history")
    top = first.mapTo(rig.find(QWidget, "case.history-content"), QPoint(0, 0)).y()
    area.verticalScrollBar().setValue(top - 60)
    first.setFocus(Qt.FocusReason.TabFocusReason)


def _laid_out() -> None:
    """Give what was just built its place; layouts that follow from each other take turns."""
    for _turn in range(10):
        QApplication.processEvents()


def _files_on_their_way(rig: WindowRig) -> None:
    in_the_outbox(rig, [s for s in every_state()[:5] if s.can_open], DOUBLE_CHARGE)
    rig.built.registry.run(WindowCommand.GO_OUTBOX)


def _go(command: WindowCommand, rig: WindowRig) -> None:
    rig.built.registry.run(command)


def _status(rig: WindowRig, **members: object) -> None:
    """Show delivery like this, with its card open."""
    show_status(rig, **members)
    rig.built.registry.run(WindowCommand.SYNC_DETAILS)


def _problem(link: LinkState, code: str, rig: WindowRig) -> None:
    _status(rig, link=link, problem=code)


def _clock(clock: ClockState, rig: WindowRig) -> None:
    _status(rig, link=LinkState.ONLINE, clock=clock, server_offset_ms=-7 * _HOUR_MS)


def _first_load(rig: WindowRig) -> None:
    _status(
        rig,
        link=LinkState.CONNECTING,
        progress=Progress(done=1_200, total=4_800),
        forecast=Forecast(bytes=9_800_000, cases=3_600, seconds=1_225.0),
    )


class _ShutDoor:
    """A door at which somebody has just been turned away."""

    keyring_available = False

    def __init__(self, error: TanggapError) -> None:
        self._error = error

    def needs_passphrase(self, _profile: Profile) -> bool:
        return True

    def sign_in(self, *_answers: str | None) -> Desk:
        raise self._error

    def open(self, _profile: Profile, _passphrase: str | None = None) -> Desk:
        raise self._error

    def rescue(self, _profile: Profile, _passphrase: str | None = None) -> Desk:
        raise self._error

    def renew(self, _desk: object, _password: str) -> None:
        raise self._error


def _password_wrong(rig: WindowRig) -> None:
    """Ask for the password beside the work, and be given the one from before it was changed."""
    show_status(rig, link=LinkState.SIGN_IN_NEEDED, problem="sync.auth")
    door, desk = _ShutDoor(SignInFailed("sign-in.wrong")), cast("Desk", rig.desk)
    presenter = SignInPresenter.again(door, desk, rig.lane)
    SignInWindow(presenter, rig.window).show()
    presenter.give_password("sandi-lama")


def _entrance(error: TanggapError, known: bool, rig: WindowRig) -> QWidget:
    """Stand before the program, and be told what is wrong."""
    profiles = [rig.desk.profile] if known else []
    server = rig.desk.profile.server
    presenter = SignInPresenter(_ShutDoor(error), profiles, rig.lane, server=server)
    window = SignInWindow(presenter)
    window.setParent(rig.window, Qt.WindowType.Window)
    window.resize(rig.window.size())
    window.show()
    if known:
        presenter.give_lock("salah", "")
    else:
        presenter.give_account("sari", "sandi-lama")
        presenter.give_lock("kunci-baru-saya", "kunci-baru-saya")
    return window


def _fatal(code: str, rig: WindowRig) -> None:
    FatalDialog(describe_code(code), rig.window).open()


_LOST: Final = StoreUnavailable(
    "store.work-lost", copied=Copied(made_at=at(23, 16, 40), acts=4, drafts=2)
)


def _work_lost(rig: WindowRig) -> None:
    FatalDialog(describe(_LOST), rig.window).open()


def _restored(rig: WindowRig) -> None:
    rig.window.show_report(describe_code("store.work-restored", more=age_of_copy(at(24, 7, 30))))


def _digests(mended: int, rig: WindowRig) -> None:
    """Have compared with the centre what is here, and have mended so many complaints."""
    rig.desk.memory.checked_at, rig.desk.memory.mended = at(24, 8, 5), mended
    _status(rig, link=LinkState.ONLINE)


def _long_names(rig: WindowRig) -> None:
    """Open a complaint of a body whose name needs two lines, with a title that does too."""
    history = rig.desk.memory.cases[DOUBLE_CHARGE]
    unit = "Balai Besar Pelaksanaan Jalan Nasional DKI Jakarta – Jawa Barat"
    title = "Perbaikan jalan rusak dan berlubang di Simpang Empat Cibinong arah Bogor sejak 2024"
    case = replace(history.case, title=title, category="Infrastruktur jalan dan jembatan nasional")
    rig.desk.memory.cases[DOUBLE_CHARGE] = replace(history, case=case)
    note = "Mohon diteruskan ke Direktorat Jenderal Bina Marga, Kementerian Pekerjaan Umum."
    body = Disposed(unit_id=UNIT, unit_name=unit, note=note)
    rig.desk.memory.cases[DOUBLE_CHARGE].add(body, at(24, 7), f"Admin {unit}")
    rig.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})), rig)
    rig.window.panes.case.show_entry(DOUBLE_CHARGE, rig.desk.memory.cases[DOUBLE_CHARGE].case.v)
    rig.window.top.show_officer(f"Raden Ajeng Kusumawardhani Prawirodirdjo · {unit}")


def _locked(rig: WindowRig) -> None:
    rig.desk.memory.cases.clear()
    rig.workplace.cases.refresh()
    rig.workplace.navigation.refresh()
    show_status(rig, link=LinkState.OFFLINE, locked=True)


def _revoked(rig: WindowRig) -> None:
    rig.desk.memory.cases.clear()
    rig.workplace.cases.refresh()
    rig.workplace.navigation.refresh()
    show_status(rig, link=LinkState.REVOKED, problem="sync.revoked", locked=True)


def _report(code: str, rig: WindowRig) -> None:
    rig.window.show_report(describe_code(code))


def _unkept(rig: WindowRig) -> None:
    rig.window.show_unkept_words(describe_code("draft.unkept"))


def _disk(code: str, rig: WindowRig) -> None:
    """Let the disk fail under the next reads."""
    rig.desk.memory.error = StoreUnavailable(code)
    rig.workplace.cases.refresh()


def _freight(rig: WindowRig) -> None:
    rig.workplace.courier.look("/media/usb")


def _proxy(rig: WindowRig) -> None:
    """The proxy of the office wants a name and a password."""
    _problem(LinkState.OFFLINE, "sync.offline.proxy-sign-in", rig)
    keeper = ProxySettings(Path("tanggap"), MemoryKeyring(), (lambda _url: "proxy.kantor:8080",))
    keeper.access.refused("proxy.kantor:8080", None)
    ProxyDialog(ProxyPresenter(keeper, rig.lane, ANYWHERE), rig.window).open()


def _courier(outcome: _Outcome, rig: WindowRig) -> None:
    """Take a file in with this outcome."""
    rig.desk.courier.outcome = outcome
    rig.workplace.courier.take(["/media/usb/tanggap-balasan-0004-0191f0aa.kurir"])


def _other_key(rig: WindowRig) -> None:
    rig.desk.courier.outcome = CourierRefused(
        "courier.centre-changed", fingerprint="1a2b3 c4d5e 6f708 192a3", known="00000 11111 22222 3"
    )
    rig.workplace.courier.export("/media/usb", 0, 0)


def _templates(rig: WindowRig) -> None:
    names = ("Permintaan data tambahan", "Sudah ditangani di lapangan", "Salah instansi & rujukan")
    rig.desk.centre_templates = [Template(name=name, text=_ANSWER) for name in names]
    _no_templates(rig)


def _follow_up(rig: WindowRig) -> None:
    """Record work with a next step by a day."""
    rig.built.registry.run(WindowCommand.FOLLOW_UP)
    composer = rig.workplace.composer
    composer.write("Log gerbang diperiksa bersama tim tiket.")
    composer.set_next_step("Konfirmasi pengembalian saldo")
    composer.set_next_step_on(date(2026, 11, 27))


def _no_templates(rig: WindowRig) -> None:
    rig.focus("composer.words")
    rig.built.registry.run(WindowCommand.TEMPLATE)


def _brought() -> Imported:
    return Imported(
        n=4, answers=3, settled=2, cases=12, is_old=False, missing=[2, 3],
        changes=ChangeSet(outbox=True), brought=Brought(files=3, at_centre=2, damaged=1),
        edition=Shelved.OLDER,
    )  # fmt: skip


_C: Final = WindowCommand
_COURIER_REFUSALS: Final = (
    "cut", "wrong-recipient", "other-device", "no-room", "stick-full", "stick-gone",
)  # fmt: skip

SCENES: Final[dict[str, Callable[[WindowRig], object]]] = {
    "case": lambda rig: rig.focus("case-list.table"),
    "deadlines": lambda rig: rig.window.panes.case.toggle_deadlines(),
    "filter": lambda rig: rig.window.panes.cases.toggle_filter(),
    "palette": partial(_go, _C.PALETTE),
    "shortcuts": partial(_go, _C.SHORTCUTS),
    "decision": partial(_go, _C.GO_DECISIONS),
    "decision-many": _many_decisions,
    "deliveries": _every_delivery,
    "history": _delivered,
    "history-empty": partial(_go, _C.GO_HISTORY),
    "left": left_behind,
    "left-empty": partial(_go, _C.GO_LEFT),
    "files": _files,
    "files-outbox": _files_on_their_way,
    "follow-up": _follow_up,
    "templates": _templates,
    "templates-none": _no_templates,
    "sync-details": partial(_go, _C.SYNC_DETAILS),
    "sync-first-load": _first_load,
    "sync-password": partial(_problem, LinkState.SIGN_IN_NEEDED, "sync.auth"),
    "sync-certificate": partial(_problem, LinkState.OFFLINE, "sync.offline.tls"),
    "sync-version": partial(_problem, LinkState.TOO_OLD, "sync.version"),
    "sync-clock-zone": partial(_clock, ClockState.ZONE),
    "sync-clock-back": partial(_clock, ClockState.BACK),
    "sync-digests": partial(_digests, 0),
    "sync-digests-mended": partial(_digests, 3),
    "password-wrong": _password_wrong,
    "entrance-wrong": partial(_entrance, SignInFailed("sign-in.wrong"), False),
    "entrance-certificate": partial(
        _entrance, SyncError(SyncErrorKind.OFFLINE, reason="tls"), False
    ),
    "entrance-passphrase": partial(_entrance, SignInFailed("sign-in.passphrase-wrong"), True),
    "fatal-wrong-key": partial(_fatal, "store.wrong-key"),
    "fatal-read-only": partial(_fatal, "store.read-only"),
    "fatal-work-lost": _work_lost,
    "fatal-work-gone": partial(_fatal, "store.work-gone"),
    "entrance-work-lost": partial(_entrance, _LOST, True),
    "entrance-work-gone": partial(_entrance, StoreUnavailable("store.work-gone"), True),
    "entrance-key-gone": partial(_entrance, StoreUnavailable("store.no-key"), True),
    "work-restored": _restored,
    "long-names": _long_names,
    "locked": _locked,
    "revoked": _revoked,
    "case-gone": a_case_leaves,
    "words-unkept": _unkept,
    "rescued": partial(_report, "store.work-put-back"),
    "cache-lost": partial(_report, "store.cache-lost"),
    "disk-full": partial(_disk, "store.disk-full"),
    "disk-read-only": partial(_disk, "store.read-only"),
    "proxy": _proxy,
    "courier-freight": _freight,
    "courier-key": _other_key,
    "courier-reply": lambda rig: _courier(_brought(), rig),
    "courier-waiting": partial(_courier, Waiting(name="tanggap-ke-pusat-0001.kurir")),
    "courier-carried": partial(
        _courier,
        Carried(reply=Path("/media/usb/tanggap-balasan.kurir"), missing=[1], is_repeated=True),
    ),
    "courier-aside": partial(
        _courier,
        Carried(
            reply=Path("/home/sari/.local/share/tanggap/sari/relay/replies/tanggap-balasan.kurir"),
            missing=[],
            is_repeated=False,
            is_aside=True,
        ),
    ),
    "courier-next": partial(
        _courier, Waiting(name="tanggap-ke-pusat-0002.kurir", waits_for=WaitsFor.OTHERS)
    ),
    "courier-centre-full": partial(
        _courier, Waiting(name="tanggap-ke-pusat-0001.kurir", waits_for=WaitsFor.CENTRE)
    ),
    **{
        f"courier-{code}": partial(_courier, CourierRefused(f"courier.{code}"))
        for code in _COURIER_REFUSALS
    },
}
"""Name -> what to do before the picture is taken."""
