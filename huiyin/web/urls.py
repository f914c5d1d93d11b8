"""Routes of pages that mix nouns, by audience."""

from django.urls import path
from django.views.generic import RedirectView

from huiyin.web.views import desk, mcp
from huiyin.web.views import portal as help_centre

staff = [
    path("", desk.desk_home, name="desk_home"),
    path("search/", desk.desk_search, name="desk_search"),
    path("tour/", desk.desk_tour, name="desk_tour"),
]
api = [path("mcp", mcp.endpoint, name="mcp")]
public = [
    path("", help_centre.help_home, name="help_home"),
    path("requests/new", RedirectView.as_view(url="/requests/new/", query_string=True)),
    path("requests/new/", help_centre.request_new, name="request_new"),
    path("requests/sent/<str:key>/", help_centre.request_sent, name="request_sent"),
    path("search/", help_centre.help_search, name="help_search"),
    path("promises/", help_centre.promises, name="promises"),
]
