"""Routes of the assistant, by audience."""

from django.urls import path

from huiyin.assistant.views import talk

public = [
    path("assistant/", talk.assistant_home, name="assistant_home"),
    path("assistant/new/", talk.assistant_new, name="assistant_new"),
    path("assistant/person/", talk.assistant_person, name="assistant_person"),
    path("assistant/turns/<uuid:turn_id>/choice/", talk.assistant_choice, name="assistant_choice"),
    path("assistant/turns/<uuid:turn_id>/rating/", talk.assistant_rating, name="assistant_rating"),
]
