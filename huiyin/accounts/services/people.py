"""Writes about users and what they are trusted with."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import events, selectors
from huiyin.accounts.models import BusinessLine, Grant, Role, RoleRule, Team, User
from huiyin.accounts.models.users import NAME_IN_ENGLISH
from huiyin.accounts.services import clients, sessions
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.crypto import blind_index
from huiyin.core.errors import Conflict, Invalid

PREFERENCES = {"theme", "density", "columns", "sort", "tour", NAME_IN_ENGLISH}


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str = "",
    display_name: str = "",
    email: str = "",
    roles: tuple[str, ...] = (),
    by: Actor,
) -> User:
    """A new person who can sign in; without a password no password fits. Events: user.created, grant.given.

    Refuses a name that is taken, an unknown role, and a password that the policy refuses.
    """
    user = User(username=username.strip().lower(), display_name=display_name, email=email)
    if not user.username:
        raise Invalid("username_missing", _("Please choose a name to sign in with."), field="username")
    if email:
        user.email_index = blind_index("identity.email", email)
    if password:
        put_password(user, password)
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("username_taken", _("This name is taken."), field="username") from error
    journal.publish(events.UserCreated(subject=str(user.id)), by=by)
    for role in roles:
        grant(user, role=role, by=by)
    return user


@transaction.atomic
def grant(
    user: User,
    *,
    role: str,
    line: BusinessLine | None = None,
    team: Team | None = None,
    expires_at: datetime | None = None,
    by: Actor,
) -> Grant:
    """Trust a person with a role. Refuses unknown roles, and a guest without an end. Events: grant.given."""
    if role not in Role.values:
        raise Invalid("role_unknown", _("There is no such role."), field="role", known=list(Role.values))
    if role == Role.EXTERNAL and expires_at is None:
        raise Invalid(
            "until_needed", _("An external auditor stays for a time: say until when."), field="until"
        )
    given = Grant.objects.create(user=user, role=role, line=line, team=team, expires_at=expires_at)
    for name in ("held", "roles"):
        user.__dict__.pop(name, None)
    mark_trust_changed(user)
    journal.publish(events.GrantGiven(subject=str(user.id), role=role), by=by)
    selectors.forget_tokens()
    transaction.on_commit(selectors.forget_directory)
    transaction.on_commit(selectors.forget_tokens)
    return given


@transaction.atomic
def disable(user: User, *, by: Actor) -> User:
    """Shut every door for this person: sign-in, tokens, streams. Events: user.disabled."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.api_tokens.filter(revoked_at=None).update(revoked_at=clock.now())
    sessions.end_sessions(user, why="disabled", by=by)
    clients.shut_out(user)
    journal.publish(events.UserDisabled(subject=str(user.id)), by=by)
    selectors.forget_tokens()
    transaction.on_commit(selectors.forget_directory)
    transaction.on_commit(selectors.forget_tokens)
    return user


@transaction.atomic
def set_password(user: User, password: str, *, keep: str | None = None, by: Actor) -> User:
    """Give a new password and end every session but `keep`. Refuses one that the policy refuses.

    Events: password.changed, session.ended.
    """
    put_password(user, password)
    user.save(update_fields=["password", "password_set_at"])
    journal.publish(events.PasswordChanged(subject=str(user.id)), by=by)
    sessions.end_sessions(user, why="password", by=by, but=keep)
    return user


@transaction.atomic
def correct_profile(user: User, *, name: str, language: str, by: Actor) -> User:
    """Change how a person is called and in which language we write. Events: profile.corrected."""
    wanted = {"display_name": name.strip()[:80], "language": language}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, wanted[field])
    if changed:
        user.save(update_fields=changed)
        journal.publish(events.ProfileCorrected(subject=str(user.id), fields=changed), by=by)
    return user


@transaction.atomic
def rule_role(role: str, *, needs_second_factor: bool, by: Actor) -> RoleRule:
    """Ask those who hold a role for a second step when they sign in, or do not. Events: role_rule.changed."""
    if role not in Role.values:
        raise Invalid("role_unknown", _("There is no such role."), field="role", known=list(Role.values))
    given = {"needs_second_factor": needs_second_factor, "changed_at": clock.now()}
    rule, _is_new = RoleRule.objects.update_or_create(role=role, defaults=given)
    told = events.RoleRuleChanged(subject=role, needs_second_factor=needs_second_factor)
    journal.publish(told, by=by)
    return rule


def mark_trust_changed(user: User) -> None:
    """What the person may do has changed: their sessions go on under new keys."""
    user.trust_changed_at = clock.now()
    user.save(update_fields=["trust_changed_at"])


def prefer(user: User, *, name: str, value: object) -> User:
    """Remember how this person likes the pages."""
    if name not in PREFERENCES:
        raise Invalid("preference_unknown", _("There is no such preference."), field="name")
    user.preferences = {**user.preferences, name: value}
    user.save(update_fields=["preferences"])
    return user


def put_password(user: User, password: str) -> None:
    """Set it on the object, if the policy takes it; saving is the caller's."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password_weak", " ".join(error.messages), field="password") from error
    user.set_password(password)
    user.password_set_at = clock.now()
