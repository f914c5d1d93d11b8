"""The answer guarantee as a state machine: whatever is done, in whatever order, no voice is lost or left to nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from huiyin.accounts.services.contacts import Person
from huiyin.cases import services, tasks
from huiyin.cases.models import Case, Clock
from huiyin.cases.models.case import ACTIVE, ENDED, MOVES
from huiyin.cases.tests.factories import organisation, spoken, staff
from huiyin.conversations.models import Message
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, NotFound
from huiyin.core.jobs.worker import drain
from huiyin.core.models import JournalEntry
from huiyin.voices.models import RawInput, Voice

MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
TEXTS = st.sampled_from(
    ["付款成功但会员没有到账", "App 闪退", "我要投诉", "how do I export", "建议增加夜间模式"]
)
PEOPLE = st.integers(min_value=0, max_value=3)
PICK = st.integers(min_value=0, max_value=10_000)


class Guarantee(RuleBasedStateMachine):
    """Keeps its own count of what was acknowledged, and compares after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = MONDAY
        self.voices = 0
        self.answers = 0
        self.facts = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def open_house(self) -> None:
        organisation()
        self.agents = [staff("liming", "agent"), staff("zhaomin", "senior"), staff("chenjie", "agent")]

    @rule(text=TEXTS, who=PEOPLE)
    def a_user_speaks(self, text: str, who: int) -> None:
        with clock.frozen(self.now):
            taken = services.hear(spoken(text, person=Person.of(email=f"u{who}@example.com")), by=SYSTEM)
        assert taken.is_new
        self.voices += 1

    @rule(text=TEXTS, key=st.sampled_from("abc"))
    def a_source_repeats_itself(self, text: str, key: str) -> None:
        with clock.frozen(self.now):
            taken = services.hear(spoken(text, source="review", external_id=key), by=SYSTEM)
        self.voices += taken.is_new

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, text=TEXTS)
    def a_user_writes_again(self, pick: int, text: str) -> None:
        case = self._case(pick)
        with clock.frozen(self.now):
            services.hear_again(case, text, by=case.contact.actor)
        self.voices += 1

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, then=st.sampled_from(["", "open", "pending_user", "pending_third_party"]))
    def an_agent_replies(self, pick: int, then: str) -> None:
        case = self._case(pick)
        possible = not case.is_ended and (not then or then == case.status or then in MOVES[case.status])
        with self._expecting(possible):
            services.reply(case, "您好，正在处理。", then=then, by=self._agent(pick).actor)
            self.answers += 1

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, to=st.sampled_from(["open", "pending_user", "pending_third_party"]))
    def an_agent_moves_it(self, pick: int, to: str) -> None:
        case = self._case(pick)
        with self._expecting(to in MOVES[case.status]):
            services.transition(case, to, reason="看过了", by=self._agent(pick).actor)

    @precondition(lambda self: self.voices)
    @rule(pick=PICK)
    def an_agent_solves_it(self, pick: int) -> None:
        case = self._case(pick)
        with self._expecting("solved" in MOVES[case.status]):
            services.solve(case, resolution="已处理。", by=self._agent(pick).actor)

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, settled=st.booleans(), score=st.sampled_from([None, 1, 5]))
    def a_user_judges_it(self, pick: int, settled: bool, score: int | None) -> None:
        case = self._case(pick)
        judge = services.confirm if settled else services.dispute
        with self._expecting(case.status not in ACTIVE):
            judge(case, score=score, by=case.contact.actor)

    @precondition(lambda self: self.voices)
    @rule(pick=PICK, to_queue=st.booleans())
    def it_is_handed_over(self, pick: int, to_queue: bool) -> None:
        case = self._case(pick)
        owner = None if to_queue else self._agent(pick)
        with self._expecting(not case.is_ended):
            services.assign(case, owner=owner, by=self._agent(pick + 1).actor)

    @precondition(lambda self: self.voices > 1)
    @rule(pick=PICK, other=PICK)
    def two_are_merged(self, pick: int, other: int) -> None:
        case, target = self._case(pick), self._case(other)
        possible = all(each.is_active and not each.merged_into_id for each in (case, target))
        if case.number != target.number:
            with self._expecting(possible):
                services.merge(case, into=target, by=self._agent(pick).actor)

    @precondition(lambda self: self.voices)
    @rule(pick=PICK)
    def a_merge_is_undone(self, pick: int) -> None:
        case = self._case(pick)
        with self._expecting(case.merged_into_id is not None):
            services.unmerge(case, by=self._agent(pick).actor)

    @precondition(lambda self: self.voices)
    @rule(pick=PICK)
    def one_is_split(self, pick: int) -> None:
        case = self._case(pick)
        message = Message.objects.filter(conversation_id=case.conversation_id, voice__isnull=False).first()
        assert message is not None
        with self._expecting(True):
            services.split(case, message=message, subject="另一件事", by=self._agent(pick).actor)

    @rule(hours=st.sampled_from([1, 5, 30, 24 * 6, 24 * 9]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with clock.frozen(self.now):
            tasks.tick.call()
            tasks.wake.call()
            drain()

    @invariant()
    def every_voice_is_in_its_thread(self) -> None:
        assert Voice.objects.count() == self.voices
        assert Message.objects.filter(direction="in", voice__isnull=False).count() == self.voices
        assert RawInput.objects.exclude(voice=None).count() == self.voices
        assert Message.objects.filter(direction="out").count() == self.answers
        assert not Voice.objects.exclude(
            id__in=Message.objects.filter(conversation__in=Case.objects.values("conversation")).values(
                "voice_id"
            )
        ).exists()

    @invariant()
    def every_open_case_has_somebody_and_a_clock(self) -> None:
        for case in Case.objects.prefetch_related("clocks"):
            live = [c for c in case.clocks.all() if c.status in (Clock.Status.RUNNING, Clock.Status.PAUSED)]
            if case.is_active and case.merged_into_id is None:
                assert case.owner_id or case.team_id
                owed = [
                    c for c in case.clocks.all() if c.status == Clock.Status.BREACHED and c.ended_at is None
                ]
                assert live or owed, f"{case} is {case.status} and nothing runs"
            if case.status in ("solved", "pending_user"):
                assert case.wake_at is not None
            if case.status in ENDED:
                assert case.ended_at is not None and case.wake_at is None

    @invariant()
    def nothing_ends_but_by_word_or_silence(self) -> None:
        told = set(
            JournalEntry.objects.filter(name__in=["case.confirmed", "case.closed"]).values_list(
                "subject", flat=True
            )
        )
        ended = Case.objects.filter(status__in=ENDED).values_list("number", flat=True)
        assert {str(number) for number in ended} <= told

    @invariant()
    def the_journal_only_grows(self) -> None:
        written = JournalEntry.objects.count()
        assert written >= self.facts
        self.facts = written

    def _case(self, pick: int) -> Case:
        cases = list(Case.objects.select_related("contact").order_by("number"))
        return cases[pick % len(cases)]

    def _agent(self, pick: int):
        return self.agents[pick % len(self.agents)]

    def _expecting(self, possible: bool) -> "_Expected":
        return _Expected(possible, self.now)


class _Expected:
    """The act is carried out when it is possible, and refused without a trace when it is not."""

    def __init__(self, possible: bool, at: datetime) -> None:
        self.possible = possible
        self.frozen = clock.frozen(at)

    def __enter__(self) -> None:
        self.before = JournalEntry.objects.count()
        self.frozen.__enter__()

    def __exit__(self, kind, error, trace) -> bool:
        self.frozen.__exit__(None, None, None)
        if self.possible:
            return False
        assert kind is not None and issubclass(kind, (Conflict, NotFound)), "done although it is not possible"
        assert JournalEntry.objects.count() == self.before
        return True


@pytest.mark.django_db
def test_guarantee_when_anything_happens_in_any_order_then_holds():
    run = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    machine = type("Short", (Guarantee,), {})
    machine.TestCase.settings = run
    machine.TestCase().runTest()
