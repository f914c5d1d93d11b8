"""Writing flows and walking them: editions, versions, real look-ups, and a person at the end of every broken way."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook

from huiyin.assistant import services
from huiyin.assistant.models import Flow, FlowAction, FlowLookup, FlowRun, FlowVersion, Handoff
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services import flow_actions, flow_runs, flows
from huiyin.assistant.tests.factories import VISITOR, begun
from huiyin.cases.tests.factories import organisation
from huiyin.cases.tests.watching import telling
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.core.tests.people import staff

pytestmark = pytest.mark.django_db


class Shop(BaseHTTPRequestHandler):
    """The company's order system: checks the signature, then answers as the test wants."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(Webhook(self.server.secret).verify(body, dict(self.headers.items())))
        status, answer = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def boss():
    organisation()
    return staff("manager")


@pytest.fixture
def shop(boss, settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.asked, server.answer = (
        [],
        (200, {"found": True, "values": {"status": "退款中", "days": 3, "x": "y"}}),
    )
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/orders"
    values = {"key": "orders", "title": "订单系统", "url": url, "seconds": 2, "gives": ["status", "days"]}
    server.secret = flow_actions.open(values, by=boss).secret
    yield server
    server.shutdown()
    server.server_close()


STEPS = [
    {"kind": "form", "id": "s1", "text": "订单号？", "fields": [{"key": "order", "label": "订单号"}]},
    {"kind": "lookup", "id": "s2", "action": "orders", "sends": ["order"], "absent": "s1"},
    {"kind": "end", "id": "s3", "text": "订单 {{order}}：{{status}}"},
]


def written(boss, raw=None, key="refund-status") -> Flow:
    """A draft with these steps."""
    flow = flows.create(key=key, title="退款进度", lang="zh", by=boss)
    if raw is not None:
        flow.draft = {"steps": raw}
        flow.save()
    return flow


def published(boss, raw=None) -> Flow:
    flow = written(boss, STEPS if raw is None else raw)
    flows.publish(flow, edition=flow.edition, by=boss)
    return Flow.objects.get(id=flow.id)


def walked(boss) -> FlowRun:
    """Somebody whose order was found."""
    run = flow_runs.begin(published(boss), begun(), by=VISITOR)
    return flow_runs.fill(run, {"order": "A-17"}, revision=run.revision, by=VISITOR)


def said(run: FlowRun) -> list[str]:
    return [turn.text for turn in run.dialogue.turns.select_related("dialogue").order_by("number")]


def test_create_when_named_then_a_draft_that_could_be_published(boss):
    with telling() as names:
        flow = written(boss)
    assert names == ["flow.changed"]
    assert (flow.edition, flow.live, known.problems_of(known.draft_of(flow))) == (1, None, [])


@pytest.mark.parametrize("key", ["", "Refund", "退款", "-x", "a" * 61])
def test_create_when_key_cannot_stand_in_an_address_then_refused(boss, key):
    with pytest.raises(Invalid):
        flows.create(key=key, title="x", lang="zh", by=boss)
    assert not Flow.objects.exists()


def test_create_when_key_is_taken_then_conflict(boss):
    written(boss)
    with pytest.raises(Conflict):
        written(boss)


def test_edit_when_steps_are_added_moved_written_and_removed_then_in_that_order(boss):
    flow = written(boss)
    flow, id = flows.add(flow, "choose", after="s1", edition=1, by=boss)
    assert [step.id for step in known.draft_of(flow).steps] == ["s1", id, "s2"]
    options = [{"label": "是", "to": "s2"}, {"label": "否", "to": "person"}]
    step = flows.step_from({"kind": "choose", "id": id, "text": "能打开吗？", "options": options})
    flow = flows.write(flow, step, edition=2, by=boss)
    flow = flows.move(flow, id, by_places=-5, edition=3, by=boss)
    assert [step.id for step in known.draft_of(flow).steps] == [id, "s1", "s2"]
    flow = flows.remove(flow, "s2", edition=4, by=boss)
    first = known.draft_of(flow).steps[0]
    assert ([option.to for option in first.options], flow.edition) == (["", "person"], 5)


def test_edit_when_somebody_was_faster_then_conflict_and_nothing_lost(boss):
    flow = written(boss)
    flows.add(flow, "say", edition=1, by=boss)
    with pytest.raises(Conflict):
        flows.remove(flow, "s1", edition=1, by=boss)
    assert len(known.draft_of(Flow.objects.get(id=flow.id)).steps) == 3


def test_publish_when_steps_have_problems_then_refused(boss):
    flow = written(boss, [{"kind": "say", "id": "s1", "text": "", "to": "s9"}])
    with pytest.raises(Invalid) as caught:
        flows.publish(flow, edition=1, by=boss)
    assert caught.value.data["problems"] == ["way_to_nowhere", "text_missing"]
    assert not FlowVersion.objects.exists()


def test_publish_when_twice_then_two_versions_and_the_older_can_come_back(boss):
    flow = written(boss)
    with telling() as names:
        first = flows.publish(flow, edition=1, by=boss)
    flow, _id = flows.add(flow, "person", edition=1, by=boss)
    flows.move(flow, "s3", by_places=-2, edition=2, by=boss)
    flow = Flow.objects.get(id=flow.id)
    flow.draft["steps"] = flow.draft["steps"][:1]
    flow.save()
    second = flows.publish(flow, edition=3, by=boss)
    assert (names, first.number, second.number) == (["flow.published"], 1, 2)
    flows.take_back(known.version_of(flow, 1), by=boss)
    again = Flow.objects.get(id=flow.id)
    assert (again.live_id, again.draft) == (first.id, first.steps)
    flows.withdraw(again, by=boss)
    assert known.offered("zh") == []


def test_words_when_a_text_holds_them_then_lead_to_the_flow_with_the_longest(boss):
    values = {"title": "退款进度", "summary": "", "is_listed": True}
    flow = published(boss, [{"kind": "end", "id": "s1", "text": "好"}])
    flows.describe(flow, {**values, "words": ["退款", " 退款进度 ", ""]}, edition=1, by=boss)
    assert known.flow_for_words("想查一下退款進度", "zh") == flow
    assert known.flow_for_words("发票", "zh") is None
    assert known.flow_for_words("退款进度", "en") is None
    with pytest.raises(Invalid):
        flows.describe(flow, {**values, "words": ["退"]}, edition=2, by=boss)


def test_run_when_the_order_is_found_then_told_and_confirmed(boss, shop):
    with telling() as names:
        run = walked(boss)
    assert (run.step, run.status, run.answers["status"]) == ("s3", "active", "退款中")
    assert said(run) == ["退款进度", "订单号？", "订单号: A-17", "订单 A-17：退款中"]
    assert shop.asked[0]["data"] == {"action": "orders", "fields": {"order": "A-17"}}
    assert [name for name in names if name.startswith("flow.")][-1:] == ["flow.begun"]
    assert FlowLookup.objects.get().outcome == "found"
    done = flow_runs.finish(run, helped=True, revision=run.revision, by=VISITOR)
    assert (done.status, done.helped, done.answers) == ("done", True, {})
    assert known.run_of(run.dialogue) is None


def test_run_when_it_did_not_help_then_a_person_has_it(boss, shop):
    run = walked(boss)
    ended = flow_runs.finish(run, helped=False, revision=run.revision, by=VISITOR)
    handoff = Handoff.objects.get(dialogue=run.dialogue)
    assert (ended.status, ended.reason, ended.helped, handoff.reason) == (
        "handed",
        "not_helped",
        False,
        "flow",
    )
    assert known.last_run_of(run.dialogue).status == "handed"


@pytest.mark.parametrize(
    ("answer", "outcome", "status"),
    [
        ((404, {}), "absent", "active"),
        ((200, {"found": False}), "absent", "active"),
        ((500, {}), "failed", "handed"),
        ((200, b"<html>"), "failed", "handed"),
        ((200, b"[1]"), "failed", "handed"),
        ((200, {"values": "none"}), "failed", "handed"),
        ((200, b'{"values": {"status": "' + b"x" * 20_000 + b'"}}'), "failed", "handed"),
    ],
)
def test_run_when_the_system_says_something_else_then_that_way_or_a_person(
    boss, shop, answer, outcome, status
):
    shop.answer = answer
    run = walked(boss)
    assert (FlowLookup.objects.get().outcome, run.status) == (outcome, status)
    assert Handoff.objects.filter(dialogue=run.dialogue).exists() is (status == "handed")


def test_run_when_the_system_is_gone_then_a_person_has_it(boss, shop):
    run = flow_runs.begin(published(boss), begun(), by=VISITOR)
    FlowAction.objects.all().delete()
    run = flow_runs.fill(run, {"order": "A-17"}, revision=run.revision, by=VISITOR)
    assert (run.status, Handoff.objects.get().reason) == ("handed", "flow")


def test_run_when_the_same_page_is_sent_twice_then_the_first_counts(boss, shop):
    run = flow_runs.begin(published(boss), begun(), by=VISITOR)
    flow_runs.fill(run, {"order": "A-17"}, revision=1, by=VISITOR)
    with pytest.raises(Conflict):
        flow_runs.fill(FlowRun.objects.get(id=run.id), {"order": "B"}, revision=1, by=VISITOR)
    assert (len(shop.asked), len(said(run))) == (1, 4)


def test_run_when_published_anew_meanwhile_then_goes_on_in_its_own_version(boss, shop):
    run = flow_runs.begin(published(boss), begun(), by=VISITOR)
    flow = Flow.objects.get()
    flow.draft = {"steps": [{"kind": "end", "id": "s1", "text": "新"}]}
    flow.save()
    flows.publish(flow, edition=flow.edition, by=boss)
    run = flow_runs.fill(FlowRun.objects.get(id=run.id), {"order": "A-17"}, revision=1, by=VISITOR)
    assert run.step == "s3"


def test_begin_when_another_flow_is_going_on_then_that_one_is_left(boss, shop):
    dialogue = begun()
    first = flow_runs.begin(published(boss), dialogue, by=VISITOR)
    other = written(boss, [{"kind": "end", "id": "s1", "text": "好"}], key="other")
    flows.publish(other, edition=1, by=boss)
    second = flow_runs.begin(Flow.objects.get(key="other"), dialogue, by=VISITOR)
    assert FlowRun.objects.get(id=first.id).status == "left"
    assert known.run_of(dialogue) == second
    assert flow_runs.begin(Flow.objects.get(key="other"), dialogue, by=VISITOR) == second


def test_begin_when_not_published_then_absent(boss):
    with pytest.raises(NotFound):
        flow_runs.begin(written(boss), begun(), by=VISITOR)


def test_begin_when_people_took_over_then_refused(boss, shop):
    dialogue = begun()
    services.hear(dialogue, "转人工", by=VISITOR)
    services.hand_over(dialogue, reason="asked")
    with pytest.raises(Conflict):
        flow_runs.begin(published(boss), dialogue, by=VISITOR)
    assert not FlowRun.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://shop.example/x"}, "url"),
        ({"seconds": 9}, "seconds"),
        ({"title": " "}, "title"),
        ({"gives": ["A b"]}, "gives"),
        ({"key": "A"}, "key"),
    ],
)
def test_open_action_when_something_is_wrong_then_refused_at_the_field(boss, change, field):
    values = {"key": "o", "title": "T", "url": "http://127.0.0.1/x", "seconds": 5, "gives": []}
    with pytest.raises(Invalid) as caught:
        flow_actions.open({**values, **change}, by=boss)
    assert caught.value.data["field"] == field
    assert not FlowAction.objects.exists()


def test_renew_secret_when_asked_then_another_signs(boss, shop):
    action = FlowAction.objects.get()
    before = action.secret
    with telling() as names:
        flow_actions.renew_secret(action, by=boss)
    assert (names, FlowAction.objects.get().secret == before) == (["flow_action.changed"], False)


def test_respond_when_the_words_lead_to_a_flow_then_it_begins(boss):
    flow = published(boss, [{"kind": "end", "id": "s1", "text": "请重启。"}])
    values = {"title": "打不开", "summary": "", "words": ["打不开"], "is_listed": True}
    flows.describe(flow, values, edition=flow.edition, by=boss)
    dialogue = begun()
    turn = services.respond(services.hear(dialogue, "应用打不开了", by=VISITOR))
    assert (turn.act, turn.text) == ("flow", "请重启。")
    assert known.run_of(dialogue).version.flow == flow


def test_close_when_people_take_the_dialogue_over_then_the_flow_is_left(boss, shop):
    run = flow_runs.begin(published(boss), begun(), by=VISITOR)
    services.hand_over(run.dialogue, reason="asked")
    flow_runs.leave_in(str(run.dialogue_id))
    left = FlowRun.objects.get(id=run.id)
    assert (left.status, left.reason, left.answers) == ("left", "dialogue_closed", {})
