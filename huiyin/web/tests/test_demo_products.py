"""How well the names and aliases of products are recognised in what the demo's users write."""

import pytest

from huiyin.language import rules
from huiyin.web.demo import content

SURE = 0.8


def told() -> list[tuple[str, str, float]]:
    """Of each text of each voice: the product it is about, the one that its words name, how sure that is."""
    names = {row.key: (row.zh, row.en, *row.aliases) for row in content.products()}
    found = []
    for voice in content.scripts():
        for text in voice.texts:
            verdict = rules.product(f"{voice.subject}\n{text}", names)
            found.append(
                (voice.product, verdict.label if verdict else "", verdict.confidence if verdict else 0)
            )
    return found


def test_products_when_one_is_named_then_nearly_always_the_right_one():
    sure = [(meant, named) for meant, named, confidence in told() if confidence >= SURE]
    right = sum(meant == named for meant, named in sure)
    assert right / len(sure) == pytest.approx(0.89, abs=0.03)


def test_products_when_texts_are_short_then_a_good_third_names_one():
    found = told()
    assert sum(confidence >= SURE for _meant, _named, confidence in found) / len(found) == pytest.approx(
        0.4, abs=0.03
    )
