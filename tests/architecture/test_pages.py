"""Every route that a browser can open is looked at by axe in a real browser, or named with the reason why not."""

from tests.architecture import source
from tests.browser import pages


def test_every_readable_route_is_a_page_with_an_address_or_named_as_none() -> None:
    lost = [
        path
        for path, _whose in pages.readable()
        if "<" in path and path not in pages.ADDRESSES and path not in pages.NO_PAGES
    ]
    source.expect_none(f"{path}: give it an address in tests/browser/pages.py" for path in lost)


def test_what_is_named_is_a_readable_route_and_named_once() -> None:
    known = {path for path, _whose in pages.readable()}
    source.expect_none(sorted({*pages.ADDRESSES, *pages.NO_PAGES} - known))
    source.expect_none(sorted(set(pages.ADDRESSES) & set(pages.NO_PAGES)))


def test_each_reader_has_pages_to_look_at() -> None:
    class Anything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return key

    counted = {who: len(pages.addresses(who, Anything())) for who in ("public", "portal", "staff")}
    named = sum(len(each) - 1 for each in pages.ADDRESSES.values())
    assert sum(counted.values()) == len(list(pages.readable())) - len(pages.NO_PAGES) + named
    assert min(counted.values()) > 5
