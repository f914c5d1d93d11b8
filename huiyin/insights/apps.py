"""Registration of the insights app."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "huiyin.insights"
    label = "insights"

    def ready(self) -> None:
        from huiyin.core import persons
        from huiyin.insights import listeners, services  # noqa: F401
        from huiyin.insights.selectors import held

        persons.register(
            persons.Source(
                "insights",
                frozenset({"insights.Member", "insights.Topic"}),
                collect=held.held_about,
                trace=lambda person, traces: None,
                erase=services.erase,
            )
        )
