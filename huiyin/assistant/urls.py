"""Routes of the assistant, by audience."""

from django.urls import path

from huiyin.assistant.views import console, flows, talk

public = [
    path("assistant/", talk.assistant_home, name="assistant_home"),
    path("assistant/flows/", flows.flow_offers, name="flow_offers"),
    path("assistant/flows/<slug:key>/", flows.flow_begin, name="flow_begin"),
    path("assistant/step/", flows.flow_step, name="flow_step"),
    path("assistant/new/", talk.assistant_new, name="assistant_new"),
    path("assistant/person/", talk.assistant_person, name="assistant_person"),
    path("assistant/turns/<uuid:turn_id>/choice/", talk.assistant_choice, name="assistant_choice"),
    path("assistant/turns/<uuid:turn_id>/rating/", talk.assistant_rating, name="assistant_rating"),
]
staff = [
    path("assistant/", console.console_home, name="assistant_console"),
    path("assistant/judging/", console.console_judging, name="assistant_judging"),
    path("assistant/thresholds/", console.console_thresholds, name="assistant_thresholds"),
    path("assistant/precision/", console.console_precision, name="assistant_precision"),
    path("assistant/topics/", console.console_topics, name="assistant_topics"),
    path(
        "assistant/topics/<uuid:topic_id>/removal/",
        console.console_topic_removal,
        name="assistant_topic_removal",
    ),
    path("assistant/rankers/", console.console_rankers, name="assistant_rankers"),
    path(
        "assistant/rankers/<uuid:ranker_id>/choice/",
        console.console_ranker_choice,
        name="assistant_ranker_choice",
    ),
]
