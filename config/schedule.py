"""The one page of clocks: what runs by itself, and how often."""

from huiyin.core.jobs.schedule import Every

SCHEDULE = [
    Every(task="huiyin.cases.tasks.tick", seconds=2),
    Every(task="huiyin.cases.tasks.wake", seconds=10),
    Every(task="huiyin.cases.tasks.recount_stale", seconds=60),
    Every(task="huiyin.cases.tasks.take_in_kept", seconds=30),
    Every(task="huiyin.cases.tasks.sweep_notices", cron="37 3 * * *"),
    Every(task="huiyin.assistant.tasks.tend", seconds=20),
    Every(task="huiyin.assistant.tasks.read", seconds=30),
    Every(task="huiyin.assistant.tasks.forget", cron="47 3 * * *"),
    Every(task="huiyin.core.tasks.tell_audit_head", seconds=300),
    Every(task="huiyin.core.tasks.send_audit_head", cron="5 6 * * *"),
    Every(task="huiyin.core.tasks.keep_audit", cron="29 3 * * *"),
    Every(task="huiyin.accounts.tasks.tidy", cron="23 * * * *"),
    Every(task="huiyin.accounts.tasks.call_to_review", cron="7 1 * * *"),
    Every(task="huiyin.core.tasks.tidy", cron="41 * * * *"),
    Every(task="huiyin.core.tasks.sweep", cron="17 3 * * *"),
    Every(task="huiyin.insights.tasks.place", seconds=60),
    Every(task="huiyin.insights.tasks.watch", seconds=120),
    Every(task="huiyin.insights.tasks.link", cron="31 2 * * *"),
    Every(task="huiyin.knowledge.tasks.fill_vectors", seconds=60),
    Every(task="huiyin.knowledge.tasks.remind_owners", cron="13 1 * * *"),
    Every(task="huiyin.knowledge.tasks.find_gaps", cron="47 2 * * *"),
    Every(task="huiyin.language.tasks.tidy_review", cron="23 4 * * *"),
    Every(task="huiyin.privacy.tasks.erase_due", seconds=60),
    Every(task="huiyin.privacy.tasks.expire_exports", cron="23 * * * *"),
    Every(task="huiyin.privacy.tasks.run_retention", cron="11 4 * * *"),
    Every(task="huiyin.privacy.tasks.tend_guardians", cron="41 * * * *"),
    Every(task="huiyin.voices.tasks.embed_afresh", seconds=60),
]
