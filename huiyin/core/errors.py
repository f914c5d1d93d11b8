"""Refusals: every "no" that a service can say, with a stable code and a sentence for a person."""

from typing import Any


class Refusal(Exception):
    """A request that was understood and refused; nothing was stored. Rendered as a page or as problem+json."""

    status = 400

    def __init__(self, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Invalid(Refusal):
    """The input is wrong; `data["field"]` names where, `data["errors"]` may list several."""

    status = 400


class Unauthenticated(Refusal):
    """Nobody is signed in, or the token is not valid."""

    status = 401


class Forbidden(Refusal):
    """The person may see the object but may not do this."""

    status = 403


class ProofNeeded(Forbidden):
    """The person may, once they have shown again that it is them: pages send them there and back."""


class NotFound(Refusal):
    """Absent, or not for this person's eyes: the two look alike."""

    status = 404


class Conflict(Refusal):
    """The current state does not allow it; `data["current"]` tells the state."""

    status = 409


class TooLarge(Refusal):
    """More bytes than are allowed."""

    status = 413


class Unsupported(Refusal):
    """A kind of file or body that is not taken."""

    status = 415


class TooMany(Refusal):
    """A limit is reached; `data["retry_after"]` tells the seconds to wait."""

    status = 429


class Unavailable(Refusal):
    """Cannot be done at the moment; trying again later may work."""

    status = 503
