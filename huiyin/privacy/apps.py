"""Registration of the privacy app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "huiyin.privacy"
    label = "privacy"

    def ready(self) -> None:
        from huiyin.core import persons, startup
        from huiyin.privacy.selectors import held
        from huiyin.privacy.services import erasure

        persons.register(
            persons.Source("privacy", held.TABLES, held.held_about, held.traces_of, erasure.forget_own)
        )
        startup.register(erasure.objection)
