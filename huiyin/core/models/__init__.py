"""Tables of the floor, by noun."""

from huiyin.core.models.attachments import Attachment
from huiyin.core.models.audit import AuditEntry, AuditHead, AuditSegment
from huiyin.core.models.captcha import SpentChallenge
from huiyin.core.models.idempotency import IdempotencyKey
from huiyin.core.models.jobs import Job, Pulse, Slot
from huiyin.core.models.journal import Delivery, JournalEntry
from huiyin.core.models.mail import OutgoingMail
from huiyin.core.models.record import Record
from huiyin.core.models.sms import OutgoingSms
from huiyin.core.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "AuditSegment",
    "Delivery",
    "IdempotencyKey",
    "Job",
    "JournalEntry",
    "OutgoingMail",
    "OutgoingSms",
    "Pulse",
    "Record",
    "Slot",
    "SpentChallenge",
    "WebhookDelivery",
    "WebhookEndpoint",
]
