"""Registration of the knowledge app."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "huiyin.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from huiyin.core import attachments
        from huiyin.knowledge import listeners, policies  # noqa: F401
        from huiyin.knowledge.selectors.articles import FILES

        attachments.register_reader(FILES, lambda user, _article: policies.can_read_desk_articles(user))
