"""Sessions and the record of sign-ins: who is in, from which device and place, and how it is ended."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.accounts import events, places
from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.models import Door, Session, SignIn, User
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import addresses
from huiyin.core import audit, clock, crypto, journal
from huiyin.core.actors import Actor
from huiyin.core.crypto import blind_index

NOBODY = Actor("visitor")
NOTING = "huiyin.accounts.tasks.note_wrong_password"
SEALED_FOR = b"job\x1fnote_wrong_password"
KEPT_FOR = timedelta(days=190)  # the law asks for at least six months of sign-in records


@transaction.atomic
def open_session(user: User, *, key: str, arrival: Arrival, door: str, factor: str = "") -> Session:
    """Note that somebody is in. A new device or place is told to them. Events: user.signed_in."""
    session = Session(user=user, key=key, door=door, factor=factor)
    session.device, session.address, session.place = arrival.device_words, arrival.address, arrival.place
    session.save(force_insert=True)
    attempt = _attempt(user, arrival, door, SignIn.Result.LET_IN)
    _compare(attempt)
    attempt.save(force_insert=True)
    told = events.SignedIn(
        subject=str(user.id),
        session=str(session.id),
        door=door,
        factor=factor,
        is_new_device=attempt.is_new_device,
        is_new_place=attempt.is_new_place,
    )
    journal.publish(told, by=user.actor)
    _record("session.started", f"session:{session.id}", by=user.actor, arrival=arrival, door=door)
    if attempt.is_new_device or attempt.is_new_place:
        _warn(user, session)
    return session


@transaction.atomic
def note_failure(user: User, *, arrival: Arrival, door: str, reason: str) -> SignIn:
    """Somebody tried to come in as this person and did not. Events: user.sign_in_failed."""
    attempt = _attempt(user, arrival, door, SignIn.Result.WRONG)
    attempt.reason = reason
    attempt.save(force_insert=True)
    journal.publish(events.SignInFailed(subject=str(user.id), door=door, reason=reason), by=user.actor)
    _record("session.refused", f"user:{user.id}", by=NOBODY, arrival=arrival, door=door, reason=reason)
    return attempt


def report_wrong_proof(name: str, *, arrival: Arrival, door: str) -> None:
    """Have it noted by a job, whose cost is the same whether or not the name belongs to anybody."""
    told = json.dumps({"name": name, "door": str(door), **asdict(arrival)})
    import_string(NOTING).enqueue(crypto.seal(told.encode(), SEALED_FOR))


def note_wrong_proof(sealed: str) -> None:
    """Where the name belongs to somebody, they can see that it was tried. Events: user.sign_in_failed."""
    told = json.loads(crypto.unseal(sealed, SEALED_FOR))
    user, door = doors.user_known_as(told.pop("name")), told.pop("door", Door.PASSWORD.value)
    if user is not None:
        note_failure(user, arrival=Arrival(**told), door=door, reason=door)


@transaction.atomic
def end_session(session: Session, *, why: str, by: Actor) -> Session:
    """Shut this browser's door on every process; twice is once. Events: session.ended."""
    if session.ended_at is None:
        _end([session], why)
        audit.record("session.ended", f"session:{session.id}", by=by, detail={"why": why})
        journal.publish(
            events.SessionEnded(subject=str(session.user_id), session=str(session.id), why=why), by=by
        )
    return session


@transaction.atomic
def end_sessions(user: User, *, why: str, by: Actor, but: str | None = None) -> int:
    """Shut every door of a person, but the one whose key is named. Events: session.ended, once for each."""
    live = [each for each in user.sign_ins.filter(ended_at=None) if each.key != but]
    _end(live, why)
    for each in live:
        audit.record("session.ended", f"session:{each.id}", by=by, detail={"why": why})
    facts = [events.SessionEnded(subject=str(user.id), session=str(each.id), why=why) for each in live]
    if facts:
        journal.publish_all(facts, by=by)
    return len(live)


def end_by_key(key: str, *, why: str, by: Actor) -> None:
    """End the session that has this key, and tell the person when it was carried to another browser."""
    session = Session.objects.select_related("user").filter(key=key).first()
    if session is None:
        return
    end_session(session, why=why, by=by)
    if why == "device_changed":
        _warn_of_theft(session)


def touch_session(key: str) -> None:
    """Remember that this browser is still used."""
    Session.objects.filter(key=key, ended_at=None).update(seen_at=clock.now())


def rekey_session(old: str, new: str) -> None:
    """The session goes on under another key."""
    Session.objects.filter(key=old, ended_at=None).update(key=new)


def sweep_sessions() -> int:
    """Close what expired by itself, and forget what is older than the law and we need, in batches."""
    before = clock.now() - KEPT_FOR
    gone = 0
    for model, rows in (
        (SignIn, SignIn.objects.filter(at__lt=before)),
        (Session, Session.objects.filter(ended_at__lt=before)),
    ):
        batch = list(rows.values_list("id", flat=True)[:500])
        gone += model.objects.filter(id__in=batch).delete()[0]
    return gone


def _record(action: str, thing: str, *, by: Actor, arrival: Arrival, **detail: str) -> None:
    """From the address of the arrival: a job that notes it later has none of its own."""
    result = audit.REFUSED if by is NOBODY else audit.DONE
    with audit.seen_from(arrival.address, ""):
        audit.record(action, thing, by=by, result=result, detail=detail)


def _attempt(user: User, arrival: Arrival, door: str, result: str) -> SignIn:
    attempt = SignIn(user=user, door=door, result=result, device=arrival.device_words)
    attempt.address, attempt.place = arrival.address, arrival.place
    attempt.device_index = blind_index("sign_in.device", arrival.device) if arrival.device else ""
    attempt.place_index = blind_index("sign_in.place", places.key(arrival.address))
    return attempt


def _compare(attempt: SignIn) -> None:
    """New against all earlier successes; the very first one is nothing new."""
    earlier = SignIn.objects.filter(user_id=attempt.user_id, result=SignIn.Result.LET_IN)
    if earlier.exists():
        attempt.is_new_device = not earlier.filter(device_index=attempt.device_index).exists()
        former = blind_index("sign_in.place", places.network(attempt.address))
        attempt.is_new_place = not earlier.filter(place_index__in=[attempt.place_index, former]).exists()


def _warn(user: User, session: Session) -> None:
    with override(user.language or settings.LANGUAGE_CODE):
        subject = _("Your account was signed in to on a new device or from a new place")
        text = _(
            "Device: %(device)s\nPlace: %(place)s\n\nIf this was you, there is nothing to do. If not: open your "
            "account, end that session under “Devices”, and choose a new password."
        ) % {"device": session.device, "place": session.place}
        addresses.tell(user, subject=subject, text=text, key=f"new-device-{session.id}")


def _warn_of_theft(session: Session) -> None:
    user = session.user
    with override(user.language or settings.LANGUAGE_CODE):
        subject = _("We ended a session of your account")
        text = _(
            "A session that began on %(device)s was used from another browser, so we ended it. If you did not "
            "copy it there yourself, choose a new password."
        ) % {"device": session.device}
        addresses.tell(user, subject=subject, text=text, key=f"theft-{session.id}")


def _end(sessions: Iterable[Session], why: str) -> None:
    now = clock.now()
    for session in sessions:
        if session.key:
            SessionStore(session.key).delete()
        session.ended_at, session.ended_why, session.key = now, why, None
        session.save(update_fields=["ended_at", "ended_why", "key"])
