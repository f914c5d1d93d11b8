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
        from huiyin.insights.selectors import held, swells, topics

        named = {"topic": topics.things, "product": swells.products, "category": swells.categories}
        for subject_kind, things in named.items():
            words.teach(f"{subject_kind}.swelled", phrases.swelled, "activity")
            words.teach(f"{subject_kind}.calmed", phrases.calmed, "check")
            notices.describe(subject_kind, things)
        persons.register(
            persons.Source(
                "insights",
                frozenset({"insights.Member", "insights.Topic"}),
                collect=held.held_about,
                trace=lambda person, traces: None,
                erase=services.erase,
            )
        )
