"""Routes of the floor."""

from django.urls import path

from huiyin.core.views import captcha, files, health, jobs, language, theme

staff = [
    path("jobs/", jobs.jobs_list, name="jobs"),
    path("jobs/retries/", jobs.jobs_retry, name="jobs-retry"),
    path("jobs/<uuid:job_id>/retry/", jobs.job_retry, name="job-retry"),
    path("files/<uuid:attachment>/", files.by_staff, name="file"),
]
public = [
    path("captcha/challenge", captcha.challenge, name="captcha-challenge"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("language/", language.choice, name="language"),
    path("theme/", theme.choice, name="theme"),
    path("files/<str:token>/", files.by_link, name="file-by-link"),
]
