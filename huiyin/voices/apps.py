"""Registration of the voices app."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "huiyin.voices"
    label = "voices"

    def ready(self) -> None:
        from huiyin.core import persons
        from huiyin.voices import listeners, selectors, services  # noqa: F401

        persons.expire("context", "voices.Voice", services.old_contexts, services.forget_contexts)
        persons.register(
            persons.Source(
                "voices",
                frozenset({"voices.RawInput", "voices.Voice"}),
                selectors.held_about,
                selectors.traces_of,
                services.erase,
            )
        )
