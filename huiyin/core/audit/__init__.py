"""The audit chain: acts recorded where they happen, sealed one to the next, verified and searched.

`record` writes a row in the caller's transaction; `sealing` chains it within seconds; `heads` tells the chain's
end to the world outside the database, so that a cut tail shows; `verifying` names the first broken row.
"""

from huiyin.core.audit.place import acting_for, seen_from
from huiyin.core.audit.recording import DONE, FAILED, LONGEST, REFUSED, record

__all__ = ["DONE", "FAILED", "LONGEST", "REFUSED", "acting_for", "record", "seen_from"]
