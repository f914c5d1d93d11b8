"""Registration of the privacy app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "huiyin.privacy"
    label = "privacy"

    def ready(self) -> None:
        from uuid import UUID

        from huiyin.accounts.selectors import held as accounts
        from huiyin.core import erasing, persons, startup
        from huiyin.core.webhooks import recipients
        from huiyin.privacy import listeners  # noqa: F401
        from huiyin.privacy.selectors import held
        from huiyin.privacy.services import erasure, retention, transfers

        persons.register(
            persons.Source("privacy", held.TABLES, held.held_about, held.traces_of, erasure.forget_own)
        )
        startup.register(erasure.objection)
        persons.tell_owner("contact", UUID)
        persons.expire("identity", "accounts.Contact", retention.idle_people, retention.forget_people)
        persons.expire("security", "accounts.SignIn", accounts.old_attempts, erasing.delete)
        persons.expire("security", "accounts.Session", accounts.old_sessions, erasing.delete)
        recipients.register(objection=transfers.objection, guard=transfers.guard)
