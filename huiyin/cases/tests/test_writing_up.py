"""A solved case becomes a draft article: once, without anybody in it."""

import pytest

from huiyin.cases import services
from huiyin.cases.services import writing_up
from huiyin.cases.tests import factories
from huiyin.core.errors import Conflict
from huiyin.core.tests.people import signed_in, staff
from huiyin.knowledge.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    factories.organisation()
    return factories.heard("会员没有到账，我的手机是 13800138000")


def test_write_up_when_solved_then_a_masked_draft_once(case) -> None:
    agent = staff("agent")
    services.solve(case, resolution="已为 13800138000 补发，重新登录即可。", by=agent.actor)
    case.refresh_from_db()
    article = writing_up.write_up(case, by=agent.actor)
    assert writing_up.write_up(case, by=agent.actor) == article
    words = article.variants.get(lang="zh").current
    assert (article.status, article.origin, Article.objects.count()) == ("draft", f"case:{case.number}", 1)
    assert "重新登录即可" in words.body
    assert "13800138000" not in f"{words.title}{words.body}{words.questions}"


def test_write_up_when_the_user_has_other_matters_then_asks_what_this_one_asked(case) -> None:
    agent = staff("agent")
    other = factories.heard("发票抬头开错了怎么改", person=factories.Person.of(email="two@example.com"))
    factories.heard("会员又没有到账", person=factories.Person.of(email="two@example.com"))
    services.solve(other, resolution="在订单页重新开票。", by=agent.actor)
    other.refresh_from_db()
    words = writing_up.write_up(other, by=agent.actor).variants.get(lang="zh").current
    assert words.questions == ["发票抬头开错了怎么改"]


def test_write_up_when_there_is_no_solution_then_refuses(case) -> None:
    with pytest.raises(Conflict):
        writing_up.write_up(case, by=staff("agent").actor)
    assert Article.objects.count() == 0


def test_case_article_when_pressed_then_opens_the_editor(case) -> None:
    agent = staff("agent")
    services.solve(case, resolution="重新登录即可。", by=agent.actor)
    client = signed_in(agent)
    page = client.get(f"/desk/cases/{case.number}/").content.decode()
    assert f"/desk/cases/{case.number}/article/" in page
    answer = client.post(f"/desk/cases/{case.number}/article/")
    assert answer.headers["Location"] == f"/desk/knowledge/{Article.objects.get().key}/"
    assert signed_in(staff("auditor")).post(f"/desk/cases/{case.number}/article/").status_code == 403
