"""The console of the models over HTTP: who sees it, what it says of unproved models, judging, the way back."""

import pytest

from huiyin.core.tests.people import signed_in, staff
from huiyin.language.classify import TextClassifier, frozen
from huiyin.language.models import Example, ModelVersion, Sample
from huiyin.language.services import registry, reviewing
from huiyin.language.tests.factories import HashEncoder
from huiyin.language.tests.test_reviewing import offered
from huiyin.language.verdicts import Example as Row

pytestmark = pytest.mark.django_db


def version(times: int = 6) -> ModelVersion:
    encoder = HashEncoder()
    rows = [Row(f"蒸汽棒不出汽{i}", "machine") for i in range(times)]
    rows += [Row(f"豆子发苦{i}", "beans") for i in range(times)]
    classifier = TextClassifier("coffee", encoder.id)
    classifier.fit(rows, encoder.encode([row.text for row in rows]))
    return registry.keep_candidate(classifier.card, frozen(classifier))


@pytest.fixture
def waiting(monkeypatch) -> Sample:
    monkeypatch.setattr(reviewing, "ONE_IN", 1 << 62)
    (sample,) = offered(1, sure=0.45, runner=0.4)
    return sample


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 403), ("senior", 200), ("auditor", 200), ("admin", 200)]
)
def test_shows_models_when_role_may_then_page(role: str, status: int) -> None:
    assert signed_in(staff(role)).get("/desk/models/").status_code == status


def test_says_so_when_too_little_is_judged() -> None:
    version()
    page = signed_in(staff()).get("/desk/models/coffee/", headers={"Accept-Language": "en"}).content.decode()
    assert "Not enough data to prove its quality." in page
    assert "Use this version" in page


def test_task_when_unknown_then_absent() -> None:
    assert signed_in(staff()).get("/desk/models/nothing/").status_code == 404


def test_uses_version_when_pressed_twice_then_live_and_kept() -> None:
    chosen = version()
    client = signed_in(staff())
    for _press in range(2):
        assert client.post(f"/desk/models/versions/{chosen.id}/use/").status_code == 302
    chosen.refresh_from_db()
    assert (chosen.state, chosen.is_kept) == ("live", True)
    client.post("/desk/models/coffee/learning/")
    chosen.refresh_from_db()
    assert chosen.is_kept is False


@pytest.mark.parametrize("role", ["senior", "auditor"])
def test_uses_version_when_role_may_not_then_refused(role: str) -> None:
    chosen = version()
    assert signed_in(staff(role)).post(f"/desk/models/versions/{chosen.id}/use/").status_code == 403
    chosen.refresh_from_db()
    assert chosen.state == "candidate"


def test_review_when_text_waits_then_shown_masked_and_blind(waiting: Sample) -> None:
    waiting.text = "打我电话13812345678，闪退"
    waiting.save()
    page = signed_in(staff("senior")).get("/desk/models/review/").content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    assert 'data-press="1"' in page
    assert "45" not in page.split("<blockquote")[1].split("</form>")[0].replace("5678", "")


def test_judges_when_label_is_pressed_then_example_and_told(waiting: Sample) -> None:
    client = signed_in(staff("senior"))
    answer = client.post(f"/desk/models/review/{waiting.id}/", {"label": "order", "done": "3"}, follow=True)
    assert answer.redirect_chain[-1][0].endswith(
        "done=4&told=" + answer.redirect_chain[-1][0].split("told=")[1]
    )
    example = Example.objects.get()
    assert (example.label, example.shown_label, example.part) == ("order", "bug", "taught")
    again = client.post(f"/desk/models/review/{waiting.id}/", {"label": "bug", "done": "4"})
    assert (again.status_code, Example.objects.count()) == (302, 1)


def test_judges_when_label_is_unknown_then_refused(waiting: Sample) -> None:
    client = signed_in(staff("senior"))
    assert client.post(f"/desk/models/review/{waiting.id}/", {"label": "nonsense"}).status_code == 400
    assert Example.objects.count() == 0


def test_skips_when_nobody_can_tell_then_next(waiting: Sample) -> None:
    signed_in(staff("senior")).post(f"/desk/models/review/{waiting.id}/", {"done": "0"})
    waiting.refresh_from_db()
    assert (waiting.state, Example.objects.count()) == ("skipped", 0)


def test_review_when_role_may_not_read_words_then_refused(waiting: Sample) -> None:
    client = signed_in(staff("auditor"))
    assert client.get("/desk/models/review/").status_code == 403
    assert client.post(f"/desk/models/review/{waiting.id}/", {"label": "order"}).status_code == 403
