"""Registration of the assistant app."""

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "huiyin.assistant"
    label = "assistant"

    def ready(self) -> None:
        from huiyin.assistant import listeners  # noqa: F401
        from huiyin.assistant.selectors import held
        from huiyin.assistant.services import erasure
        from huiyin.core import persons

        persons.register(
            persons.Source("assistant", held.TABLES, held.held_about, held.traces_of, erasure.erase)
        )
