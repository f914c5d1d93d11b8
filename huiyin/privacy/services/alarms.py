"""Telling those who administer the house that somebody reads more people's data than anybody's work needs."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.accounts.selectors.colleagues import administrators
from huiyin.core import limits, mail
from huiyin.core.audit import reading


def warn_of_mass_reading(user_id: str, *, limit: str, entry: str, at: datetime) -> int:
    """One letter to each administrator who has a mailbox; the same fact again sends none. Answers how many."""
    found = [each for each in administrators() if each.email]
    text = _text(user_id, limit, at)
    for admin in found:
        mail.send(admin.email, _("Somebody reads unusually much"), text, key=f"brake:{entry}:{admin.id}")
    return len(found)


def _text(user_id: str, limit: str, at: datetime) -> str:
    told = {
        "name": str(User.objects.filter(id=user_id).first() or user_id),
        "count": limits.of(limit),
        "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        "link": f"{settings.ORIGIN}{reverse('audit_log')}?who={user_id}",
    }
    words = {
        reading.DOWNLOADS: _(
            "%(name)s has downloaded more than %(count)s files within an hour, last at %(at)s."
        ),
        reading.CASES: _(
            "A program of %(name)s has read more than %(count)s cases of others within an hour, last at %(at)s."
        ),
    }.get(limit, _("%(name)s has opened more than %(count)s people's data within an hour, last at %(at)s."))
    after = _("They were asked to prove who they are. What they read stands in the record of acts:\n%(link)s")
    return f"{words % told}\n\n{after % told}"
