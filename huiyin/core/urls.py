"""Routes of the floor."""

from django.urls import path

from huiyin.core.views import captcha, docs, files, health, jobs, language, theme, webhooks

staff = [
    path("jobs/", jobs.jobs_list, name="jobs"),
    path("jobs/retries/", jobs.jobs_retry, name="jobs-retry"),
    path("jobs/<uuid:job_id>/retry/", jobs.job_retry, name="job-retry"),
    path("files/<uuid:attachment>/", files.by_staff, name="file"),
    path("webhooks/", webhooks.webhooks_list, name="webhooks"),
    path("webhooks/<uuid:webhook>/", webhooks.webhook_detail, name="webhook"),
    path("webhooks/<uuid:webhook>/pings/", webhooks.ping, name="webhook-ping"),
    path("webhooks/<uuid:webhook>/pause/", webhooks.pause, name="webhook-pause"),
    path("webhooks/<uuid:webhook>/resumption/", webhooks.resumption, name="webhook-resumption"),
    path("webhooks/<uuid:webhook>/secret/", webhooks.secret, name="webhook-secret"),
    path("webhooks/<uuid:webhook>/removal/", webhooks.removal, name="webhook-removal"),
    path("webhooks/<uuid:webhook>/replays/", webhooks.replay_since, name="webhook-replays"),
    path(
        "webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/replay/",
        webhooks.replay,
        name="webhook-replay",
    ),
]
public = [
    path("api/docs", docs.api_docs, name="api-docs"),
    path("captcha/challenge", captcha.challenge, name="captcha-challenge"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("language/", language.choice, name="language"),
    path("theme/", theme.choice, name="theme"),
    path("files/<str:token>/", files.by_link, name="file-by-link"),
]
