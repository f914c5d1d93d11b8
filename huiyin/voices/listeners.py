"""What the ear does after a voice was recorded: understand it fully, and offer it for review."""

from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Unavailable
from huiyin.core.models import JournalEntry
from huiyin.language import services as language
from huiyin.language.verdicts import Understanding, understanding_from
from huiyin.privacy import selectors as privacy
from huiyin.privacy.models import Purpose
from huiyin.voices import services
from huiyin.voices.events import VoiceRecorded
from huiyin.voices.models import Voice

PATIENCE_MS = 20_000


@journal.listener(VoiceRecorded, atomic=False)
def on_voice_recorded_understand(event: VoiceRecorded, entry: JournalEntry) -> None:
    """Ask the models again, with time; while they cannot answer, the job comes back later.

    What they are unsure of waits for somebody to judge it, unless the user wants no analysis of their words.
    """
    if not language.has_models():
        return
    voice = Voice.objects.select_related("contact").get(id=event.subject)
    told = understanding_from(voice.understanding) if voice.is_understood else _understood(voice)
    if privacy.allows(voice.contact, Purpose.ANALYTICS):
        language.offer(voice.text, told, at=voice.received_at)


def _understood(voice: Voice) -> Understanding:
    told = language.understand(voice.text, subject=voice.subject, budget_ms=PATIENCE_MS)
    if not told.complete:
        raise Unavailable("models_not_ready", "The language models did not answer; the voice waits.")
    services.understand(voice, understanding=told, by=SYSTEM)
    return told
