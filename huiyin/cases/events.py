"""Facts told by cases and their clocks."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """A fact about one case; the subject is its number."""

    subject_kind: ClassVar[str] = "case"
    subject: str

    @property
    def topics(self) -> tuple[str, ...]:
        """The page of this case, and every list of cases."""
        return (f"case:{self.subject}", "case", "cases")


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseEvent):
    name: ClassVar[str] = "case.opened"
    voice: str
    kind: str
    priority: str
    team: str


@dataclass(frozen=True, kw_only=True)
class CaseVoiced(CaseEvent):
    """The user spoke again about a case that stands."""

    name: ClassVar[str] = "case.voiced"
    message: str


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(CaseEvent):
    name: ClassVar[str] = "case.assigned"
    owner: str
    team: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReplied(CaseEvent):
    name: ClassVar[str] = "case.replied"
    message: str


@dataclass(frozen=True, kw_only=True)
class CaseNoted(CaseEvent):
    name: ClassVar[str] = "case.noted"
    note: str
    mentions: list[str]


@dataclass(frozen=True, kw_only=True)
class CaseTransitioned(CaseEvent):
    """The status moved; `note` is the id of the note that holds a person's reason, `reason` a code of ours."""

    name: ClassVar[str] = "case.transitioned"
    origin: str
    target: str
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseSolved(CaseEvent):
    name: ClassVar[str] = "case.solved"
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseConfirmed(CaseEvent):
    name: ClassVar[str] = "case.confirmed"
    confirmation: str
    score: int | None = None


@dataclass(frozen=True, kw_only=True)
class CaseReopened(CaseEvent):
    name: ClassVar[str] = "case.reopened"
    origin: str
    reason: str
    priority: str


@dataclass(frozen=True, kw_only=True)
class CaseClosed(CaseEvent):
    """Silence after the solution: the case ends unconfirmed, and is counted so."""

    name: ClassVar[str] = "case.closed"
    days: int


@dataclass(frozen=True, kw_only=True)
class CaseChanged(CaseEvent):
    """Fields of a case were changed; the three lists run side by side, values as codes or ids."""

    name: ClassVar[str] = "case.changed"
    fields: list[str]
    old: list[str]
    new: list[str]


@dataclass(frozen=True, kw_only=True)
class CaseCorrected(CaseEvent):
    """A person put a verdict of the machine right."""

    name: ClassVar[str] = "case.corrected"
    verdict: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class CaseMerged(CaseEvent):
    name: ClassVar[str] = "case.merged"
    into: str


@dataclass(frozen=True, kw_only=True)
class CaseUnmerged(CaseEvent):
    name: ClassVar[str] = "case.unmerged"
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseSplit(CaseEvent):
    name: ClassVar[str] = "case.split"
    into: str
    message: str


@dataclass(frozen=True, kw_only=True)
class CaseLinked(CaseEvent):
    name: ClassVar[str] = "case.linked"
    target: str
    link: str


@dataclass(frozen=True, kw_only=True)
class ClockEvent(CaseEvent):
    """A fact about one clock of a case."""

    clock: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ClockStarted(ClockEvent):
    name: ClassVar[str] = "clock.started"
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ClockPaused(ClockEvent):
    name: ClassVar[str] = "clock.paused"
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(ClockEvent):
    name: ClassVar[str] = "clock.resumed"
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ClockMoved(ClockEvent):
    """The deadline changed because priority, policy or calendar did."""

    name: ClassVar[str] = "clock.moved"
    old_due_at: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ClockWarned(ClockEvent):
    name: ClassVar[str] = "clock.warned"
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockEvent):
    name: ClassVar[str] = "clock.breached"
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ClockMet(ClockEvent):
    name: ClassVar[str] = "clock.met"
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ClockCancelled(ClockEvent):
    name: ClassVar[str] = "clock.cancelled"


@dataclass(frozen=True, kw_only=True)
class CaseUnderstood(CaseEvent):
    """The verdicts that intake did not wait for are there."""

    name: ClassVar[str] = "case.understood"
    voice: str


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """A calendar has a new version: its hours or its holidays are others; the subject is its id."""

    name: ClassVar[str] = "calendar.changed"
    subject_kind: ClassVar[str] = "calendar"
    is_act: ClassVar[bool] = True
    version: int


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    """A policy promises something else to cases from now on; the subject is its id."""

    name: ClassVar[str] = "policy.changed"
    subject_kind: ClassVar[str] = "policy"
    is_act: ClassVar[bool] = True
    version: int


@dataclass(frozen=True, kw_only=True)
class PolicyAdded(Event):
    """There is one more policy, made from a shipped pack; the subject is its id."""

    name: ClassVar[str] = "policy.added"
    subject_kind: ClassVar[str] = "policy"
    is_act: ClassVar[bool] = True
    pack: str


@dataclass(frozen=True, kw_only=True)
class PolicyRemoved(Event):
    """A policy that promised nothing to anybody is gone; the subject is its id."""

    name: ClassVar[str] = "policy.removed"
    subject_kind: ClassVar[str] = "policy"
    is_act: ClassVar[bool] = True
    key: str


@dataclass(frozen=True, kw_only=True)
class MacroApplied(CaseEvent):
    """A macro did its acts on a case; `title` is how it was called then."""

    name: ClassVar[str] = "case.macro_applied"
    macro: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ScriptKept(Event):
    """A script was written or changed; the subject is its id."""

    name: ClassVar[str] = "script.kept"
    subject_kind: ClassVar[str] = "script"
    is_act: ClassVar[bool] = True
    version: int


@dataclass(frozen=True, kw_only=True)
class ScriptRemoved(Event):
    name: ClassVar[str] = "script.removed"
    subject_kind: ClassVar[str] = "script"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class ScriptReturned(Event):
    name: ClassVar[str] = "script.returned"
    subject_kind: ClassVar[str] = "script"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class MacroKept(Event):
    """A macro was written or changed; the subject is its id."""

    name: ClassVar[str] = "macro.kept"
    subject_kind: ClassVar[str] = "macro"
    is_act: ClassVar[bool] = True
    version: int


@dataclass(frozen=True, kw_only=True)
class MacroRemoved(Event):
    name: ClassVar[str] = "macro.removed"
    subject_kind: ClassVar[str] = "macro"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class MacroReturned(Event):
    name: ClassVar[str] = "macro.returned"
    subject_kind: ClassVar[str] = "macro"
    is_act: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class CaseUndone(CaseEvent):
    """Somebody took their last act back; the facts that follow tell what changed."""

    name: ClassVar[str] = "case.undone"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CaseFieldKept(Event):
    """The company defined a field of its cases, changed it, or took it back into use; the subject is its id."""

    name: ClassVar[str] = "case_field.kept"
    subject_kind: ClassVar[str] = "case_field"
    is_act: ClassVar[bool] = True
    key: str


@dataclass(frozen=True, kw_only=True)
class CaseFieldRemoved(Event):
    name: ClassVar[str] = "case_field.removed"
    subject_kind: ClassVar[str] = "case_field"
    is_act: ClassVar[bool] = True
    key: str
