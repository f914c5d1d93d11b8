"""Routes of cases, by audience."""

from django.urls import path

from huiyin.cases.views import actions, calendars, contacts, desk, promises
from huiyin.cases.views import portal as own

staff = [
    path("cases/", desk.case_list, name="case_list"),
    path("cases/bulk/", actions.case_bulk, name="case_bulk"),
    path("cases/<str:number>/", desk.case_detail, name="case_detail"),
    path("cases/<str:number>/replies/", actions.case_reply, name="case_reply"),
    path("cases/<str:number>/notes/", actions.case_note, name="case_note"),
    path("cases/<str:number>/assignment/", actions.case_assignment, name="case_assignment"),
    path("cases/<str:number>/transitions/", actions.case_transition, name="case_transition"),
    path("cases/<str:number>/solution/", actions.case_solution, name="case_solution"),
    path("cases/<str:number>/fields/", actions.case_edit, name="case_edit"),
    path("cases/<str:number>/corrections/", actions.case_correction, name="case_correction"),
    path("cases/<str:number>/clocks/<slug:kind>/", desk.case_clock, name="case_clock"),
    path("preview/", desk.preview, name="case_preview"),
    path("views/", desk.view_counts, name="desk_views"),
    path("views/new/", actions.view_create, name="view_create"),
    path("views/<uuid:view_id>/deletion/", actions.view_delete, name="view_delete"),
    path("people/", contacts.contact_list, name="contact_list"),
    path("people/<uuid:contact_id>/", contacts.contact_detail, name="contact_detail"),
    path("calendars/", calendars.calendar_list, name="calendar_list"),
    path("calendars/<slug:key>/", calendars.calendar_detail, name="calendar_detail"),
    path("calendars/<slug:key>/hours/", calendars.calendar_hours, name="calendar_hours"),
    path("calendars/<slug:key>/days/", calendars.calendar_days, name="calendar_days"),
    path("calendars/<slug:key>/days/removal/", calendars.calendar_day_removal, name="calendar_day_removal"),
    path("calendars/<slug:key>/years/", calendars.calendar_year, name="calendar_year"),
    path("calendars/<slug:key>/feed/", calendars.calendar_feed, name="calendar_feed"),
    path(
        "calendars/<slug:key>/days/application/",
        calendars.calendar_days_application,
        name="calendar_days_application",
    ),
    path("policies/", promises.policy_new, name="policy_new"),
    path("policies/<slug:key>/", promises.policy_detail, name="policy_detail"),
    path("policies/<slug:key>/draft/", promises.policy_draft, name="policy_draft"),
    path("policies/<slug:key>/versions/<int:version>/", promises.policy_version, name="policy_version"),
    path("policies/<slug:key>/names/", promises.policy_names, name="policy_names"),
    path("policies/<slug:key>/removal/", promises.policy_removal, name="policy_removal"),
    path("policies/<slug:key>/rules/", promises.policy_rules, name="policy_rules"),
    path("policies/<slug:key>/default/", promises.policy_default, name="policy_default"),
    path("policies/<slug:key>/line/", promises.policy_line, name="policy_line"),
]
public = [
    path("requests/", own.request_list, name="request_list"),
    path("follow/<str:key>/", own.follow, name="follow"),
    path("follow/<str:key>/messages/", own.follow_message, name="follow_message"),
    path("follow/<str:key>/confirmation/", own.follow_confirmation, name="follow_confirmation"),
]
