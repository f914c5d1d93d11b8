"""Routes of pages that mix nouns, by audience."""

from django.urls import path
from django.views.generic import RedirectView

from huiyin.web.views import desk, portal

staff = [
    path("", desk.desk_home, name="desk_home"),
    path("search/", desk.desk_search, name="desk_search"),
]
public = [
    path("", portal.help_home, name="help_home"),
    path("requests/new", RedirectView.as_view(url="/requests/new/", query_string=True)),
    path("requests/new/", portal.request_new, name="request_new"),
    path("requests/sent/<str:key>/", portal.request_sent, name="request_sent"),
    path("promises/", portal.promises, name="promises"),
]
