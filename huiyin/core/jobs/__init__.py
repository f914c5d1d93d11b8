"""Leased jobs in the business database, behind the `django_tasks` API.

queue: the rows (enqueue, claim, settle); runner: one call; worker: threads, heartbeat, graceful stop;
schedule: what runs by itself; deadletter: what gave up, and its retry; backend: the door for `@task`.
"""
