"""What users ask again and again and no article answers: found anew each night, decided by people once."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.module_loading import import_string

from huiyin.core import clock
from huiyin.core.persons import ERASED
from huiyin.knowledge.gathering import SAME, Cluster, Said, gather
from huiyin.knowledge.models import Gap, Language
from huiyin.knowledge.selectors.finding import suggest
from huiyin.language.duplicates import cosine
from huiyin.voices.models import Kind, Voice
from huiyin.voices.selectors import openings

FINDING = "huiyin.knowledge.tasks.find_gaps"
LOOKED_BACK = timedelta(days=60)
MOST_READ = 5_000  # the newest voices
FREQUENT = 3
KEPT_VOICES = 20
ASKING = (Kind.QUESTION, Kind.FAULT, Kind.REQUEST)


def look_soon() -> None:
    """Have the gaps found by a job now instead of by night."""
    import_string(FINDING).enqueue()


def find_gaps() -> int:
    """Gather what was asked lately, keep what no article answers; how many gaps are open.

    A gap that people decided on stays decided; one that an article answers meanwhile, or that nobody asks any
    more, goes.
    """
    clusters = [each for each in gather(_asked()) if len(each.members) >= FREQUENT]
    unanswered = [cluster for cluster in clusters if not _is_answered(cluster)]
    with transaction.atomic():
        known = list(Gap.objects.select_for_update(of=("self",)))
        seen = {_keep(cluster, known).id for cluster in unanswered}
        Gap.objects.filter(status=Gap.Status.OPEN).exclude(id__in=seen).delete()
    return Gap.objects.filter(status=Gap.Status.OPEN).count()


def _asked() -> Iterable[Said]:
    since = clock.now() - LOOKED_BACK
    rows = openings().filter(received_at__gte=since, kind__in=ASKING).exclude(text=ERASED)
    columns = ("id", "received_at", "language", "fingerprint", "vector")
    for key, at, lang, digest, vector in rows.order_by("-received_at").values_list(*columns)[:MOST_READ]:
        yield Said(key, at, lang, digest, bytes(vector or b""))


def _is_answered(cluster: Cluster) -> bool:
    """An article comes near enough to be offered to whoever asks this."""
    text = Voice.objects.values_list("text", flat=True).get(id=cluster.central[0].key)
    return bool(suggest(text, lang=_lang(cluster), vector=cluster.centre, limit=1))


def _keep(cluster: Cluster, known: list[Gap]) -> Gap:
    """The gap of this cluster: the one that holds some of it already, or else a new one."""
    keys, centre = [str(said.key) for said in cluster.central], cluster.centre
    gap = next((gap for gap in known if _is_same(gap, set(keys), centre)), None)
    if gap is None:
        gap = Gap()
    else:
        known.remove(gap)
    times = [said.at for said in cluster.members]
    gap.voices, gap.size, gap.lang = keys[:KEPT_VOICES], len(keys), _lang(cluster)
    gap.vector, gap.first_at, gap.last_at = centre or None, min(times), max(times)
    gap.save()
    return gap


def _is_same(gap: Gap, keys: set[str], centre: bytes) -> bool:
    return not keys.isdisjoint(gap.voices) or cosine(bytes(gap.vector or b""), centre) >= SAME


def _lang(cluster: Cluster) -> str:
    return Language.EN if cluster.leader.lang == "en" else Language.ZH
