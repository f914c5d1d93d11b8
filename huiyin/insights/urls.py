"""Routes of insights: what many users say, and the topics behind it."""

from django.urls import path

from huiyin.insights import views

staff = [
    path("insights/", views.insights, name="insights"),
    path("insights/export/", views.insights_export, name="insights_export"),
    path("insights/topics/", views.insight_topics, name="insight_topics"),
    path("insights/topics/<slug:key>/", views.insight_topic, name="insight_topic"),
    path("insights/topics/<slug:key>/change/", views.insight_topic_change, name="insight_topic_change"),
    path("insights/topics/<slug:key>/merge/", views.insight_topic_merge, name="insight_topic_merge"),
]
