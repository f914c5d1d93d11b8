"""Registration of the core app."""

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "huiyin.core"
    label = "core"

    def ready(self) -> None:
        from huiyin.core import dispatch, erasing, logs, persons, syschecks, tasks  # noqa: F401
        from huiyin.core.live import announce
        from huiyin.core.webhooks.outbox import enlist

        logs.configure(settings.ENV.log)
        dispatch.readers.append(enlist)
        persons.register(
            persons.Source("core", erasing.TABLES, erasing.collect, erasing.trace, erasing.erase)
        )
        announce.start()
        for kind, name, rows in erasing.EXPIRIES:
            persons.expire(kind, name, rows, erasing.delete)
