"""Registration of the voices app."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "huiyin.voices"
    label = "voices"
