"""Reads for the administration of staff: who there is, what they hold, what was asked, what a review should see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.accounts.models import (
    AccessReview,
    AccessRule,
    Grant,
    Invitation,
    ReviewDecision,
    Role,
    RoleRule,
    Session,
    TrustRequest,
    User,
)
from huiyin.accounts.selectors.people import directory, identity_index
from huiyin.core import clock
from huiyin.core.errors import NotFound

STALE = timedelta(days=90)
SOON = timedelta(days=14)
NEW = timedelta(days=30)
HANDLES_CASES = {Role.AGENT, Role.SENIOR, Role.SUPERVISOR}


def colleagues(*, text: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Everybody who holds or held a role, by name, user name, address, role in force, and whether shut out."""
    found = User.objects.filter(id__in=Grant.objects.values("user_id"))
    if text:
        named = [key for key, user in directory().people.items() if text.casefold() in str(user).casefold()]
        by_address = Q(email_index=identity_index("email", text))
        found = found.filter(Q(username__icontains=text.lower()) | Q(id__in=named) | by_address)
    if role:
        in_force = Grant.objects.in_force(clock.now()).filter(role=role)
        found = found.filter(id__in=in_force.values("user_id"))
    if state in {"active", "disabled"}:
        found = found.filter(is_active=state == "active")
    return found


def colleague(key: UUID) -> User:
    """One of them. Customers' accounts are not administered here and look absent."""
    user = colleagues().filter(id=key).first()
    if user is None:
        raise NotFound("person_absent", "")
    return user


def account(key: UUID) -> User:
    """Any account, a customer's too."""
    user = User.objects.filter(id=key).first()
    if user is None:
        raise NotFound("person_absent", "")
    return user


def rows_of(users: list[User]) -> list[dict[str, Any]]:
    """As the list shows them: roles in force with their reach, and when they were seen."""
    keys = [user.id for user in users]
    held: dict[UUID, list[Grant]] = {}
    for given in _with_names(Grant.objects.in_force(clock.now()).filter(user_id__in=keys)):
        held.setdefault(given.user_id, []).append(given)
    seen = last_seen(keys)
    return [
        {"user": user, "grants": [shown(g) for g in held.get(user.id, [])], "seen_at": seen.get(user.id)}
        for user in users
    ]


def administrators() -> QuerySet[User]:
    """Everybody who administers the house now, over all of it."""
    in_force = Grant.objects.in_force(clock.now()).filter(role=Role.ADMIN)
    return User.objects.filter(is_active=True, id__in=in_force.values("user_id")).order_by("username")


def last_seen(keys: list[UUID]) -> dict[UUID, datetime]:
    rows = Session.objects.filter(user_id__in=keys).values("user_id").annotate(seen=Max("seen_at"))
    return {row["user_id"]: row["seen"] for row in rows}


def grants_of(user: User) -> list[dict[str, Any]]:
    """In force first, then what was."""
    rows = _with_names(user.grants.all()).order_by("-granted_at")
    now = clock.now()
    return sorted((shown(given) for given in rows), key=lambda row: not row["grant"].is_in_force(now))


def grant_for(key: UUID) -> Grant:
    given = Grant.objects.select_related("user").filter(id=key).first()
    if given is None:
        raise NotFound("grant_absent", "")
    return given


def shown(given: Grant) -> dict[str, Any]:
    """A grant with its words."""
    names = [str(each) for each in (given.line, given.team) if each]
    return {
        "grant": given,
        "role": given.role,
        "label": Role(given.role).label,
        "reach": " · ".join(names) or _("Everywhere"),
        "state": _state(given, clock.now()),
    }


def _state(given: Grant, now: datetime) -> str:
    if given.revoked_at is not None:
        return "revoked"
    if given.expires_at is not None and given.expires_at <= now:
        return "expired"
    return "soon" if given.expires_at is not None and given.expires_at <= now + SOON else "in_force"


def open_invitations() -> QuerySet[Invitation]:
    rows = Invitation.objects.select_related("invited_by").filter(accepted_at=None, withdrawn_at=None)
    return rows.filter(expires_at__gt=clock.now()).order_by("-invited_at")


def invitation_for(key: UUID) -> Invitation:
    row = Invitation.objects.filter(id=key).first()
    if row is None:
        raise NotFound("invitation_absent", "")
    return row


def waiting_requests() -> QuerySet[TrustRequest]:
    rows = TrustRequest.objects.select_related("user", "asked_by")
    return rows.filter(decision=TrustRequest.Decision.WAITING).order_by("asked_at")


def request_for(key: UUID) -> TrustRequest:
    row = TrustRequest.objects.select_related("user", "asked_by").filter(id=key).first()
    if row is None:
        raise NotFound("request_absent", "")
    return row


def rules_of_roles() -> list[dict[str, Any]]:
    """Each role with its limits and whether it needs a second factor."""
    limits = {row.role: row for row in AccessRule.objects.exclude(role="")}
    factors = {row.role: row.needs_second_factor for row in RoleRule.objects.all()}
    return [
        {"role": role, "label": label, "rule": limits.get(role), "second_factor": factors.get(role, False)}
        for role, label in Role.choices
    ]


def rule_of(user: User) -> AccessRule | None:
    return AccessRule.objects.filter(user=user).first()


@dataclass(frozen=True)
class Finding:
    """One right as the review shows it."""

    grant: Grant
    label: str
    reach: str
    seen_at: datetime | None
    hints: tuple[str, ...]
    verdict: str


def review_of(review: AccessReview) -> list[Finding]:
    """Every right in force of people who can come in, with what speaks against it."""
    now = clock.now()
    grants = list(
        _with_names(Grant.objects.in_force(now).filter(user__is_active=True)).order_by("user_id", "role")
    )
    seen = last_seen([given.user_id for given in grants])
    said = dict(ReviewDecision.objects.filter(review=review).values_list("grant_id", "verdict"))
    roles: dict[UUID, list[str]] = {}
    for given in grants:
        roles.setdefault(given.user_id, []).append(given.role)
    return [
        Finding(
            given,
            str(Role(given.role).label),
            shown(given)["reach"],
            seen.get(given.user_id),
            tuple(_hints(given, roles[given.user_id], seen.get(given.user_id), now)),
            said.get(given.id, ""),
        )
        for given in grants
    ]


def reviews() -> QuerySet[AccessReview]:
    """All of them, the newest first, with how many rights each kept and took away."""
    kinds = ReviewDecision.Verdict
    return AccessReview.objects.order_by("-quarter").annotate(
        kept=Count("decisions", filter=Q(decisions__verdict=kinds.KEEP)),
        revoked=Count("decisions", filter=Q(decisions__verdict=kinds.REVOKE)),
    )


def _hints(given: Grant, held: list[str], seen: datetime | None, now: datetime) -> list[str]:
    """Least privilege: what is not used, held twice, or about to end."""
    hints = []
    if given.used_at is None and now - given.granted_at > NEW:
        hints.append(_("Never used since it was given"))
    elif given.used_at is not None and now - given.used_at > STALE:
        hints.append(_("Not used for 90 days"))
    if (seen or given.granted_at) < now - STALE:
        hints.append(_("Not signed in for 90 days"))
    if held.count(given.role) > 1:
        hints.append(_("Held more than once"))
    if given.role in {Role.AGENT, Role.SENIOR} and Role.SUPERVISOR in held:
        hints.append(_("The supervisor's role includes this"))
    if given.role == Role.AGENT and Role.SENIOR in held:
        hints.append(_("The senior's role includes this"))
    if given.role == Role.ADMIN and set(held) & HANDLES_CASES:
        hints.append(_("Administers and handles cases: two accounts would keep them apart"))
    if given.expires_at is not None and given.expires_at <= now + SOON:
        hints.append(_("Ends within 14 days"))
    return hints


def _with_names(rows: QuerySet[Grant]) -> QuerySet[Grant]:
    return rows.select_related("user", "line", "team", "granted_by", "revoked_by")
