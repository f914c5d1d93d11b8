"""What the page of one case shows: the thread, the person, the verdicts, what may be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Contact, Identity, User
from huiyin.accounts.models.contacts import Tier
from huiyin.accounts.selectors.family import family_of, identities_of
from huiyin.cases import policies, words
from huiyin.cases.models import Case, Confirmation, Priority, Status
from huiyin.cases.models.case import ACTIVE, MOVES
from huiyin.cases.selectors import panel
from huiyin.cases.selectors.clocks import clocks_of
from huiyin.cases.selectors.listing import handlers
from huiyin.cases.selectors.timeline import Item, timeline, timeline_for_user
from huiyin.core import attachments, markdown, shroud
from huiyin.knowledge import selectors as knowledge
from huiyin.language import labels, pii
from huiyin.privacy import selectors as privacy
from huiyin.voices.models import Kind, Voice

STEPS = {
    Status.OPEN: "activity",
    Status.PENDING_USER: "user-question",
    Status.PENDING_THIRD_PARTY: "hourglass",
}
SHOWN = 100
MOST_SHOWN = 5000
IDENTITY_ICONS = {"email": "mail", "phone": "phone", "external_id": "id", "wechat": "brand-wechat"}


def shown_of(params: Mapping[str, str]) -> int:
    """How many entries of a timeline an address asks for: a page of them, or more when somebody reads back."""
    asked = params.get("shown", "")
    return min(int(asked), MOST_SHOWN) if asked.isdecimal() and len(asked) < 6 and int(asked) else SHOWN


def detail(user: User, case: Case, *, shown: int = SHOWN) -> dict[str, Any]:
    """Everything on the page of one case, for this person; of its timeline the last `shown` entries."""
    items = timeline(case, last=shown + 1)
    return {
        "case": case,
        "case_labels": _labels(case),
        "clocks": [_clock(each) for each in clocks_of(case)],
        "timeline": [staff_item(item) for item in items[-shown:]],
        "shown": shown,
        "shown_next": shown + SHOWN if len(items) > shown and shown < MOST_SHOWN else 0,
        "can": _rights(user, case),
        "transitions": _moves(case),
        "assignees": {"people": _loads(handlers()), "teams": _teams()},
        "priorities": Priority.choices,
        "categories": list(labels.names("category").items()),
        "products": [(p.key, p.name) for p in people.directory().products.values()],
        "person": person(case.contact, case),
        "open_cases": panel.open_cases_of(user, case),
        "past_cases": panel.history_of(user, case),
        "similar": panel.similar_to(user, case),
        "answers": _answers(case),
        "verdicts": _verdicts(case),
        "confirmations": _confirmations(case),
    }


def staff_item(item: Item) -> dict[str, Any]:
    """One entry of the timeline as staff see it."""
    if item.kind == "event":
        return {
            "id": item.id,
            "kind": "event",
            "side": "system",
            "author": item.author,
            "at": item.at,
            "text": words.for_staff(item.name, item.data),
            "icon": words.ICONS.get(item.name, "circle-dashed"),
        }
    files = [_file(f, reverse("file", args=[f.id])) for f in item.attachments]
    return _words(replace(item, body=_hidden(item.body)), files) | {
        "is_masked": _hidden(item.body) != item.body
    }


def user_items(case: Case, *, last: int | None = None) -> list[dict[str, Any]]:
    """The timeline as the contact sees it, all or the last so many entries."""
    return [
        {
            "id": item.id,
            "kind": "event",
            "side": "system",
            "author": "",
            "at": item.at,
            "text": words.for_user(item.name, item.data),
            "icon": words.ICONS.get(item.name, "circle-dashed"),
        }
        if item.kind == "event"
        else _words(item, [_file(f, attachments.signed_url(f)) for f in item.attachments])
        for item in timeline_for_user(case, last=last)
    ]


def person(contact: Contact, case: Case | None = None) -> dict[str, Any]:
    """Who this is to us; ways to reach them are masked."""
    said = panel.satisfaction_of(contact)
    return {
        "id": contact.id,
        "name": str(contact),
        "tier": contact.tier,
        "tier_label": Tier(contact.tier).label,
        "is_minor": contact.is_minor,
        "city": contact.city,
        "language": contact.language,
        "since": contact.created_at,
        "identities": [_identity(each) for each in identities_of(contact).order_by("kind")],
        "permissions": privacy.permissions(contact),
        "satisfaction": said.mean,
        "satisfaction_count": said.scores,
        "case_count": Case.objects.filter(contact__in=family_of(contact)).count(),
        "context": _context(contact),
    }


def masked(kind: str, value: str) -> str:
    """Enough to recognise, too little to misuse: 138****2211, li***@example.com."""
    if kind == Identity.Kind.EMAIL:
        local, _at, domain = value.rpartition("@")
        return f"{local[:2]}***@{domain}"
    if kind == Identity.Kind.PHONE and len(value) >= 7:
        return f"{value[:3]}****{value[-4:]}"
    return value if len(value) <= 4 else f"{value[:2]}***{value[-2:]}"


def _hidden(body: str) -> str:
    """Numbers, mailboxes and secrets are masked for staff; for guests the timeline hid more than that already."""
    return body if shroud.is_drawn() else pii.redacted(body)


def _words(item: Item, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "side": {"user": "in", "us": "out"}[item.side],
        "author": item.author or _("Our team"),
        "at": item.at,
        "html": markdown.render(item.body),
        "text": item.body,
        "channel": item.channel,
        "delivery": item.delivery,
        "attachments": files,
    }


def _file(file: Any, url: str) -> dict[str, Any]:
    return {"name": file.name, "url": url, "size": file.size, "is_image": file.is_image, "preview_url": ""}


def _labels(case: Case) -> dict[str, str]:
    return {
        "category": labels.name("category", case.category),
        "product": case.product.name if case.product else "",
        "merged_into": case.merged_into.reference if case.merged_into else "",
    }


def _clock(clock: Any) -> dict[str, Any]:
    return {"kind": clock.kind, "status": clock.status, "due_at": clock.due_at}


def _rights(user: User, case: Case) -> dict[str, bool]:
    handles = policies.can_handle(user, case)
    return {
        "reply": handles and not case.is_ended,
        "note": policies.can_note_cases(user),
        "assign": handles and not case.is_ended,
        "transition": handles,
        "solve": handles and case.is_active,
        "correct": handles,
        "edit": handles,
    }


def _moves(case: Case) -> list[dict[str, Any]]:
    targets = [target for target in STEPS if target in MOVES[case.status]]
    return [{"to": t, "label": t.label, "icon": STEPS[t], "needs_reason": False} for t in targets]


def _loads(able: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """People with the number of their open cases, in one query."""
    found = Case.objects.filter(status__in=ACTIVE, owner__isnull=False).values("owner_id")
    counts = {str(row["owner_id"]): row["n"] for row in found.annotate(n=Count("number"))}
    directory = people.directory()
    teams = {
        str(user): directory.teams[team].name for team, users in directory.members.items() for user in users
    }
    return [
        {**each, "open_count": counts.get(each["id"], 0), "team_name": teams.get(each["id"], "")}
        for each in able
    ]


def _teams() -> list[dict[str, str]]:
    return [{"id": team.key, "name": team.name} for team in people.directory().teams.values()]


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "id": identity.id,
        "kind": identity.kind,
        "label": str(Identity.Kind(identity.kind).label),
        "masked": masked(identity.kind, identity.value),
        "icon": IDENTITY_ICONS.get(identity.kind, "id"),
    }


def _confirmations(case: Case) -> list[Confirmation]:
    said = list(case.confirmations.order_by("at"))
    for each in said:
        each.comment = shroud.words(each.comment)
    return said


def _context(contact: Contact) -> list[dict[str, str]]:
    """Device, page and the like of the newest voice that told any."""
    names = {
        "device": _("Device"),
        "page": _("Page"),
        "app_version": _("Version"),
        "error_code": _("Error code"),
        "happened_at": _("Happened at"),
        "order_id": _("Order"),
    }
    newest = Voice.objects.filter(contact=contact).order_by("-received_at").first()
    told = newest.context if newest else {}
    return [{"label": label, "value": str(told[key])[:200]} for key, label in names.items() if told.get(key)]


def _answers(case: Case) -> list[dict[str, Any]]:
    hits = knowledge.suggest(f"{case.subject} {case.preview}", lang=case.language)
    return [{"title": h.title, "url": h.url, "score": h.score} for h in hits]


def _verdicts(case: Case) -> list[dict[str, Any]]:
    told = case.understanding
    tasks = ("category", "priority", "kind", "sentiment")
    return [_verdict(task, told[task]) for task in tasks if told.get(task, {}).get("label")]


def _verdict(task: str, told: dict[str, Any]) -> dict[str, Any]:
    options = options_of(task)
    return {
        "task": task,
        "label": words.field_names()[task],
        "value": told["label"],
        "value_label": dict(options).get(told["label"], told["label"]),
        "confidence": told.get("confidence", 0.0),
        "evidence": _evidence(told.get("evidence", [])),
        "corrected_by": _("a colleague") if told.get("corrected") else "",
        "options": options,
    }


def options_of(task: str) -> list[tuple[str, str]]:
    """The labels among which a person may choose."""
    if task == "priority":
        return [(str(value), str(label)) for value, label in Priority.choices]
    if task == "kind":
        return [(str(value), str(label)) for value, label in Kind.choices]
    return list(labels.names(task).items())


def _evidence(pieces: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(labels.reason, pieces))))[:5]
