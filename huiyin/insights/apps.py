"""Registration of the insights app."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "huiyin.insights"
    label = "insights"
