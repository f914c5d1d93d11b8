"""What is held about one person: their dialogues, word by word."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from huiyin.assistant.models import Dialogue, FlowRun, Phrasing, Turn
from huiyin.core.persons import Parcel, Person, Traces

TABLES = frozenset(f"assistant.{name}" for name in ("Dialogue", "Turn", "Handoff", "FlowRun", "Phrasing"))


def dialogues_of(person: Person) -> QuerySet[Dialogue]:
    """This person's talks with the assistant."""
    return Dialogue.objects.filter(contact_id=person.contact)


def turns_of(person: Person) -> QuerySet[Turn]:
    """All that was said in them."""
    return Turn.objects.filter(dialogue__contact_id=person.contact)


def runs_of(person: Person) -> QuerySet[FlowRun]:
    """Guided flows that this person is in the middle of, or went through."""
    return FlowRun.objects.filter(dialogue__contact_id=person.contact)


def strangers_turns(before: datetime) -> QuerySet[Turn]:
    """What was said in talks that ended so long ago and whose visitor nobody knows."""
    return Turn.objects.filter(dialogue__contact=None, dialogue__ended_at__lt=before).exclude(text="")


def learnt_from(person: Person) -> QuerySet[Phrasing]:
    """Phrasings that were learnt of this person's words."""
    return Phrasing.objects.filter(turn__dialogue__contact_id=person.contact)


def held_about(person: Person, parcel: Parcel) -> None:
    """The dialogues in order; what the assistant said is theirs to see as well."""
    turns = turns_of(person).select_related("dialogue").order_by("dialogue", "number")
    parcel.add("assistant_turns", (_told(turn) for turn in turns.iterator(chunk_size=100)))
    runs = runs_of(person).order_by("started_at").iterator(chunk_size=100)
    parcel.add(
        "flow_runs", ({"flow": run.version_id, "answers": run.answers, "at": run.started_at} for run in runs)
    )


def traces_of(person: Person, traces: Traces) -> None:
    """Jobs and journal name dialogues and turns by id."""
    traces.ids |= {str(key) for key in dialogues_of(person).values_list("id", flat=True)}
    traces.ids |= {str(key) for key in turns_of(person).values_list("id", flat=True)}
    traces.ids |= {str(key) for key in runs_of(person).values_list("id", flat=True)}
    asked = turns_of(person).filter(speaker=Turn.Speaker.VISITOR).select_related("dialogue")
    traces.texts |= {turn.text for turn in asked if turn.text}


def _told(turn: Turn) -> dict[str, Any]:
    return {
        "dialogue": turn.dialogue_id,
        "from": "you" if turn.speaker == Turn.Speaker.VISITOR else "assistant",
        "text": turn.text,
        "at": turn.at,
    }
