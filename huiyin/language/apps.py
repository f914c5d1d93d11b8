"""Registration of the language app."""

from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "huiyin.language"
    label = "language"

    def ready(self) -> None:
        from huiyin.language import listeners  # noqa: F401
