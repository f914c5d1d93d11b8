"""Sealing, blind indexes and the key file."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import crypto, keyring


@pytest.fixture
def ring(tmp_path, settings):
    file = tmp_path / "secret.json"
    file.write_text(json.dumps({"signing": "s", "root": {"k1": "ab" * 32}, "current": "k1"}))
    file.chmod(0o600)
    settings.KEYRING_FILE = file
    keyring.forget()
    yield file
    keyring.forget()


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_unseal_when_untouched_then_the_same(plain, place):
    assert crypto.unseal(crypto.seal(plain, place), place) == plain


def test_seal_when_twice_then_different():
    assert crypto.seal(b"x", b"p") != crypto.seal(b"x", b"p")


def test_unseal_when_moved_then_refused():
    sealed = crypto.seal(b"secret", b"contact\x1fname\x1f1")
    with pytest.raises(crypto.Unsealable):
        crypto.unseal(sealed, b"contact\x1fname\x1f2")


def test_unseal_when_any_byte_flipped_then_refused():
    sealed = crypto.seal(b"secret", b"p")
    for at in range(len(sealed)):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(crypto.Unsealable):
            crypto.unseal(sealed[:at] + other + sealed[at + 1 :], b"p")


def test_unseal_when_cut_then_refused():
    for text in ("", "v1", "v1.k1.", "v1.k1.AAAA", "v2.k1.AAAA"):
        with pytest.raises(crypto.Unsealable):
            crypto.unseal(text, b"p")


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("identity.email", " Foo@MÜNCHEN.de", "foo@xn--mnchen-3ya.de"),
        ("identity.email", "ａｂｃ@example.com", "abc@EXAMPLE.com"),
        ("identity.phone", "138 0013 8000", "+86-13800138000"),
        ("identity.phone", "９５５８８", "95588"),
        ("identity.external", " U-1 ", "u-1"),
    ],
)
def test_blind_index_when_same_meaning_then_equal(name, one, other):
    assert crypto.blind_index(name, one) == crypto.blind_index(name, other)


def test_blind_index_when_other_field_then_different():
    assert crypto.blind_index("identity.email", "a@b.c") != crypto.blind_index("account.email", "a@b.c")


@given(st.text(max_size=80))
def test_blind_index_when_any_text_then_43_characters(text):
    for kind in ("email", "phone", "external"):
        assert len(crypto.blind_index(f"identity.{kind}", text)) == 43


def test_rotate_when_key_added_then_old_values_open_and_index_stays(ring):
    sealed, index = crypto.seal(b"x", b"p"), crypto.blind_index("a.email", "x@y.z")
    assert keyring.add_root_key() == "k2"
    assert crypto.unseal(sealed, b"p") == b"x"
    assert crypto.blind_index("a.email", "x@y.z") == index
    assert crypto.seal(b"x", b"p").startswith("v1.k2.")
    assert ring.stat().st_mode & 0o777 == 0o600


def test_drop_when_key_gone_then_its_values_stay_shut(ring):
    sealed, index = crypto.seal(b"x", b"p"), crypto.blind_index("a.email", "x@y.z")
    keyring.add_root_key()
    keyring.drop_root_key("k1", unless=lambda: "")
    with pytest.raises(crypto.Unsealable):
        crypto.unseal(sealed, b"p")
    assert crypto.blind_index("a.email", "x@y.z") == index


def test_drop_when_current_or_still_used_then_refused(ring):
    keyring.add_root_key()
    with pytest.raises(keyring.KeyringError):
        keyring.drop_root_key("k2", unless=lambda: "")
    with pytest.raises(keyring.KeyringError, match="3 values"):
        keyring.drop_root_key("k1", unless=lambda: "3 values are sealed under it.")
    assert set(keyring.keyring().root) == {"k1", "k2"}


def test_drop_when_retired_key_was_newest_then_its_name_is_not_used_again(ring):
    keyring.add_root_key()
    keyring.drop_root_key("k1", unless=lambda: "")
    assert keyring.add_root_key() == "k3"
