# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real Secret Service: GNOME's keyring on a session bus of its own, reached by `keyring`."""

from __future__ import annotations

import gc
import json
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import secretstorage
from keyring.backends import SecretService

from sync.errors import SignInFailed, StoreUnavailable
from sync.services.proxy_settings import ANYWHERE, ProxySettings
from sync.services.session import SignIn, profiles
from sync.store.secrets import SystemKeyring, trusted
from sync.transports.http import HttpService
from sync.wire.messages import SyncRequest
from tests.simulation.link import Link
from tests.support.central import PASSWORD, Office, new_office
from tests.support.office_proxy import OfficeProxy
from tests.support.rawserver import RawServer, http

# keyring leaves the connection to the bus open when it fails; see the session fixture.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

_PATIENCE_S = 20
_SERVER = "http://127.0.0.1:1"
_PASSPHRASE = "kuda putih lari pagi"


@dataclass(frozen=True, slots=True)
class Session:
    """A user's session bus and the unlocked keyring on it."""

    bus: subprocess.Popen[str]
    keyring: subprocess.Popen[bytes]

    def crash(self) -> None:
        """End both at once."""
        for process in (self.keyring, self.bus):
            process.kill()
            process.wait(_PATIENCE_S)

    def lock(self) -> None:
        """Lock the keyring; there is nobody who could answer its question for the password."""
        with closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()

    def secrets(self) -> list[str]:
        """Return everything that the keyring holds for this program, as its own client sees it."""
        with closing(secretstorage.dbus_init()) as bus:
            collection = secretstorage.get_default_collection(bus)
            items = collection.search_items({"service": "tanggap"})
            return [item.get_secret().decode() for item in items]


@contextmanager
def _running_session() -> Iterator[Session]:
    with (
        subprocess.Popen(
            # An abstract socket is gone with its owner; one with a name would stay in /tmp.
            [
                "dbus-daemon",
                "--session",
                "--nofork",
                "--nopidfile",
                "--print-address=1",
                f"--address=unix:abstract=tanggap-{uuid.uuid4()}",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as bus,
        pytest.MonkeyPatch.context() as patch,
    ):
        assert bus.stdout is not None
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
        with subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as keyring:
            assert keyring.stdin is not None
            assert keyring.stdout is not None
            keyring.stdin.write(b"kata sandi masuk komputer")
            keyring.stdin.close()
            keyring.stdout.readline()  # it says where it is, once it is there
            yield Session(bus=bus, keyring=keyring)
            keyring.kill()
        bus.kill()


@pytest.fixture
def session(private_home: Path) -> Iterator[Session]:
    """Give a session whose keyring is unlocked, as after a login."""
    with _running_session() as session:
        yield session
    gc.collect()  # now, not during a test that expects no such warning


@pytest.fixture
def keyring(session: Session) -> SystemKeyring:
    """Give the program's view of it."""
    backend = trusted(SecretService.Keyring())  # type: ignore[no-untyped-call]
    assert backend is not None
    return SystemKeyring(backend)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give a centre."""
    office = new_office(f"sqlite:///{tmp_path / 'central.db'}")
    yield office
    office.database.close()


def _door(office: Office, home: Path, keyring: SystemKeyring) -> SignIn:
    return SignIn(
        home / "tanggap",
        lambda _server: Link(office.centre),
        keyring,
        office.clock,
        lambda: str(uuid.uuid4()),
    )


def test_a_secret_is_kept_replaced_and_forgotten(keyring: SystemKeyring) -> None:
    """The keyring holds one value per name, until it is deleted."""
    assert keyring.get("kunci") is None
    keyring.set("kunci", "pertama")
    keyring.set("kunci", "kedua")
    assert "kedua" == keyring.get("kunci")
    keyring.delete("kunci")
    keyring.delete("kunci")
    assert keyring.get("kunci") is None


def test_key_and_tokens_live_in_the_keyring_only(
    office: Office, private_home: Path, session: Session, keyring: SystemKeyring
) -> None:
    """After a sign-in the keyring holds the key and the tokens; the files hold neither."""
    _door(office, private_home, keyring).sign_in(_SERVER, "agus", PASSWORD).close()
    secrets = session.secrets()
    key = next(secret for secret in secrets if "{" not in secret)
    token = next(secret for secret in secrets if '"refresh"' in secret).split('"')[3]
    files = [path for path in (private_home / "tanggap").rglob("*") if path.is_file()]
    assert (2, 64) == (len(secrets), len(key))
    assert {"cache.db", "profile.json", "vault.json", "work.db"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        for secret in (key.encode(), bytes.fromhex(key), token.encode(), PASSWORD.encode()):
            assert secret not in content, path.name


def test_the_desk_opens_again_without_any_question(
    office: Office, private_home: Path, keyring: SystemKeyring
) -> None:
    """The next start needs neither network nor password, and its exchange uses the kept tokens."""
    office.add_case()
    _door(office, private_home, keyring).sign_in(_SERVER, "agus", PASSWORD).close()
    door = _door(office, private_home, keyring)
    profile = profiles(private_home / "tanggap")[0]
    assert not door.needs_passphrase(profile)
    desk = door.open(profile)
    outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
    held = desk.inbox.counts().held
    desk.close()
    assert (None, 1) == (outcome.failure, held)


def test_a_locked_keyring_asks_for_the_passphrase(
    office: Office, private_home: Path, session: Session, keyring: SystemKeyring
) -> None:
    """Where nobody unlocks the keyring, the passphrase chosen at sign-in opens the files."""
    _door(office, private_home, keyring).sign_in(_SERVER, "agus", PASSWORD, _PASSPHRASE).close()
    session.lock()
    door = _door(office, private_home, keyring)
    profile = profiles(private_home / "tanggap")[0]
    assert door.needs_passphrase(profile)
    with pytest.raises(SignInFailed) as failure:
        door.open(profile)
    assert "sign-in.passphrase-needed" == failure.value.code
    door.open(profile, _PASSPHRASE).close()


def test_who_we_are_to_a_proxy_is_kept_by_the_keyring_alone(
    tmp_path: Path, session: Session, keyring: SystemKeyring
) -> None:
    """The next program gets through without a question; no file of ours holds the password."""
    who = ("kantor.budi", "sandi/kantor")
    with RawServer(http(b'{"now":1}')) as centre, OfficeProxy(centre.port, who) as proxy:
        first = ProxySettings(tmp_path, keyring)
        first.choose(proxy.url)
        first.enter(ANYWHERE, *who)
        proxies = ProxySettings(tmp_path, keyring).proxies
        service = HttpService("http://pusat.invalid", plain_http_allowed=True, proxies=proxies)
        assert 1 == service.sync("t" * 43, SyncRequest()).now
        service.close()
    assert [json.dumps(who)] == session.secrets()
    assert who[1].encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_session_that_crashed_is_a_keyring_that_is_not_there(
    session: Session, keyring: SystemKeyring
) -> None:
    """Reading gives nothing and keeping is refused with a code; neither is a crash of ours."""
    keyring.set("kunci", "rahasia")
    session.crash()
    assert keyring.get("kunci") is None
    with pytest.raises(StoreUnavailable) as failure:
        keyring.set("kunci", "rahasia")
    assert "store.keyring-refused" == failure.value.code
