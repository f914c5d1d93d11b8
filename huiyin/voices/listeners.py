"""What the ear does after a voice was recorded: understand it fully when intake did not wait."""

from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Unavailable
from huiyin.core.models import JournalEntry
from huiyin.language import services as language
from huiyin.voices import services
from huiyin.voices.events import VoiceRecorded
from huiyin.voices.models import Voice

PATIENCE_MS = 20_000


@journal.listener(VoiceRecorded, atomic=False)
def on_voice_recorded_understand(event: VoiceRecorded, entry: JournalEntry) -> None:
    """Ask the models again, with time; while they cannot answer, the job comes back later."""
    if event.is_understood or not language.has_models():
        return
    voice = Voice.objects.get(id=event.subject)
    understanding = language.understand(voice.text, subject=voice.subject, budget_ms=PATIENCE_MS)
    if not understanding.complete:
        raise Unavailable("models_not_ready", "The language models did not answer; the voice waits.")
    services.understand(voice, understanding=understanding, by=SYSTEM)
