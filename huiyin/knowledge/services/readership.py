"""For whom an article is, and the files that come with it."""

from collections.abc import Iterable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models.contacts import Tier
from huiyin.core import attachments, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, TooLarge
from huiyin.core.models import Attachment
from huiyin.knowledge import events
from huiyin.knowledge.models import Article, Segment
from huiyin.knowledge.selectors.articles import FILES, files_of

MOST_FILES = 20


@transaction.atomic
def show_to(article: Article, segments: Iterable[str], *, by: Actor) -> None:
    """The groups for whom the article is, as `tier:vip`, `product:key`, `line:key`; all others lose it.

    Refuses an unknown group, and none at all while the article is for some users. Events: article.described.
    """
    wanted = sorted(set(segments))
    check_segments(article.visibility, wanted)
    known = {str(segment): segment.id for segment in article.segments.all()}
    if set(known) == set(wanted):
        return
    Segment.objects.filter(id__in=[known[name] for name in known if name not in wanted]).delete()
    pairs = [name.split(":", 1) for name in wanted if name not in known]
    Segment.objects.bulk_create(Segment(article=article, kind=kind, value=value) for kind, value in pairs)
    journal.publish(events.ArticleDescribed(subject=str(article.id), fields=["segments"]), by=by)


def check_segments(visibility: str, segments: Sequence[str]) -> None:
    """Refuse groups that nobody could be in; names the field."""
    if unknown := sorted(set(segments) - set(known_segments())):
        raise Invalid("segment_unknown", _("There is no such group."), field="segments", unknown=unknown)
    if visibility == Article.Visibility.SEGMENT and not segments:
        raise Invalid("segments_missing", _("Choose at least one group of users."), field="segments")


def known_segments() -> dict[str, str]:
    """Every group that there is, by name, with what it is called."""
    organisation = people.directory()
    tiers = {f"tier:{tier.value}": str(tier.label) for tier in Tier}
    lines = {f"line:{line.key}": line.name for line in organisation.lines.values()}
    products = {f"product:{each.key}": each.name for each in organisation.products.values()}
    return {**tiers, **lines, **products}


@transaction.atomic
def attach(article: Article, uploads: Sequence[UploadedFile], *, by: Actor) -> list[Attachment]:
    """Files that readers of the article may take. Refuses bad files and more than twenty. Events: article.described."""
    if len(files_of(article)) + len(uploads) > MOST_FILES:
        raise TooLarge("too_many_files", _("At most 20 files an article, please."), field="files")
    stored = attachments.store_all(uploads, by=by)
    attachments.claim([file.id for file in stored], owner_kind=FILES, owner_id=str(article.id))
    journal.publish(events.ArticleDescribed(subject=str(article.id), fields=["files"]), by=by)
    return stored


@transaction.atomic
def detach(article: Article, file: Attachment, *, by: Actor) -> None:
    """Take a file away for good. Events: article.described."""
    attachments.forget(file)
    journal.publish(events.ArticleDescribed(subject=str(article.id), fields=["files"]), by=by)
