"""What makes a password good enough, offline: lists, people's numbers, a list of one's own."""

import hashlib

import pytest
from django.core.exceptions import ValidationError

from huiyin.accounts import breached, syschecks
from huiyin.accounts.passwords import HardToGuess, Length, NotCommon, is_known

GOOD = (
    "lilac harbour eleven",
    "紫藤花架下的第三只猫",
    "Wb7#kq2Lz!",
    "correct staple, battery",
    "13aWeekOnTheMoon",
)


@pytest.mark.parametrize(
    "password",
    [
        "password123",  # Django's list
        "asdfghjkl123456",
        "iloveyou5201314",
        "trustno1trustno1",  # the package's
        "1q2w3e4r5t6y",
        "MiChAeLJaCkSoN",  # the package's, in other letters
        "woaini1314",
        "wang123456",
        "zhangwei520",
        "5201314abc",
        "13800138000",  # whose number it is knows everybody who calls it
        "8613800138000",
        "11010519491231002x",
        "PASSW0RD!!!",
    ],
)
def test_password_when_attackers_try_it_first_then_known(password) -> None:
    assert is_known(password)
    with pytest.raises(ValidationError) as refused:
        NotCommon().validate(password)
    assert refused.value.code == "password_common"


@pytest.mark.parametrize("password", GOOD)
def test_password_when_a_sentence_or_made_by_a_machine_then_good(password) -> None:
    assert not is_known(password)
    for rule in (Length(), NotCommon(), HardToGuess()):
        rule.validate(password)


def digest(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


@pytest.fixture
def listed() -> list[str]:
    return [f"a quiet river {n}" for n in range(200)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("size", [1, 2, 3, 199, 200])
def test_own_list_finds_each_of_its_own_and_nothing_else(tmp_path, listed, size, end) -> None:
    path = tmp_path / "pwned.txt"
    lines = sorted(f"{digest(each)}:{n * 37}" for n, each in enumerate(listed[:size]))
    path.write_bytes(end.join([*lines, ""]).encode())
    assert all(breached.is_in(path, each) for each in listed[:size])
    assert not any(breached.is_in(path, each.upper()) for each in listed)
    assert not any(breached.is_in(path, each) for each in listed[size:])


def test_own_list_when_named_then_its_passwords_are_refused(tmp_path, settings) -> None:
    settings.PASSWORD_LIST = tmp_path / "own.txt"
    settings.PASSWORD_LIST.write_text(digest(GOOD[0]).lower())  # without a count, a last line end, capitals
    assert [is_known(each) for each in GOOD[:2]] == [True, False]
    settings.PASSWORD_LIST = None
    assert not is_known(GOOD[0])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{digest('a')}:1\n{digest('b')}:2\n", ""),
        (f"{digest('a')}\n", ""),
        (f"{digest('b')}:1\n{digest('a')}:2\n", "is not ordered by hash"),
        ("password\n123456\n", "has no SHA-1 hashes"),
        ("", "has no SHA-1 hashes"),
        (None, "cannot be read"),
    ],
)
def test_check_says_why_a_list_cannot_serve(tmp_path, settings, text, fault) -> None:
    settings.PASSWORD_LIST = tmp_path / "own.txt"
    if text is not None:
        settings.PASSWORD_LIST.write_text(text)
    found = [each.msg for each in syschecks.password_list_serves(None)]
    assert len(found) == bool(fault)
    assert all(fault in each for each in found)
