"""What the assistant knows by heart: phrasings that articles bring along, and those that visitors taught."""

import pytest

from huiyin.assistant import services
from huiyin.assistant.models import Phrasing
from huiyin.assistant.ranking import ranker
from huiyin.assistant.ranking.index import Asked, Index, Phrase
from huiyin.assistant.selectors import catalogue, finding
from huiyin.assistant.tests.factories import asked, begun, help_centre
from huiyin.cases.tests.factories import organisation
from huiyin.core.actors import SYSTEM
from huiyin.knowledge import services as knowledge
from huiyin.knowledge.services import vectors
from huiyin.knowledge.tests.factories import FineEncoder, use_tiny_encoders
from huiyin.language.tests.factories import HashEncoder

pytestmark = pytest.mark.django_db
TAUGHT = "我要退我的钱"


@pytest.fixture(autouse=True)
def company() -> None:
    organisation()
    catalogue.forget_index()


@pytest.fixture
def here(settings, monkeypatch) -> dict[str, HashEncoder]:
    """The encoders beside the first one."""
    return use_tiny_encoders(settings, monkeypatch)


def known() -> set[str]:
    """The articles in the index as it stands now."""
    catalogue.forget_index()
    return set(catalogue.index().articles)


def read_by() -> list[tuple[str, str]]:
    """Who has read each phrasing that was taught."""
    return list(catalogue.learnt().values_list("model", "fine_model"))


def test_index_follows_what_everybody_may_read() -> None:
    made = help_centre()
    every = {str(article.id) for article in made.values()}
    invoice, refund = made["invoice"], made["refund"]
    assert known() == every
    knowledge.archive(invoice, by=SYSTEM)
    assert known() == every - {str(invoice.id)}
    knowledge.describe(refund, {"visibility": "staff"}, by=SYSTEM)
    assert known() == every - {str(invoice.id), str(refund.id)}
    knowledge.publish(invoice, by=SYSTEM)
    assert known() == every - {str(refund.id)}


def test_index_when_all_is_read_then_ranks_as_its_phrasings_by_hand_do(here: dict[str, HashEncoder]) -> None:
    """Titles and known questions with the vectors of both encoders: candidates, scores and confidence are equal."""
    here["quality"] = FineEncoder()
    made = help_centre()
    vectors.fill()
    words = [
        (str(article.id), text)
        for article in made.values()
        for shown in article.variants.select_related("published")
        for text in (shown.published.title, *shown.published.questions)
    ]
    told = {
        name: [row.tobytes() for row in encoder.encode([text for _article, text in words])]
        for name, encoder in (("builtin", HashEncoder()), ("quality", here["quality"]))
    }
    by_hand = Index(
        [
            Phrase(article, text, "zh", {name: rows[place] for name, rows in told.items()})
            for place, (article, text) in enumerate(words)
        ]
    )
    texts = ["密码不记得了", "退款什么时候到", "发票怎么开", "会员有什么用"]
    found = finding.find_many(texts)
    assert [each.mode for each in found] == ["both"] * 4
    assert found == [
        ranker.shipped().find(
            by_hand,
            Asked(
                text,
                {
                    "builtin": HashEncoder().encode([text])[0].tobytes(),
                    "quality": FineEncoder().encode([text])[0].tobytes(),
                },
            ),
        )
        for text in texts
    ]


def test_learn_when_the_article_is_asked_for_so_already_then_nothing_is_kept() -> None:
    made, dialogue = help_centre(), begun()
    assert services.learn(asked(dialogue, "退款怎么操作"), article=made["refund"]) is None
    assert not Phrasing.objects.exists()


def test_learn_when_it_was_taught_before_then_it_is_one() -> None:
    made, dialogue = help_centre(), begun()
    first = services.learn(asked(dialogue, TAUGHT), article=made["refund"])
    assert services.learn(asked(dialogue, TAUGHT), article=made["refund"]) == first
    assert Phrasing.objects.count() == 1


def test_embed_lets_each_encoder_read_what_was_taught_and_the_better_one_when_it_comes(
    here: dict[str, HashEncoder],
) -> None:
    made, dialogue = help_centre(), begun()
    services.learn(asked(dialogue, TAUGHT), article=made["refund"])
    assert (services.embed(), services.embed(), read_by()) == (1, 0, [("hash/1", "")])
    here["quality"] = FineEncoder()
    assert (services.embed(), services.embed(), read_by()) == (1, 0, [("hash/1", "fine/1")])


def test_find_when_a_visitor_taught_the_words_then_they_lead_to_the_article(
    here: dict[str, HashEncoder],
) -> None:
    made, dialogue = help_centre(), begun()
    vectors.fill()
    (before,) = finding.find_many([TAUGHT])
    services.learn(asked(dialogue, TAUGHT), article=made["invoice"])
    services.embed()
    (after,) = finding.find_many([TAUGHT])
    assert before.candidates[0].article != str(made["invoice"].id)
    assert after.candidates[0].article == str(made["invoice"].id)


def test_index_when_an_earlier_version_left_copies_then_they_say_nothing() -> None:
    made = help_centre()
    variant = made["refund"].variants.get()
    Phrasing.objects.create(variant=variant, kind="title", text="怎么买会员")
    catalogue.forget_index()
    assert len(catalogue.index().words.closeness("会员")[0]) == 8
