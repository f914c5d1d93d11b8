"""Why nothing came back from another system."""


class EgressError(Exception):
    """No answer: the other side cannot be reached, is too slow or says too much."""


class Late(EgressError):
    """No whole answer within the time that was given."""


class Blocked(EgressError):
    """We do not go there."""
