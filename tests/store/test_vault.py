# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key of the files: behind the keyring, behind a passphrase, or behind both."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from typing_extensions import override

from sync.errors import SignInFailed, StoreUnavailable
from sync.store.local import LocalStore
from sync.store.secrets import PrefixedSecrets, SystemKeyring, trusted
from sync.store.vault import Vault
from tests.support.keyring import MemoryKeyring

PASSPHRASE = "kereta malam ke Bogor"


@pytest.fixture
def ring() -> MemoryKeyring:
    """Give an empty keyring."""
    return MemoryKeyring()


def test_a_keyring_spares_the_passphrase(folder: Path, ring: MemoryKeyring) -> None:
    """The same key comes back; nothing of it is in the folder."""
    key = Vault(folder, ring).create(None)
    assert 32 == len(key)
    assert key == Vault(folder, ring).open()
    assert not Vault(folder, ring).needs_passphrase
    content = (folder / "vault.json").read_bytes()
    assert key not in content
    assert key.hex().encode() not in content


def test_keys_differ(tmp_path: Path, ring: MemoryKeyring) -> None:
    """Every profile has its own."""
    assert Vault(tmp_path / "a", ring).create(None) != Vault(tmp_path / "b", ring).create(None)
    assert Vault(tmp_path / "a", ring).open() != Vault(tmp_path / "b", ring).open()


def test_without_a_keyring_there_must_be_a_passphrase(folder: Path) -> None:
    """Never plain text."""
    for passphrase in (None, ""):
        with pytest.raises(SignInFailed) as caught:
            Vault(folder, None).create(passphrase)
        assert "sign-in.passphrase-needed" == caught.value.code
    assert not Vault(folder, None).exists


def test_a_passphrase_opens_without_a_keyring(folder: Path) -> None:
    """However it was composed when typed."""
    key = Vault(folder, None).create("malam é")
    vault = Vault(folder, None)
    assert vault.needs_passphrase
    assert key == vault.open("malam e\u0301")
    with pytest.raises(SignInFailed) as caught:
        vault.open()
    assert "sign-in.passphrase-needed" == caught.value.code


def test_a_wrong_passphrase_is_told(folder: Path, ring: MemoryKeyring) -> None:
    """Also where the keyring would have opened."""
    Vault(folder, ring).create(PASSPHRASE)
    with pytest.raises(SignInFailed) as caught:
        Vault(folder, ring).open("kereta pagi")
    assert "sign-in.passphrase-wrong" == caught.value.code


def test_a_lost_keyring_is_made_good_by_the_passphrase(folder: Path, ring: MemoryKeyring) -> None:
    """The next start needs none."""
    key = Vault(folder, ring).create(PASSPHRASE)
    ring.lose()
    assert Vault(folder, ring).needs_passphrase
    assert key == Vault(folder, ring).open(PASSPHRASE)
    assert key == Vault(folder, ring).open()


@pytest.mark.parametrize("entry", [None, "bukan heksadesimal", "00" * 32])
def test_a_keyring_that_lost_the_only_key_is_told(
    folder: Path, ring: MemoryKeyring, entry: str | None
) -> None:
    """Gone, spoilt, or the key of an older profile of that name."""
    Vault(folder, ring).create(None)
    ring.lose()
    if entry is not None:
        ring.set(folder.name, entry)
    with pytest.raises(StoreUnavailable) as caught:
        Vault(folder, ring).open()
    assert "store.no-key" == caught.value.code


def test_a_keyring_that_refuses_makes_no_vault(folder: Path, ring: MemoryKeyring) -> None:
    """A key that nobody keeps must not encrypt anything."""
    ring.refuses = True
    with pytest.raises(StoreUnavailable):
        Vault(folder, ring).create(None)
    assert not Vault(folder, ring).exists
    key = Vault(folder, ring).create(PASSPHRASE)
    assert key == Vault(folder, ring).open(PASSPHRASE)


def test_a_passphrase_can_be_added_and_changed(folder: Path, ring: MemoryKeyring) -> None:
    """The key stays, the door is another."""
    vault = Vault(folder, ring)
    key = vault.create(None)
    vault.set_passphrase(key, "lama")
    vault.set_passphrase(key, PASSPHRASE)
    ring.lose()
    assert key == Vault(folder, None).open(PASSPHRASE)
    with pytest.raises(SignInFailed):
        Vault(folder, None).open("lama")


def test_the_vault_is_for_its_owner_only(folder: Path, ring: MemoryKeyring) -> None:
    """Nobody else on the computer can try passphrases."""
    Vault(folder, ring).create(PASSPHRASE)
    assert 0o600 == stat.S_IMODE((folder / "vault.json").stat().st_mode)


def test_a_missing_or_spoilt_vault_is_told(folder: Path, ring: MemoryKeyring) -> None:
    """The files cannot be opened without it."""
    for content in (None, b"{}", b"\xff"):
        if content is not None:
            (folder / "vault.json").write_bytes(content)
        with pytest.raises(StoreUnavailable) as caught:
            Vault(folder, ring).open()
        assert "store.no-key" == caught.value.code


def test_a_spoilt_vault_keeps_nobody_out_whose_keyring_has_the_key(
    folder: Path, ring: MemoryKeyring
) -> None:
    """One door is left, and a passphrase can be set anew; another's key opens nothing."""
    key = Vault(folder, ring).create(PASSPHRASE)
    for content in (b"", b"{}"):
        (folder / "vault.json").write_bytes(content)
        assert not Vault(folder, ring).needs_passphrase
        assert key == Vault(folder, ring).open()
    Vault(folder, ring).set_passphrase(key, PASSPHRASE)
    assert key == Vault(folder, None).open(PASSPHRASE)
    (folder / "vault.json").unlink()
    ring.set(folder.name, "00" * 31)
    with pytest.raises(StoreUnavailable, match=r"store\.no-key"):
        Vault(folder, ring).open()


def test_tokens_go_to_the_keyring_or_to_the_work_file(
    folder: Path, ring: MemoryKeyring, store: LocalStore
) -> None:
    """Never anywhere else."""
    for secrets in (Vault(folder, ring).secrets(store.secrets), store.secrets):
        assert secrets.get("refresh") is None
        secrets.set("refresh", "t-1")
        secrets.set("refresh", "t-2")
        assert "t-2" == secrets.get("refresh")
        secrets.delete("refresh")
        secrets.delete("refresh")
        assert secrets.get("refresh") is None
    assert Vault(folder, None).secrets(store.secrets) is store.secrets


def test_profiles_share_a_keyring_without_meeting(ring: MemoryKeyring) -> None:
    """Each has names of its own."""
    PrefixedSecrets(ring, "a").set("refresh", "satu")
    assert PrefixedSecrets(ring, "b").get("refresh") is None


# -------------------------------------------------------------------------- the system's keyring


class ScriptedBackend(KeyringBackend):
    """A backend that keeps entries by service and user, or raises what a test says."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring has no annotations here
        self.entries: dict[tuple[str, str], str] = {}
        self.error: keyring.errors.KeyringError | None = None

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    @override
    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.entries.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.entries[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.entries[service, username]


def test_entries_are_named_by_program_and_profile() -> None:
    """Whoever looks into the keyring sees whose they are."""
    backend = ScriptedBackend()
    SystemKeyring(backend).set("profil-1", "rahasia")
    assert {("tanggap", "profil-1"): "rahasia"} == backend.entries
    assert "rahasia" == SystemKeyring(backend).get("profil-1")
    SystemKeyring(backend).delete("profil-1")
    assert {} == backend.entries


def test_a_locked_keyring_has_nothing_and_keeps_nothing() -> None:
    """The officer would not unlock it: that is no crash."""
    backend = ScriptedBackend()
    backend.error = keyring.errors.KeyringLocked()
    assert SystemKeyring(backend).get("profil-1") is None
    SystemKeyring(backend).delete("profil-1")
    with pytest.raises(StoreUnavailable) as caught:
        SystemKeyring(backend).set("profil-1", "rahasia")
    assert "store.keyring-refused" == caught.value.code


@pytest.mark.parametrize(
    "backend",
    [
        keyring.backends.null.Keyring,
        keyring.backends.fail.Keyring,
        keyring.backends.chainer.ChainerBackend,
        ScriptedBackend,
    ],
)
def test_backends_that_do_not_encrypt_are_no_keyring(
    backend: Callable[[], KeyringBackend],
) -> None:
    """Nothing, failure, an empty chain, and whatever a plug-in brings, such as plain text."""
    assert trusted(backend()) is None
