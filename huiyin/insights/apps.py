"""Registration of the insights app."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "huiyin.insights"
    label = "insights"

    def ready(self) -> None:
        from huiyin.cases import words
        from huiyin.cases.selectors import notices
        from huiyin.core import persons
        from huiyin.insights import listeners, phrases, services  # noqa: F401
        from huiyin.insights.selectors import held, topics

        words.teach("topic.swelled", phrases.swelled, "activity")
        words.teach("topic.calmed", phrases.calmed, "check")
        notices.describe("topic", topics.things)
        persons.register(
            persons.Source(
                "insights",
                frozenset({"insights.Member", "insights.Topic"}),
                collect=held.held_about,
                trace=lambda person, traces: None,
                erase=services.erase,
            )
        )
