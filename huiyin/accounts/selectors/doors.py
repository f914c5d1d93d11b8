"""Reads about coming in: who is meant by a name, what they proved, which second steps they have, where they are in."""

from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator

from huiyin.accounts.addresses import Address, parse
from huiyin.accounts.federation import Known
from huiyin.accounts.models import (
    LinkedAccount,
    OneTimeCode,
    Role,
    RoleRule,
    Session,
    Setback,
    SignIn,
    User,
)
from huiyin.accounts.selectors.people import identity_index
from huiyin.core import clock
from huiyin.core.crypto import blind_index
from huiyin.core.errors import NotFound

SECOND_BY_DEFAULT = frozenset({Role.ADMIN, Role.SUPERVISOR})
STRONG = ((Authenticator.Type.WEBAUTHN, "passkey"), (Authenticator.Type.TOTP, "totp"))


def address_index(address: Address) -> str:
    """The blind index of an address of an account."""
    return identity_index(address.way, address.value)


def user_named(username: str) -> User | None:
    return User.objects.filter(username=username.strip().lower()).first()


def user_at(address: Address) -> User | None:
    """The account that has proved this address."""
    index = address_index(address)
    proved = {f"{address.way}_index": index, f"{address.way}_verified_at__isnull": False}
    return User.objects.filter(**proved).first()


def user_known_as(text: str) -> User | None:
    """The account that signs in with this name, phone number or e-mail address. One query either way."""
    address = parse(text)
    return user_at(address) if address else user_named(text)


def setback_index(text: str, *, device: str = "") -> str:
    """Under what failures are counted: the name as it was meant, apart for a device that the person has used."""
    address = parse(text)
    name = address.value if address else text.strip().lower()
    is_known = bool(device) and is_device_known(user_known_as(text), device)
    return blind_index("setback.name", f"{name} {device if is_known else ''}".strip())


def near_index(near: str) -> str:
    """Under what failures of a neighbourhood are counted."""
    return blind_index("setback.near", near)


def second_index(user: User) -> str:
    """Under what failures of a person's second step are counted."""
    return blind_index("setback.second", str(user.pk))


def address_of(code: OneTimeCode) -> Address:
    return Address(code.way, code.address)


def is_device_known(user: User | None, device: str) -> bool:
    """Has this person come in from this browser before? Nobody is asked about too, so that it takes as long."""
    index = blind_index("sign_in.device", device)
    whose = user.id if user else UUID(int=0)
    return SignIn.objects.filter(user_id=whose, device_index=index, result=SignIn.Result.LET_IN).exists()


def proved_address(user: User, way: str) -> Address | None:
    return Address(way, getattr(user, way)) if getattr(user, f"{way}_verified_at") else None


def is_opened_by_recovery(user: User) -> bool:
    """Does a recovery code let this person in by itself? Where nothing but a passkey does, and that may be lost."""
    has_passkey = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).exists()
    has_more = user.has_usable_password() or user.email_verified_at or user.phone_verified_at
    return has_passkey and not has_more


def sessions_of(user: User) -> list[Session]:
    """Browsers that are signed in now, the latest used first."""
    return list(user.sign_ins.filter(ended_at=None).order_by("-seen_at")[:100])


def attempts_of(user: User, limit: int = 30) -> list[SignIn]:
    return list(user.attempts.order_by("-at")[:limit])


def factors_of(user: User, *, but: str = "") -> list[str]:
    """The second steps that this person can take, strongest first; `but` is the way by which they came in.

    A code to the same address would prove nothing new: then the password is the second step.
    """
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    strong = [name for kind, name in STRONG if kind in kinds]
    if user.second_step and user.second_step != but:
        strong.append(user.second_step)
    elif user.second_step and user.has_usable_password() and not strong:
        strong.append("password")
    has_codes = Authenticator.Type.RECOVERY_CODES in kinds
    return [*strong, "recovery"] if strong and has_codes else strong


def authenticators_of(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def authenticator_of(user: User, pk: int) -> Authenticator:
    """One of the person's own. Raises NotFound for anybody else's."""
    found = Authenticator.objects.filter(user=user, pk=pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if (factor := found.first()) is None:
        raise NotFound("factor_absent", "")
    return factor


def session_of(user: User, session_id: UUID) -> Session:
    """One of the person's own. Raises NotFound for anybody else's."""
    found = user.sign_ins.filter(id=session_id, ended_at=None).first()
    if found is None:
        raise NotFound("session_absent", "")
    return found


def code_proved(code_id: str, *, purpose: str, within: timedelta) -> OneTimeCode | None:
    """A code that was used just now, in the session that holds its id."""
    if not code_id:
        return None
    since = clock.now() - within
    return OneTimeCode.objects.filter(id=code_id, purpose=purpose, used_at__gt=since).first()


def code_awaited(code_id: str, *, purpose: str) -> OneTimeCode | None:
    """A code that was sent and can still be entered."""
    return OneTimeCode.objects.filter(id=code_id, purpose=purpose, used_at=None).first() if code_id else None


def failures_of(index: str) -> int:
    return Setback.objects.filter(index=index).values_list("failures", flat=True).first() or 0


def needs_second_factor(user: User) -> bool:
    """Does a role of this person ask for a second step? Without a rule, leaders' roles do."""
    rules = dict(RoleRule.objects.filter(role__in=user.roles).values_list("role", "needs_second_factor"))
    return any(rules.get(role, role in SECOND_BY_DEFAULT) for role in user.roles)


def linked_index(known: Known) -> str:
    """Under what an account elsewhere is found: its service and its subject there."""
    return blind_index("linked.subject", f"{known.service} {known.subject}")


def linked_account(known: Known) -> LinkedAccount | None:
    found = LinkedAccount.objects.select_related("user").filter(
        provider=known.service, index=linked_index(known)
    )
    return found.first()


def linked_accounts_of(user: User) -> list[LinkedAccount]:
    return list(user.linked.order_by("linked_at"))


def linked_account_of(user: User, row_id: UUID) -> LinkedAccount:
    """One of the person's own. Raises NotFound for anybody else's."""
    found = user.linked.filter(id=row_id).first()
    if found is None:
        raise NotFound("linked_absent", "")
    return found
