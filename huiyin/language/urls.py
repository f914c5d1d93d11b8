"""Routes of language: the console of its models, and the review of doubtful texts."""

from django.urls import path

from huiyin.language import views

staff = [
    path("models/", views.model_list, name="model_list"),
    path("models/review/", views.model_review, name="model_review"),
    path("models/review/<uuid:sample_id>/", views.model_judgement, name="model_judgement"),
    path("models/<slug:task>/", views.model_task, name="model_task"),
    path("models/<slug:task>/learning/", views.model_learning, name="model_learning"),
    path("models/versions/<uuid:version_id>/use/", views.model_use, name="model_use"),
]
