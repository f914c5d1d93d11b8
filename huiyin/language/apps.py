"""Registration of the language app."""

from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "huiyin.language"
    label = "language"

    def ready(self) -> None:
        from huiyin.core import logs, persons, shroud
        from huiyin.language import listeners, pii, services  # noqa: F401

        logs.redact_by(pii.redacted)
        shroud.mask_by(pii.masked)

        persons.on_masked("language.Example", services.index_afresh)
        persons.register(
            persons.Source(
                "language",
                frozenset({"language.Example", "language.ModelWeights", "language.Sample"}),
                collect=lambda person, parcel: None,  # an example is a copy of words that the ear hands out
                trace=lambda person, traces: None,
                erase=lambda person, traces: services.forget(traces.texts),
            )
        )
