"""Facts of the journal as sentences: one for staff, a gentler one for the user, and an icon for both."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.cases import phrases
from huiyin.cases.models import Priority, Status
from huiyin.cases.models.tools import Do
from huiyin.language import labels
from huiyin.voices.models import Kind

Data = Mapping[str, Any]
ICONS = {
    "case.opened": "message-plus",
    "case.assigned": "user-check",
    "case.transitioned": "activity",
    "case.solved": "check",
    "case.confirmed": "checks",
    "case.reopened": "refresh",
    "case.closed": "archive",
    "case.changed": "pencil",
    "case.corrected": "pencil",
    "case.merged": "git-merge",
    "case.unmerged": "git-merge",
    "case.split": "git-merge",
    "case.linked": "link",
    "case.macro_applied": "bolt",
    "case.undone": "arrow-back-up",
    "clock.warned": "clock-hour-4",
    "clock.breached": "alert-triangle",
    "clock.moved": "clock-hour-4",
}


def for_staff(name: str, data: Data) -> str:
    """What happened, with the codes of the fact put into words."""
    return STAFF[name](data) if name in STAFF else name


def teach(name: str, sentence: Callable[[Data], str], icon: str) -> None:
    """An app above tells how a fact of its own is said to staff, and which icon stands beside it."""
    STAFF[name], ICONS[name] = sentence, icon


def for_user(name: str, data: Data) -> str:
    """The same step as the user reads it; no word of our own trade."""
    return USER[name](data) if name in USER else ""


def _person(key: str) -> str:
    return next((str(user) for user in people.directory().people.values() if str(user.id) == key), "")


def _assigned(data: Data) -> str:
    name = _person(data.get("owner", ""))
    if not name:
        return _("given back to the team's queue")
    if data.get("reason") == "second_handling":
        return _("second handling by %(name)s") % {"name": name}
    return _("given to %(name)s") % {"name": name}


def _moved(data: Data) -> str:
    target = Status(data["target"]).label
    if data.get("reason") == "user_silent":
        return _("the user did not answer; back to %(status)s") % {"status": target}
    return _("status: %(status)s") % {"status": target}


def _reopened(data: Data) -> str:
    if data["reason"] == "not_settled":
        return _("the user says it is not settled; opened again")
    return _("the user wrote again; opened again") if data["reason"] == "user_wrote" else _("opened again")


def _changed(data: Data) -> str:
    parts = [_change(*each) for each in zip(data["fields"], data["old"], data["new"], strict=True)]
    return _("changed: %(what)s") % {"what": _(", ").join(parts)}


def _change(field: str, old: str, new: str) -> str:
    shown = f"{_value(field, old)} → {_value(field, new)}" if new else ""
    return f"{field_names().get(field, field)} {shown}".strip()


def _value(field: str, code: str) -> str:
    known: dict[str, Mapping[str, Any]] = {
        "priority": dict(Priority.choices),
        "kind": dict(Kind.choices),
        "status": dict(Status.choices),
        "category": labels.names("category"),
        "sentiment": labels.names("sentiment"),
    }
    return str(known.get(field, {}).get(code, code)) or "-"


def field_names() -> dict[str, str]:
    """The fields of a case as people call them."""
    return {
        "priority": _("Priority"),
        "kind": _("Kind"),
        "category": _("Category"),
        "product": _("Product"),
        "sentiment": _("Mood"),
        "language": _("Language"),
        "subject": _("Subject"),
        "tags": _("Tags"),
        "fields": _("Own fields"),
        "private": _("Personal fields"),
        "temporary_fix": _("Temporary fix"),
        "lasting_fix": _("Lasting fix"),
    }


def _corrected(data: Data) -> str:
    verdict = data["verdict"]
    return _("%(field)s put right: %(old)s → %(new)s") % {
        "field": field_names().get(verdict, verdict),
        "old": _value(verdict, data["old"]),
        "new": _value(verdict, data["new"]),
    }


def _number(data: Data, key: str) -> str:
    return f"HY-{int(data[key]):06d}"


STAFF: dict[str, Callable[[Data], str]] = {
    "case.opened": lambda d: _("case opened"),
    "case.assigned": _assigned,
    "case.transitioned": _moved,
    "case.solved": lambda d: _("solved; the user is asked"),
    "case.confirmed": lambda d: _("the user confirmed that it is settled"),
    "case.reopened": _reopened,
    "case.closed": lambda d: _("no answer for %(days)s days; closed, not confirmed") % {"days": d["days"]},
    "case.changed": _changed,
    "case.corrected": _corrected,
    "case.merged": lambda d: _("merged into %(case)s") % {"case": _number(d, "into")},
    "case.unmerged": lambda d: _("merge with %(case)s undone") % {"case": _number(d, "origin")},
    "case.split": lambda d: _("%(case)s split off") % {"case": _number(d, "into")},
    "case.linked": lambda d: _("linked with %(case)s") % {"case": _number(d, "target")},
    "case.macro_applied": lambda d: _("macro “%(name)s” applied") % {"name": d["title"]},
    "case.undone": lambda d: _("the last act was taken back"),
    "clock.warned": lambda d: _("the deadline is near"),
    "clock.breached": lambda d: _("the promised time has passed"),
    "clock.moved": lambda d: _("the deadline was counted anew"),
}
USER: dict[str, Callable[[Data], str]] = {
    "case.opened": lambda d: _("We have your message"),
    "case.assigned": lambda d: (
        _("%(name)s is on it") % {"name": _person(d["owner"])} if d.get("owner") else _("Our team is on it")
    ),
    "case.solved": lambda d: _("We have an answer for you"),
    "case.confirmed": lambda d: _("You told us that it is settled. Thank you"),
    "case.reopened": lambda d: _("We are on it again"),
    "case.closed": lambda d: _("Closed because we did not hear from you; you can open it again at any time"),
    "clock.breached": lambda d: _("We are late. We have told the person in charge"),
}


def for_action(action: Data, values: Mapping[str, str] | None = None, language: str = "") -> tuple[str, str]:
    """One act of a macro: what it does, and the text it writes, filled when `values` are given."""
    do, value = action["do"], action.get("value", "")
    label = str(Do(do).label)
    if do in (Do.REPLY, Do.NOTE, Do.SOLVE):
        zh, en = action.get("zh", ""), action.get("en", "")
        text = (en or zh) if language == "en" else (zh or en)
        return label, phrases.fill(text, values) if values else text
    if do == Do.TAGS:
        return _("%(what)s: %(value)s") % {"what": label, "value": _(", ").join(value)}, ""
    shown = _receiver(value) if do == Do.ASSIGN else _value(do, value)
    return _("%(what)s: %(value)s") % {"what": label, "value": shown}, ""


def _receiver(value: str) -> str:
    kind, _colon, key = value.partition(":")
    if kind == "me":
        return _("Whoever applies the macro")
    if kind == "owner":
        return _person(key) or _("somebody who has left")
    return next((t.name for t in people.directory().teams.values() if t.key == key), key)
