"""Registration of the assistant app."""

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "huiyin.assistant"
    label = "assistant"

    def ready(self) -> None:
        from huiyin.assistant import listeners  # noqa: F401
        from huiyin.assistant.selectors import held, panel
        from huiyin.assistant.services import erasure
        from huiyin.core import panels, persons

        persons.register(
            persons.Source("assistant", held.TABLES, held.held_about, held.traces_of, erasure.erase)
        )
        panels.register(
            panels.Panel("case", "assistant/case_panel.html", panel.panel_of, shows=panel.came_by_chat)
        )
