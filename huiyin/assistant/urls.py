"""Routes of the assistant, by audience."""

from django.urls import path

from huiyin.assistant.views import console, flow_desk, flow_files, flow_systems, flows, talk, writing

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
    path("assistant/flows/", flow_desk.flow_list, name="flow_list"),
    path("assistant/flow-import/", flow_files.flow_import, name="flow_import"),
    path("assistant/flows/<slug:key>/", flow_desk.flow_detail, name="flow_detail"),
    path("assistant/flows/<slug:key>/file/", flow_files.flow_file, name="flow_file"),
    path("assistant/flows/<slug:key>/steps/", flow_desk.flow_steps, name="flow_steps"),
    path("assistant/flows/<slug:key>/steps/<slug:step_id>/", flow_desk.flow_step_edit, name="flow_step_edit"),
    path(
        "assistant/flows/<slug:key>/steps/<slug:step_id>/place/",
        flow_desk.flow_step_place,
        name="flow_step_place",
    ),
    path(
        "assistant/flows/<slug:key>/steps/<slug:step_id>/removal/",
        flow_desk.flow_step_removal,
        name="flow_step_removal",
    ),
    path("assistant/flows/<slug:key>/publication/", flow_desk.flow_publication, name="flow_publication"),
    path("assistant/flows/<slug:key>/withdrawal/", flow_desk.flow_withdrawal, name="flow_withdrawal"),
    path("assistant/flows/<slug:key>/trial/", flow_desk.flow_trial, name="flow_trial"),
    path(
        "assistant/flows/<slug:key>/versions/<int:version>/return/", flow_desk.flow_return, name="flow_return"
    ),
    path("assistant/systems/", flow_systems.flow_systems, name="flow_systems"),
    path("assistant/systems/<slug:key>/", flow_systems.flow_system, name="flow_system"),
    path("assistant/systems/<slug:key>/secret/", flow_systems.flow_system_secret, name="flow_system_secret"),
    path(
        "assistant/systems/<slug:key>/removal/", flow_systems.flow_system_removal, name="flow_system_removal"
    ),
    path("assistant/writing/", writing.writing_board, name="writing_board"),
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
