"""Registration of the conversations app."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "huiyin.conversations"
    label = "conversations"

    def ready(self) -> None:
        from huiyin.conversations import listeners, selectors, services  # noqa: F401
        from huiyin.core import persons
        from huiyin.voices import selectors as voices

        voices.tell_goings_on_by(selectors.goes_on)
        persons.register(
            persons.Source(
                "conversations",
                frozenset({"conversations.Conversation", "conversations.Message"}),
                selectors.held_about,
                selectors.traces_of,
                services.erase,
            )
        )
