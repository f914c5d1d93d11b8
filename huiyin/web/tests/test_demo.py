"""The demo: its words are whole and harmless, its story is always the same, and what it leaves is sound."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import chain
from urllib.parse import parse_qsl

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from huiyin.accounts.models import Contact, Identity, User
from huiyin.accounts.selectors import forget_directory
from huiyin.accounts.services import create_user
from huiyin.cases import worktime
from huiyin.cases.models import CASES, Case, Clock, Confirmation, Mention, Note, SavedView, Status
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.inbox import Filters, filtered
from huiyin.cases.selectors.rulebook import forget_rulebook, hours_in
from huiyin.conversations.models import Message
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict
from huiyin.core.models import JournalEntry
from huiyin.knowledge.models import Article
from huiyin.language import packs
from huiyin.voices.models import Kind, RawInput, Source, Voice
from huiyin.web.demo import content, load, plot
from huiyin.web.demo.words import fill, values

NOON = datetime(2026, 3, 18, 4, 20, tzinfo=UTC)
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+\.[\w.-]+)")


def all_texts():
    for script in content.scripts():
        yield from (*script.texts, *script.replies, *script.followups, *script.notes)
        yield from (script.subject, script.resolution, script.workaround)
        yield from (answer.comment for answer in (*script.settled, *script.unsettled))
    for article in content.articles():
        yield from (article.title, article.body, *article.questions)


def test_articles_when_read_then_forty_are_there_in_both_languages():
    langs = Counter(article.id for article in content.articles())
    assert (len(langs), set(langs.values())) == (40, {2})
    for article in content.articles():
        words = article.body.split() if article.lang == "en" else re.findall(r"[一-鿿]", article.body)
        assert 150 <= len(words) <= 420, (article.id, article.lang, len(words))
        assert len(article.questions) >= 3


def test_articles_when_read_then_shelf_and_product_are_known():
    shelves = {shelf.key for shelf in content.shelves()}
    products = {product.key for product in content.products()} | {""}
    assert {article.category for article in content.articles()} == shelves
    assert {article.product for article in content.articles()} <= products
    assert {article.visibility for article in content.articles()} == {"public", "staff"}


def test_company_when_read_then_it_has_the_promised_size():
    sizes = [len(content.lines()), len(content.products()), len(content.members()), len(content.customers())]
    assert sizes == [3, 12, 25, 120]
    assert len({member.username for member in content.members()}) == 25
    assert {team.key for team in content.teams()} == set(chain(*(each.teams for each in content.members())))


def test_scripts_when_read_then_every_reference_is_known():
    categories = {label.key for label in packs.labels("category")}
    articles = {article.id for article in content.articles()} | {""}
    products = {product.key for product in content.products()}
    for script in content.scripts():
        assert script.category in categories, script.key
        assert script.kind in Kind.values, script.key
        assert set(script.via) <= set(Source.values), script.key
        assert script.product in products and script.article in articles, script.key
    assert len({script.key for script in content.scripts()}) == len(content.scripts()) >= 160
    assert set(chain(*(script.via for script in content.scripts()))) == set(Source.values)


def test_scripts_when_filled_then_no_slot_is_left():
    chance = plot.Random("test")
    for script in content.scripts():
        known = values(script, content.customers()[0], NOON, chance)
        for text in (*script.texts, *script.replies, *script.notes, script.resolution, script.workaround):
            assert not set("{}") & set(fill(text, known, agent="李明")), script.key


def test_content_when_searched_then_no_real_looking_number_or_address_is_in_it():
    numbers = [customer.phone for customer in content.customers() if customer.phone]
    assert all(re.fullmatch(r"1540000\d{4}|\+120255501\d\d", number) for number in numbers)
    assert {customer.email.partition("@")[2] for customer in content.customers()} == {"", "example.com"}
    whole = "\n".join(all_texts())
    assert MOBILE.findall(whole) == []
    assert [host for host in ADDRESS.findall(whole) if host != "example.com"] == []


def test_story_when_written_twice_then_it_is_the_same():
    assert plot.write(NOON) == plot.write(NOON)
    assert len(plot.write(NOON)) == len(plot.write(NOON + timedelta(hours=9)))


@pytest.mark.parametrize("hour", [0, 6, 12, 18])
def test_story_when_written_at_any_hour_then_it_spans_two_months_and_ends_now(hour):
    now = NOON.replace(hour=hour)
    stories = plot.write(now)
    steps = [step for story in stories for step in story.steps]
    said = sum(step.verb in {"hear", "receive"} for step in steps)
    assert 850 <= said <= 950
    assert timedelta(minutes=1) < now - max(story.opened_at for story in stories) < timedelta(minutes=5)
    assert timedelta(days=50) < now - min(story.opened_at for story in stories) < timedelta(days=61)
    assert max(step.at for step in steps) <= now
    assert {story.source for story in stories} == set(Source.values)
    english = sum(story.script.lang == "en" for story in stories) / len(stories)
    assert 0.15 < english < 0.25


def test_story_when_read_from_its_end_then_nobody_repeats_anybody():
    newest = sorted(plot.write(NOON), key=lambda story: story.opened_at)[-100:]
    assert len({story.text for story in newest}) == 100
    assert max(Counter(story.script.key for story in newest).values()) == 1


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo with a shorter past, loaded once for all tests of this module that only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_rulebook()
        forget_directory()
        yield load.load(old=40)
        transaction.set_rollback(True)
    forget_rulebook()
    forget_directory()


def test_load_when_done_then_everything_is_counted(demo):
    assert demo.cases == Case.objects.count() == len(plot.write(NOON, old=40))
    assert demo.voices == Voice.objects.count() == RawInput.objects.exclude(voice=None).count()
    assert demo.articles == Article.objects.filter(status=Article.Status.PUBLISHED).count() == 40
    assert (User.objects.count(), Contact.objects.count()) == (25, 120)


def test_load_when_done_then_everybody_can_sign_in_with_the_password(demo):
    for member in content.members():
        user = authenticate(username=member.username, password=demo.password)
        assert user is not None and user.roles == {member.role}


def test_load_when_done_then_every_open_case_is_owned(demo):
    handlers = set(User.objects.filter(grants__role__in=["agent", "senior", "supervisor", "admin"]))
    for case in Case.objects.filter(status__in=ACTIVE).select_related("owner", "team"):
        assert case.team_id is not None
        assert case.owner is None or case.owner in handlers
        assert (case.wake_at is not None) == (case.status == Status.PENDING_USER)
    assert not Case.objects.filter(status=Status.SOLVED, wake_at=None).exists()
    assert not Case.objects.filter(wake_at__lte=clock.now(), status__in=[*ACTIVE, Status.SOLVED]).exists()


def test_load_when_done_then_each_state_of_the_desk_is_there(demo):
    now = clock.now()
    active = Case.objects.filter(status__in=ACTIVE)
    assert {status for status in Status.values if not Case.objects.filter(status=status).exists()} == set()
    assert active.filter(owner=None).count() >= 10
    assert active.filter(is_breached=True).count() >= 5
    assert active.filter(reopened_count__gt=0).count() >= 3
    assert active.filter(is_breached=True).count() <= active.count() / 4
    soon = active.filter(is_breached=False, next_due_at__lte=now + timedelta(minutes=15))
    assert soon.count() >= 2
    assert Clock.objects.filter(warned_at__isnull=False, ended_at=None).exists()
    assert Mention.objects.filter(seen_at=None).exists()
    assert set(Confirmation.objects.values_list("is_settled", flat=True)) == {True, False}
    assert set(Identity.objects.values_list("kind", flat=True)) == {"email", "phone", "external_id"}


def test_load_when_done_then_every_deadline_can_be_replayed_from_its_log(demo):
    for row in Clock.objects.all():
        log = [worktime.ClockEvent.from_json(event) for event in row.events]
        hours = hours_in(row.calendar_id, row.calendar_version)
        found = worktime.deadline(log, hours, timedelta(seconds=row.target_seconds))
        assert (row.due_at, row.trace) == (found.due_at, found.to_json())
        if (
            row.ended_at is None
            and row.due_at is not None
            and row.due_at < clock.now() - timedelta(minutes=5)
        ):
            assert row.status == Clock.Status.BREACHED


def test_load_when_done_then_the_journal_tells_each_case_from_its_opening_to_its_state(demo):
    told = {}
    for entry in JournalEntry.objects.filter(subject_kind="case").order_by("seq"):
        told.setdefault(int(entry.subject), []).append(entry)
    for case in Case.objects.all():
        entries = told[case.number]
        assert (entries[0].name, entries[0].at) == ("case.opened", case.opened_at)
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        names = Counter(entry.name for entry in entries)
        assert names["case.reopened"] == case.reopened_count
        assert names["case.confirmed"] >= (case.status == Status.CONFIRMED)
        assert names["case.closed"] >= (case.status == Status.CLOSED)


def test_load_when_done_then_the_saved_views_open_and_show_cases(demo):
    views = list(SavedView.objects.all())
    assert len(views) == 4
    for view in views:
        assert filtered(view.user, Filters.of(dict(parse_qsl(view.query)))).exists(), view.name


def test_load_when_done_then_nothing_waits_to_be_sent(demo):
    assert not JournalEntry.objects.filter(dispatched=False).exists()
    assert not Message.objects.filter(delivery=Message.Delivery.QUEUED).exists()


def test_load_when_done_then_no_text_has_an_open_slot(demo):
    bodies = chain(
        Message.objects.values_list("body", flat=True),
        Note.objects.values_list("body", flat=True),
        Case.objects.values_list("resolution", flat=True),
    )
    assert [body for body in bodies if "{" in body or "}" in body] == []


def test_load_when_done_then_cases_are_found_by_two_characters(demo):
    found = CASES.find("闪退", limit=50)
    assert Case.objects.filter(number__in=found).count() == len(found) >= 5


def test_load_when_run_again_then_nothing_changes_and_no_password_is_given(demo):
    before = JournalEntry.objects.count()
    again = load.load()
    assert (again.cases, again.voices, again.password) == (demo.cases, demo.voices, "")
    assert JournalEntry.objects.count() == before


def test_command_when_the_demo_stands_then_it_says_so_as_json(demo):
    out = StringIO()
    call_command("demo", "load", "--old", "40", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["password"], told["cases"], len(told["users"])) == (None, demo.cases, 25)


@pytest.mark.django_db
def test_load_when_the_database_is_in_use_then_it_refuses_and_changes_nothing():
    create_user(username="founder", by=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        load.load()
    assert refusal.value.code == "database_in_use"
    with pytest.raises(CommandError):
        call_command("demo", "load")
    assert (User.objects.count(), Article.objects.count(), Case.objects.count()) == (1, 0, 0)
