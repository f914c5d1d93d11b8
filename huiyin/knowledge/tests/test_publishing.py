"""The way from draft to readers: who may, what the other language has to follow, what is remembered."""

import pytest

from huiyin.accounts.models import User
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.core.models.journal import JournalEntry
from huiyin.core.tests.people import signed_in
from huiyin.knowledge import selectors, services
from huiyin.knowledge.models import Article, Review
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db
ZH, ZH_AGAIN = Words("如何退款", "三天"), Words("如何退款", "五天")
EN, EN_AGAIN = Words("Refunds", "Three days"), Words("Refunds", "Five days")


def drafted(by: User) -> Article:
    return services.draft(ZH, lang="zh", category=services.shelve("refund"), key="refund", by=by.actor)


def behind(article: Article) -> str:
    return selectors.behind(selectors.latest(article))


def told() -> list[str]:
    return list(JournalEntry.objects.filter(subject_kind="article").values_list("name", flat=True))


def test_publish_when_own_words_then_refuses_and_nothing_changes() -> None:
    senior = factories.person("senior")
    article = drafted(senior)
    with pytest.raises(Forbidden) as refused:
        services.publish(article, by=senior.actor)
    article.refresh_from_db()
    assert (refused.value.code, article.status) == ("second_look_missing", "draft")
    assert told() == ["article.written"]


def test_publish_when_somebody_else_then_the_review_is_answered() -> None:
    author, reviewer = factories.person("senior"), factories.person("supervisor")
    article = drafted(author)
    services.submit(article, note="数字请核对", by=author.actor)
    services.publish(article, by=reviewer.actor)
    review = Review.objects.get()
    assert (article.status, review.verdict, review.asked_by, review.answered_by, review.note) == (
        "published",
        "published",
        author,
        reviewer,
        "数字请核对",
    )
    assert JournalEntry.objects.get(name="article.published").data["is_own_word"] is False


def test_publish_when_manager_alone_then_the_history_says_so() -> None:
    manager = factories.person("manager")
    article = drafted(manager)
    services.publish(article, by=manager.actor)
    assert JournalEntry.objects.get(name="article.published").data["is_own_word"] is True
    assert (selectors.past_of(article)[0].who, selectors.past_of(article)[0].icon) == (str(manager), "check")


def test_publish_when_a_colleague_wrote_last_then_the_first_author_may() -> None:
    first, last = factories.person("senior"), factories.person("senior")
    article = drafted(first)
    services.write(article, ZH_AGAIN, lang="zh", by=last.actor)
    with pytest.raises(Forbidden):
        services.publish(article, by=last.actor)
    services.publish(article, by=first.actor)
    assert article.variants.get().published.body == "五天"


def test_submit_when_asked_twice_then_one_review() -> None:
    article = factories.article()
    services.submit(article, by=SYSTEM)
    services.submit(article, by=SYSTEM)
    assert (Review.objects.count(), told()[1:]) == (1, ["article.submitted"])


def test_submit_when_published_with_new_words_then_readers_keep_the_old_ones() -> None:
    article = factories.published()
    services.write(article, ZH_AGAIN, lang="zh", by=SYSTEM)
    services.submit(article, by=SYSTEM)
    variant = article.variants.get()
    assert (article.status, variant.published.title, Review.objects.get().verdict) == (
        "published",
        factories.REFUND.title,
        "open",
    )


def test_send_back_when_in_review_then_draft_again_with_the_word() -> None:
    author, reviewer = factories.person("agent"), factories.person("senior")
    article = drafted(author)
    services.submit(article, by=author.actor)
    with pytest.raises(Invalid):
        services.send_back(article, note="  ", by=reviewer.actor)
    services.send_back(article, note="少了到账时间", by=reviewer.actor)
    review = Review.objects.get()
    assert (article.status, review.verdict, review.answer) == ("draft", "returned", "少了到账时间")
    step = selectors.past_of(article)[0]
    assert (step.who, step.note) == (str(reviewer), "少了到账时间")
    with pytest.raises(Conflict):
        services.send_back(article, note="再一次", by=reviewer.actor)


def test_behind_when_either_language_leads_then_the_other_follows() -> None:
    article = factories.article(ZH)
    services.write(article, EN, lang="en", by=SYSTEM)
    assert behind(article) == ""
    services.write(article, ZH_AGAIN, lang="zh", by=SYSTEM)
    assert behind(article) == "en"
    services.write(article, EN_AGAIN, lang="en", by=SYSTEM)
    assert behind(article) == ""
    services.write(article, Words("Refunds", "Six days"), lang="en", by=SYSTEM)
    assert behind(article) == "zh"
    services.reaffirm(article, lang="zh", by=SYSTEM)
    assert behind(article) == ""


def test_reaffirm_when_not_behind_then_nothing_is_written() -> None:
    article = factories.article(ZH)
    services.write(article, EN, lang="en", by=SYSTEM)
    before = told()
    services.reaffirm(article, lang="zh", by=SYSTEM)
    assert (told(), behind(article)) == (before, "")


def test_reading_for_when_english_moved_on_then_the_chinese_says_so() -> None:
    article = factories.article(ZH, key="refund")
    services.write(article, EN, lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    services.write(article, EN_AGAIN, lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    stale = {lang: selectors.reading_for(None, "refund", lang=lang).is_stale for lang in ("zh", "en")}
    assert stale == {"zh": True, "en": False}


def test_editor_when_own_words_then_offers_a_review_and_no_publication() -> None:
    senior, reviewer = factories.person("senior"), factories.person("senior")
    drafted(senior)
    own = signed_in(senior).get("/desk/knowledge/refund/").content.decode()
    other = signed_in(reviewer).get("/desk/knowledge/refund/").content.decode()
    assert ("/refund/review/" in own, "/refund/publication/" in own) == (True, False)
    assert "/refund/publication/" in other
    assert signed_in(senior).post("/desk/knowledge/refund/publication/").status_code == 403


def test_editor_when_sent_back_by_page_then_the_author_reads_why() -> None:
    author, reviewer = factories.person("agent"), factories.person("senior")
    drafted(author)
    signed_in(author).post("/desk/knowledge/refund/review/", {"note": "请看", "lang": "zh"})
    page = signed_in(reviewer).get("/desk/knowledge/refund/").content.decode()
    assert ("请看" in page, str(author) in page) == (True, True)
    signed_in(reviewer).post("/desk/knowledge/refund/return/", {"note": "少了时间", "lang": "zh"})
    assert "少了时间" in signed_in(author).get("/desk/knowledge/refund/").content.decode()
    assert Article.objects.get().status == "draft"


def test_return_when_no_word_is_given_then_told_and_unchanged() -> None:
    author, reviewer = factories.person("agent"), factories.person("senior")
    services.submit(drafted(author), by=author.actor)
    answer = signed_in(reviewer).post("/desk/knowledge/refund/return/", {"note": "", "lang": "zh"})
    assert (answer.status_code, Review.objects.get().verdict) == (302, "open")
    assert signed_in(author).post("/desk/knowledge/refund/return/", {"note": "x"}).status_code == 403
