"""What runs by the clock. Every entry only looks for work that a table says is due, so running it twice is harmless."""

BEAT_SCHEDULE = {
    "resend-stranded-jobs": {"task": "core.jobs.tasks.resend_stranded", "schedule": 15.0},
    "sweep-staging": {"task": "core.jobs.tasks.sweep_staging", "schedule": 600.0},
    "seal-journal": {"task": "core.journal.tasks.seal", "schedule": 10.0},
    "deliver-events": {"task": "core.journal.tasks.deliver_due", "schedule": 15.0},
    "repeat-stalled-checks": {"task": "sout_reports.tasks.repeat_stalled_checks", "schedule": 6 * 3600.0},
    "watch-questions": {"task": "violations.tasks.watch_questions", "schedule": 1800.0},
    "drop-expired-files": {"task": "core.files.tasks.drop_expired", "schedule": 3600.0},
}
