"""Routes of the floor."""

from django.urls import path

from huiyin.core.views import files, language

staff = [
    path("files/<uuid:attachment>/", files.by_staff, name="file"),
]
public = [
    path("language/", language.choice, name="language"),
    path("files/<str:token>/", files.by_link, name="file-by-link"),
]
