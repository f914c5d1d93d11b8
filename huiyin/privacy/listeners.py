"""What privacy does after a fact: enter the consents that were given at sign-up and before the first passkey, and
warn of somebody who reads too much.
"""

from huiyin.accounts.events import BiometricsAllowed, TermsAccepted
from huiyin.core import journal
from huiyin.core.events import BrakePulled
from huiyin.core.models import JournalEntry
from huiyin.privacy import services
from huiyin.privacy.models import Purpose
from huiyin.privacy.services import alarms


@journal.listener(TermsAccepted)
def on_terms_accepted_enter(event: TermsAccepted, entry: JournalEntry) -> None:
    """The policy as it was shown at sign-up, by its digest."""
    services.enter_accepted(event.subject, Purpose.POLICY, event.version, digest=event.digest, at=entry.at)


@journal.listener(BiometricsAllowed)
def on_biometrics_allowed_enter(event: BiometricsAllowed, entry: JournalEntry) -> None:
    """The separate words that stand before the first passkey."""
    services.enter_accepted(
        event.subject, Purpose.BIOMETRICS, event.version, digest=event.digest, at=entry.at
    )


@journal.listener(BrakePulled)
def on_brake_pulled_warn(event: BrakePulled, entry: JournalEntry) -> None:
    """Whoever administers the house is told at once, with the way to the record."""
    alarms.warn_of_mass_reading(event.subject, limit=event.limit, entry=str(entry.id), at=entry.at)
