"""The finder of canaries finds them; a proof that cannot fail proves nothing."""

import base64
import json

import pytest

from tests.machinery.canaries import sightings

SAID = "to ALPHAcanaryname, as was said"
WAYS = {
    "plain": SAID.encode(),
    "folded": SAID.lower().encode(),
    "json": json.dumps({"a": SAID}).encode(),
    "utf-16": b"\xff" + SAID.encode("utf-16-be"),
    "hex": SAID.encode().hex().encode(),
    "HEX": SAID.encode().hex().upper().encode(),
    **{f"base64 {n}": base64.b64encode(b"x" * n + SAID.encode()) for n in range(3)},
    "url-safe base64": base64.urlsafe_b64encode(SAID.encode()),
}


@pytest.mark.dry
@pytest.mark.parametrize("way", WAYS)
def test_look_for_a_canary_when_it_is_written_in_some_way_then_it_is_seen(way):
    assert sightings(WAYS[way], "alpha") != []
    assert sightings(WAYS[way], "bravo") == []


@pytest.mark.dry
def test_look_for_a_canary_when_there_are_two_then_both_are_named():
    assert sightings(b"ALPHAcanaryone\x00 alphacanarytwo", "alpha") == ["alphacanaryone", "alphacanarytwo"]
