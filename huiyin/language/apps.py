"""Registration of the language app."""

from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "huiyin.language"
    label = "language"

    def ready(self) -> None:
        from huiyin.core import leaving, logs, persons, shroud
        from huiyin.language import listeners, pii, services  # noqa: F401

        logs.redact_by(pii.redacted)
        shroud.mask_by(pii.masked)
        leaving.mask_by(pii.masked)

        for table in ("language.Example", "language.Sample"):
            persons.on_masked(table, services.index_afresh)
        persons.register(
            persons.Source(
                "language",
                frozenset({"language.Example", "language.ModelWeights", "language.Sample"}),
                collect=lambda person, parcel: None,  # an example is a copy of words that the ear hands out
                trace=lambda person, traces: None,
                erase=lambda person, traces: services.forget(traces.texts),
            )
        )
