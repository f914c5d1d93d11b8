"""Registration of the language app."""

from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "huiyin.language"
    label = "language"

    def ready(self) -> None:
        from huiyin.core import persons
        from huiyin.language import listeners, services  # noqa: F401

        persons.register(
            persons.Source(
                "language",
                frozenset({"language.Example"}),
                collect=lambda person, parcel: None,  # an example is a copy of words that the ear hands out
                trace=lambda person, traces: None,
                erase=lambda person, traces: services.forget(traces.texts),
            )
        )
