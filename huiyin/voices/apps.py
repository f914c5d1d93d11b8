"""Registration of the voices app."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "huiyin.voices"
    label = "voices"

    def ready(self) -> None:
        from huiyin.voices import listeners  # noqa: F401
