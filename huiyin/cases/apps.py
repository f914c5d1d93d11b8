"""Registration of the cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "huiyin.cases"
    label = "cases"

    def ready(self) -> None:
        from huiyin.cases import listeners  # noqa: F401
