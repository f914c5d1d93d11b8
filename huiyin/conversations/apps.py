"""Registration of the conversations app."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "huiyin.conversations"
    label = "conversations"

    def ready(self) -> None:
        from huiyin.conversations import listeners  # noqa: F401
