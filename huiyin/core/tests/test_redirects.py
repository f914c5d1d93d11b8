"""Where a request may be sent on to."""

import pytest

from huiyin.core.redirects import safe_next

pytestmark = pytest.mark.dry


@pytest.mark.parametrize("target", ["/", "/desk/cases/42/?a=b&c=%2F", "/kb/中文/"])
def test_next_when_our_own_path_then_kept(target):
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *("", "//evil.example", "/\\evil.example", "\\\\evil", "https://evil.example", "javascript:alert(1)"),
        *("/\t/evil", "/a\r\nb", " /x", "/\x00", "evil", "/ /evil"),
    ],
)
def test_next_when_not_our_own_path_then_default(target):
    assert safe_next(target, default="/home") == "/home"
