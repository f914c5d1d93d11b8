"""Articles with a variant for each language and a revision for each writing; what readers said of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Product
from huiyin.accounts.models.organisation import Named
from huiyin.core import clock
from huiyin.core.models import Record


class Language(models.TextChoices):
    """The languages articles are written in; either may lead, and the other then has to follow."""

    ZH = "zh", _("Chinese")
    EN = "en", _("English")

    @property
    def other(self) -> "Language":
        return Language.EN if self is Language.ZH else Language.ZH


class Category(Named):
    """A shelf of the help centre; it may stand inside another one."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "key"]


GIVEN = "import:"


class Article(Record):
    """One answer. Its words are in its variants; readers see it while it is published.

    `origin` names what the article was made of, such as a case; `GIVEN` and an id, if a file brought it under one
    that cannot stand in an address.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        STAFF = "staff", _("Staff only")
        SEGMENT = "segment", _("Some users")

    key = models.SlugField(max_length=80, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_at = models.DateField(null=True, blank=True)
    reminded_for = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=60, blank=True, default="", db_default="")
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)
    solved = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["status", "-updated_at", "id"], name="article_newest")]
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="article_origin_once")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED


class Review(Record):
    """A second look at words that readers do not see yet: asked for, then answered by somebody else."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("Waiting")
        PUBLISHED = "published", _("Published")
        RETURNED = "returned", _("Returned")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="reviews")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=500, blank=True, default="")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(verdict="open"), name="article_review_once"
            )
        ]
        indexes = [models.Index(fields=["article", "-asked_at"], name="article_reviews")]


class Segment(Record):
    """A group of users who may read an article that is for some of them: any one group is enough.

    `value` is a tier, or the key of a product or a business line that the user has written to us about.
    """

    class Kind(models.TextChoices):
        TIER = "tier", _("Tier")
        PRODUCT = "product", _("Product")
        LINE = "line", _("Business line")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="segments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "kind", "value"], name="article_segment_once")
        ]
        indexes = [models.Index(fields=["kind", "value"], name="article_segment")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Variant(Record):
    """An article in one language: its latest revision, and the one that readers see."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="variants")
    lang = models.CharField(max_length=2, choices=Language.choices)
    current = models.ForeignKey("Revision", null=True, on_delete=models.PROTECT, related_name="+")
    published = models.ForeignKey(
        "Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "lang"], name="variant_once")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.lang}"


class Revision(Record):
    """The words of a variant as somebody wrote them, never changed; `html` and `plain` come of the body.

    Staleness of a pair of languages is read from two numbers. `translates` is the revision that the other
    language had when this one was written. `led_at` is the newest revision up to this one that said something
    new, instead of following the other language.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, db_index=False, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    body = models.TextField()
    questions = models.JSONField(default=list, blank=True)
    html = models.TextField(editable=False)
    plain = models.TextField(editable=False)
    translates = models.PositiveIntegerField(default=0)
    led_at = models.PositiveIntegerField(default=0, db_default=0)
    author_kind = models.CharField(max_length=10)
    author_id = models.CharField(max_length=40, blank=True, default="")
    author_name = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return self.title

    def is_behind(self, other: "Revision") -> bool:
        """The other language has said something new since this was written."""
        return other.led_at > self.translates

    @property
    def prose(self) -> SafeString:
        """The body to be shown: what the Markdown renderer made and cleaned when this was written."""
        return mark_safe(self.html)


class Phrasing(Record):
    """One way to ask for published words, with the sentence vector of each encoder that has read it.

    `fine_vector` is of the better encoder, which is slower and may be absent. Rows without a text were left by a
    version that kept none; the job replaces them.
    """

    class Kind(models.TextChoices):
        TITLE = "title", _("Title")
        QUESTION = "question", _("Question")
        LEAD = "lead", _("Title and beginning")

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, db_index=False, related_name="phrasings")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True, default="", db_default="")
    text = models.CharField(max_length=300, blank=True, default="", db_default="")
    model = models.CharField(max_length=80)
    vector = models.BinaryField()
    fine_model = models.CharField(max_length=80, blank=True, default="", db_default="")
    fine_vector = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "model", "place"], name="article_phrasing_once")
        ]
        indexes = [
            models.Index(fields=["model", "id"], name="article_phrasing_newest"),
            models.Index(fields=["fine_model", "kind", "id"], name="article_phrasing_fine"),
        ]


class Vote(Record):
    """Whether an article helped one reader, and why not. `voter` is a random mark of their browser."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("It is hard to understand")
        INCOMPLETE = "incomplete", _("Something is missing")
        WRONG = "wrong", _("It is wrong or out of date")
        OTHER_TOPIC = "other_topic", _("It is about something else")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="votes")
    lang = models.CharField(max_length=2, choices=Language.choices)
    voter = models.CharField(max_length=40)
    helpful = models.BooleanField()
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, default="")
    comment = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "voter"], name="vote_once")]


class SearchMiss(Record):
    """A question that found nothing, with personal data masked, and how often it was asked."""

    query = models.CharField(max_length=120)
    lang = models.CharField(max_length=2, choices=Language.choices)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["query", "lang"], name="search_miss_once")]


class Reading(Record):
    """How often an article was opened on one day. Who opened it is not kept."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="readings")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="article_reading_once")]


class Gap(Record):
    """What users ask again and again and no article answers, gathered by meaning.

    It keeps the ids of what was said, never the words: whoever is erased is gone from here as well.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Article written")
        DISMISSED = "dismissed", _("Not needed")

    voices = models.JSONField(default=list)
    size = models.PositiveIntegerField()
    lang = models.CharField(max_length=2, choices=Language.choices)
    vector = models.BinaryField(null=True, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["status", "-size", "id"], name="gap_largest")]


class Import(Record):
    """A file of articles being brought in: who sent it, how far it is, what became of its rows."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    name = models.CharField(max_length=150)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    refusals = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "id"], name="article_import_newest")]

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.DONE, self.Status.FAILED}


class Deflection(Record):
    """One request form: which answers it was offered, opened, and which one made the request unnecessary."""

    session = models.UUIDField(unique=True)
    lang = models.CharField(max_length=2, choices=Language.choices)
    offered = models.JSONField(default=list)
    opened = models.JSONField(default=list)
    solved_by = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    offered_at = models.DateTimeField(default=clock.now)
    solved_at = models.DateTimeField(null=True, blank=True)
