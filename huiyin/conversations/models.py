"""Threads and what was said in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact
from huiyin.core import clock
from huiyin.core.models import Record
from huiyin.voices.models import Source, Voice


class Way(models.TextChoices):
    """How a contact wants to be told of each step; nothing chosen means at the address they gave."""

    EMAIL = "email", _("By e-mail")
    SMS = "sms", _("By text message")
    PAGE = "page", _("Only on this page")


class Conversation(Record):
    """A thread with one contact; replies go out on its channel, and `told_by` says how we draw attention to them."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=Source.choices)
    subject = models.CharField(max_length=200, blank=True, default="")
    told_by = models.CharField(max_length=10, choices=Way.choices, blank=True, default="", db_default="")
    started_at = models.DateTimeField(default=clock.now)


class Message(Record):
    """One item of a thread. An inbound one points to the voice it is made of."""

    class Direction(models.TextChoices):
        INBOUND = "in", _("From the user")
        OUTBOUND = "out", _("From us")

    class Delivery(models.TextChoices):
        NONE = "none", _("Not sent out")
        QUEUED = "queued", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not delivered")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, db_index=False, related_name="messages"
    )
    direction = models.CharField(max_length=3, choices=Direction.choices)
    voice = models.OneToOneField(Voice, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_kind = models.CharField(max_length=10)
    author_id = models.CharField(max_length=40, blank=True, default="")
    body = models.TextField()
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.NONE)
    attachment_count = models.PositiveSmallIntegerField(default=0)
    nonce = models.CharField(max_length=80, null=True, blank=True, unique=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["conversation", "at", "id"], name="message_in_order")]
