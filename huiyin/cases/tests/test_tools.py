"""Scripts and macros: who may use them, what they refuse, what they do to a case."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.accounts.models import Team
from huiyin.accounts.selectors import forget_directory
from huiyin.cases import phrases, selectors, services
from huiyin.cases.models import Case, Draft, Macro, Script
from huiyin.cases.services import Reach, ScriptWords
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.core import journal
from huiyin.core.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db
EVERYBODY = Reach()


@pytest.fixture
def agent():
    organisation()
    return staff()


def script(agent, shortcut="refund", title="退款进度", zh="您好 {{contact.name}}", **given):
    words = ScriptWords(shortcut, title, zh, given.pop("en", ""))
    return services.keep_script(None, words, reach=given.pop("reach", EVERYBODY), by=agent.actor)


def macro(agent, *actions, name="升级"):
    return services.keep_macro(None, name=name, actions=actions, reach=EVERYBODY, by=agent.actor)


def names_of(case):
    return list(journal.entries_for("case", case.number).values_list("name", flat=True))


def test_fill_when_a_value_looks_like_a_variable_then_it_stays_a_value():
    assert phrases.fill("{{ a }}-{{b}}", {"a": "{{b}}", "b": "2"}) == "{{b}}-2"


def test_plain_when_a_name_holds_marks_then_they_make_no_link():
    assert phrases.plain("[王\n芳](http://x)") == r"\[王 芳\](http://x)"


def test_keep_script_when_written_then_stored_and_told(agent):
    made = script(agent, en="Hello {{contact.name}}")
    assert (made.shortcut, made.version, made.reach) == ("refund", 1, "all")
    assert [e.name for e in journal.entries_for("script", str(made.id))] == ["script.kept"]


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (ScriptWords("a b", "T", "x"), "shortcut_invalid", "shortcut"),
        (ScriptWords("a", " ", "x"), "title_length", "title"),
        (ScriptWords("a", "T"), "text_missing", "body_zh"),
        (ScriptWords("a", "T", "x", "{{contact.phone}}"), "variable_unknown", "body_en"),
        (ScriptWords("a", "T", "x" * 20_001), "text_too_long", "body_zh"),
    ],
)
def test_keep_script_when_something_is_wrong_then_names_the_field(agent, words, code, field):
    with pytest.raises(Invalid) as refused:
        services.keep_script(None, words, reach=EVERYBODY, by=agent.actor)
    assert (refused.value.code, refused.value.data["field"]) == (code, field)
    assert not Script.objects.exists()


def test_keep_script_when_variable_unknown_then_tells_the_known_ones(agent):
    with pytest.raises(Invalid) as refused:
        script(agent, zh="{{user}}")
    assert all(name in refused.value.message for name in phrases.VARIABLES)


def test_keep_script_when_shortcut_taken_then_refuses_but_a_personal_one_may_have_it(agent):
    script(agent)
    with pytest.raises(Invalid, match=r".") as refused:
        script(agent)
    assert refused.value.code == "shortcut_taken"
    assert script(agent, reach=Reach(owner=agent)).reach == "me"


def test_keep_script_when_stale_then_conflict_and_nothing_changed(agent):
    made = script(agent)
    services.keep_script(made, ScriptWords("refund", "新", "新"), reach=EVERYBODY, version=1, by=agent.actor)
    with pytest.raises(Conflict):
        services.keep_script(
            made, ScriptWords("refund", "旧", "旧"), reach=EVERYBODY, version=1, by=agent.actor
        )
    assert Script.objects.get().title == "新"


def test_remove_script_when_put_back_then_found_again(agent):
    made = script(agent)
    services.remove_script(made, by=agent.actor)
    services.remove_script(made, by=agent.actor)
    assert selectors.found_scripts(agent, "") == []
    services.put_back_script(made, by=agent.actor)
    assert selectors.found_scripts(agent, "") == [made]
    told = [e.name for e in journal.entries_for("script", str(made.id))]
    assert told == ["script.kept", "script.removed", "script.returned"]


def test_put_back_script_when_shortcut_was_given_away_then_refuses(agent):
    first = script(agent)
    services.remove_script(first, by=agent.actor)
    script(agent)
    with pytest.raises(Invalid):
        services.put_back_script(first, by=agent.actor)


@pytest.mark.parametrize("text", ["ref", "退款", "tuikuan", "tkjd", "您好"])
def test_found_scripts_when_asked_by_words_or_sound_then_finds(agent, text):
    made = script(agent)
    script(agent, shortcut="other", title="别的", zh="无关")
    assert selectors.found_scripts(agent, text) == [made]


def test_found_scripts_when_personal_or_of_another_team_then_unseen(agent):
    other = staff("wu")
    apart = Team.objects.create(key="apart", name_zh="别组", name_en="Apart")
    forget_directory()
    script(agent, reach=Reach(owner=other))
    script(agent, shortcut="apart", reach=Reach(team=apart))
    mine = script(agent, shortcut="mine", reach=Reach(team=Team.objects.get(is_default=True)))
    assert selectors.found_scripts(agent, "") == [mine]
    with pytest.raises(NotFound):
        selectors.script_for(agent, Script.objects.get(owner=other).id)


def test_found_scripts_when_more_then_as_many_queries(agent):
    script(agent)
    selectors.found_scripts(agent, "")
    with CaptureQueriesContext(connection) as one:
        selectors.found_scripts(agent, "tk")
    for number in range(3):
        script(agent, shortcut=f"more{number}")
    with CaptureQueriesContext(connection) as three:
        selectors.found_scripts(agent, "tk")
    assert len(one) == len(three)


def test_own_script_when_shared_then_only_for_those_who_lead(agent):
    made = script(agent)
    with pytest.raises(NotFound):
        selectors.own_script(agent, made.id)
    assert selectors.own_script(staff("chen", "supervisor"), made.id) == made


def test_use_script_when_case_is_english_then_english_and_counted(agent):
    case = heard("My membership has not arrived after payment")
    Case.objects.filter(number=case.number).update(language="en")
    made = script(agent, zh="您好", en="Hello {{contact.name}}, {{agent.name}} here about {{product}}")
    text = services.use_script(made, Case.objects.get(number=case.number), by=agent.actor)
    assert text == "Hello 王芳, Liming here about our product"
    assert Script.objects.get().use_count == 1


def test_apply_macro_when_all_fits_then_every_act_and_one_fact_before_them(agent):
    product()
    case = heard()
    made = macro(
        agent,
        {"do": "priority", "value": "urgent"},
        {"do": "tags", "value": ["退款"]},
        {"do": "assign", "value": "me"},
        {"do": "note", "zh": "{{agent.name}} 已升级 {{case.number}}"},
        {"do": "reply", "zh": "您好 {{contact.name}}"},
        {"do": "status", "value": "open"},
    )
    applied = services.apply_macro(made, case, version=case.version, by=agent.actor)
    now = Case.objects.get(number=case.number)
    assert (now.priority, now.tags, now.owner_id, now.status) == ("urgent", ["退款"], agent.id, "open")
    assert now.notes.get().body == f"Liming 已升级 {case.reference}"
    assert applied.draft == "您好 王芳" == Draft.objects.get(user=agent, case=case).body
    told = [name for name in names_of(case) if name.startswith("case.")][1:]
    assert told == [
        "case.macro_applied", "case.changed", "case.changed", "case.assigned", "case.noted", "case.transitioned",
    ]  # fmt: skip
    assert journal.entries_for("case", case.number).get(name="case.macro_applied").data == {
        "macro": str(made.id),
        "title": "升级",
    }
    assert Macro.objects.get().use_count == 1


def test_apply_macro_when_reply_is_sent_at_once_then_the_user_has_it(agent):
    case = heard()
    services.apply_macro(macro(agent, {"do": "reply", "zh": "已收到", "send": True}), case, by=agent.actor)
    assert case.conversation.messages.filter(direction="out").get().body == "已收到"
    assert not Draft.objects.exists()


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_apply_macro_when_something_is_typed_then_kept_before_the_reply_and_a_note_stays_one(agent, mode):
    case = heard()
    services.keep_draft(case, "写到一半", mode=mode, user=agent)
    services.apply_macro(
        macro(agent, {"do": "reply", "zh": "好"}, {"do": "note", "zh": "记"}), case, by=agent.actor
    )
    draft = Draft.objects.get()
    assert (draft.body, draft.mode) == ("写到一半\n\n好", mode)


def test_apply_macro_when_stale_then_conflict_and_nothing_done(agent):
    case = heard()
    made = macro(agent, {"do": "priority", "value": "low"})
    services.change(case, {"priority": "high"}, by=agent.actor)
    with pytest.raises(Conflict):
        services.apply_macro(made, case, version=case.version, by=agent.actor)
    assert Case.objects.get(number=case.number).priority == "high"
    assert "case.macro_applied" not in names_of(case)


def test_apply_macro_when_one_act_refuses_then_none_is_done(agent):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    services.confirm(case, by=case.contact.actor)
    made = macro(agent, {"do": "priority", "value": "low"}, {"do": "assign", "value": "me"})
    with pytest.raises(Conflict):
        services.apply_macro(made, case, by=agent.actor)
    assert Case.objects.get(number=case.number).priority == case.priority
    assert Macro.objects.get().use_count == 0


@pytest.mark.parametrize(
    ("actions", "field"),
    [
        ([], "actions"),
        ([{"do": "delete"}], "actions.0"),
        ([{"do": "priority", "value": "higher"}], "actions.0"),
        ([{"do": "status", "value": "solved"}], "actions.0"),
        ([{"do": "tags", "value": [""]}], "actions.0"),
        ([{"do": "assign", "value": "owner"}, {"do": "note", "zh": " "}], "actions.1.zh"),
        ([{"do": "solve", "en": "{{x}}"}], "actions.0.en"),
    ],
)
def test_keep_macro_when_an_act_is_wrong_then_names_its_place(agent, actions, field):
    with pytest.raises(Invalid) as refused:
        services.keep_macro(None, name="M", actions=actions, reach=EVERYBODY, by=agent.actor)
    assert refused.value.data["field"] == field


def test_keep_draft_when_kept_and_sent_then_gone_with_the_sending(agent):
    case = heard()
    services.keep_draft(case, "写到一半", user=agent)
    services.keep_draft(case, "写到一半了", mode="note", user=agent)
    assert (Draft.objects.get().body, Draft.objects.get().mode) == ("写到一半了", "note")
    services.reply(case, "写完了", by=staff("wu").actor)
    assert selectors.draft_of(agent, case).body == "写到一半了"
    services.note(case, "写完了", by=agent.actor)
    assert selectors.draft_of(agent, case) is None


def test_keep_draft_when_blank_then_forgotten(agent):
    case = heard()
    services.keep_draft(case, "写", user=agent)
    services.keep_draft(case, "  ", user=agent)
    assert not Draft.objects.exists()


def test_keep_draft_when_stored_then_sealed(agent):
    services.keep_draft(heard(), "私密的话", user=agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM cases_draft")
        assert "私密" not in cursor.fetchone()[0]
