"""The JSON API is the one that docs/api/openapi.json promises; a change of it shows in the diff."""

import difflib

from django.utils import translation

from tests.architecture import openapi


def test_the_api_is_the_one_that_is_kept() -> None:
    with translation.override("en"):
        now = openapi.generated().splitlines()
    kept = openapi.KEPT.read_text(encoding="utf-8").splitlines()
    changed = list(difflib.unified_diff(kept, now, "docs/api/openapi.json", "the code", lineterm="", n=1))
    assert changed[:40] == [], "the API changed; bin/fmt --api writes the description anew"
