"""Writes about what staff are trusted with: nobody trusts themselves, and the weightiest trust needs two."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events, policies, selectors
from huiyin.accounts.models import BusinessLine, Grant, Role, Team, TrustRequest, User
from huiyin.accounts.services.people import disable, grant
from huiyin.core import audit, clock, journal
from huiyin.core.errors import Conflict, Forbidden, Invalid

LONGEST_VISIT = timedelta(days=90)  # of an external auditor
# Who judges is not who runs what is judged.
APART = {
    Role.AUDITOR: frozenset(Role.values) - {Role.AUDITOR},
    Role.EXTERNAL: frozenset(Role.values) - {Role.EXTERNAL},
}


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What is to be granted: a role, where it holds, until when."""

    role: str
    line: BusinessLine | None = None
    team: Team | None = None
    until: datetime | None = None


@transaction.atomic
def trust(user: User, *, with_: Trust, by: User) -> Grant | TrustRequest:
    """Grant a role, or ask a second administrator when it is theirs. The same again answers the first.

    Refuses: oneself, roles that exclude each other, an external auditor without an end, an end in the past.
    Events: grant.given or trust.asked.
    """
    _refuse_self(user, by)
    check(with_)
    _refuse_conflicts(user, with_.role)
    if held := _held(user, with_):
        return held
    if with_.role == Role.ADMIN:
        return _ask(user, with_, by)
    given = grant(
        user, role=with_.role, line=with_.line, team=with_.team, expires_at=with_.until, by=by.actor
    )
    Grant.objects.filter(id=given.id).update(granted_by=by)
    _record("grant.given", user, with_, by)
    return given


@transaction.atomic
def agree(request: TrustRequest, *, by: User) -> Grant:
    """The second person's yes: the grant holds from now on. Refuses who asked and who receives. Events: grant.given."""
    _decide(request, TrustRequest.Decision.AGREED, by)
    _refuse_conflicts(request.user, request.role)
    given = grant(
        request.user,
        role=request.role,
        line=request.line,
        team=request.team,
        expires_at=request.grant_until,
        by=by.actor,
    )
    Grant.objects.filter(id=given.id).update(granted_by=request.asked_by)
    detail = {"role": request.role, "asked_by": str(request.asked_by_id)}
    audit.record("grant.given", f"user:{request.user_id}", by=by.actor, detail=detail)
    return given


@transaction.atomic
def decline(request: TrustRequest, *, by: User) -> TrustRequest:
    """The second person's no; the one who asked may take it back too. Events: trust.declined."""
    _decide(request, TrustRequest.Decision.DECLINED, by)
    journal.publish(events.TrustDeclined(subject=str(request.user_id), role=request.role), by=by.actor)
    audit.record("trust.declined", f"user:{request.user_id}", by=by.actor, detail={"role": request.role})
    return request


@transaction.atomic
def revoke(given: Grant, *, by: User) -> Grant:
    """Take a role away from now on; twice is once. Refuses the last administrator's. Events: grant.revoked."""
    if given.revoked_at is not None:
        return given
    if given.role == Role.ADMIN and not _other_administrator(given):
        raise Conflict("last_administrator", _("Somebody has to remain who can administer."))
    given.revoked_at, given.revoked_by = clock.now(), by
    given.save(update_fields=["revoked_at", "revoked_by"])
    journal.publish(events.GrantRevoked(subject=str(given.user_id), role=given.role), by=by.actor)
    detail = {"role": given.role, "grant": str(given.id)}
    audit.record("grant.revoked", f"user:{given.user_id}", by=by.actor, detail=detail)
    _changed()
    return given


@transaction.atomic
def shut_out(user: User, *, by: User) -> User:
    """Shut every door for this person. Refuses oneself and the last administrator. Events: user.disabled."""
    _refuse_self(user, by)
    disable(user, by=by.actor)
    audit.record("user.disabled", f"user:{user.id}", by=by.actor)
    return user


@transaction.atomic
def enable(user: User, *, by: User) -> User:
    """Open the doors again for somebody who was disabled. Refuses oneself. Events: user.enabled."""
    _refuse_self(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    journal.publish(events.UserEnabled(subject=str(user.id)), by=by.actor)
    audit.record("user.enabled", f"user:{user.id}", by=by.actor)
    _changed()
    return user


def check(with_: Trust) -> None:
    """The trust makes sense in itself. Raises Invalid."""
    if with_.role not in Role.values:
        raise Invalid("role_unknown", _("There is no such role."), field="role")
    now = clock.now()
    if with_.until is not None and with_.until <= now:
        raise Invalid("until_past", _("Choose a day that is still to come."), field="until")
    if with_.role == Role.EXTERNAL and (with_.until is None or with_.until > now + LONGEST_VISIT):
        raise Invalid(
            "until_needed",
            _("An external auditor stays at most 90 days: choose the last day."),
            field="until",
        )
    if with_.line and with_.team and with_.team.line_id not in {None, with_.line.id}:
        raise Invalid("team_elsewhere", _("This team belongs to another business line."), field="team")


def _refuse_self(user: User, by: User) -> None:
    if user.id == by.id:
        raise Forbidden("not_to_oneself", _("Nobody changes their own rights. Ask another administrator."))


def _refuse_conflicts(user: User, role: str) -> None:
    """Auditors hold nothing else. The roles are read afresh: somebody else may have granted one just now."""
    held = set(user.grants.in_force(clock.now()).values_list("role", flat=True))
    for mine in held:
        if role in APART.get(Role(mine), ()) or mine in APART.get(Role(role), ()):
            raise Conflict(
                "roles_apart", _("An auditor holds no other role: who judges does not run what is judged.")
            )


def _held(user: User, with_: Trust) -> Grant | None:
    in_force = user.grants.in_force(clock.now())
    return in_force.filter(role=with_.role, line=with_.line, team=with_.team, expires_at=with_.until).first()


def _ask(user: User, with_: Trust, by: User) -> TrustRequest:
    request, is_new = TrustRequest.objects.get_or_create(
        user=user,
        role=with_.role,
        decision=TrustRequest.Decision.WAITING,
        defaults={"line": with_.line, "team": with_.team, "grant_until": with_.until, "asked_by": by},
    )
    if is_new:
        journal.publish(events.TrustAsked(subject=str(user.id), role=with_.role), by=by.actor)
        _record("trust.asked", user, with_, by)
    return request


def _decide(request: TrustRequest, decision: str, by: User) -> None:
    """Compare and set, so that two deciders decide once."""
    is_agreement = decision == TrustRequest.Decision.AGREED
    if (
        not policies.can_administer(by)
        or by.id == request.user_id
        or (is_agreement and by.id == request.asked_by_id)
    ):
        raise Forbidden(
            "second_person_needed", _("A second administrator has to agree, not who asked or receives.")
        )
    waiting = TrustRequest.objects.filter(id=request.id, decision=TrustRequest.Decision.WAITING)
    if not waiting.update(decision=decision, decided_by=by, decided_at=clock.now()):
        raise Conflict("already_decided", _("This was decided already."))
    request.refresh_from_db()


def _other_administrator(given: Grant) -> bool:
    others = Grant.objects.in_force(clock.now()).filter(role=Role.ADMIN, user__is_active=True)
    return others.exclude(id=given.id).exists()


def _record(action: str, user: User, with_: Trust, by: User) -> None:
    detail = {
        "role": with_.role,
        "line": str(with_.line.id) if with_.line else "",
        "team": str(with_.team.id) if with_.team else "",
        "until": with_.until.isoformat() if with_.until else "",
    }
    audit.record(action, f"user:{user.id}", by=by.actor, detail=detail)


def _changed() -> None:
    selectors.forget_tokens()
    transaction.on_commit(selectors.forget_directory)
    transaction.on_commit(selectors.forget_tokens)
