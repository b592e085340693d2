"""What runs by itself and when: seconds between two runs, or an hour of the port's day."""

from celery.schedules import crontab

SCHEDULE = {
    "outbox-sweep": {"task": "portcrm.outbox.sweep", "schedule": 60.0},
    "outbox-returned": {"task": "portcrm.outbox.fetch_returned", "schedule": 120.0},
    "outbox-events": {"task": "portcrm.outbox.read_events", "schedule": 60.0},
    "notices-digests": {"task": "portcrm.notices.digests", "schedule": 300.0},
    "notices-nightly": {"task": "portcrm.notices.nightly", "schedule": crontab(hour=3, minute=10)},
    "exchange-sweep": {"task": "portcrm.exchange.sweep", "schedule": 60.0},
    "bulk-sweep": {"task": "portcrm.bulk.sweep", "schedule": 60.0},
    "paper-sweep": {"task": "portcrm.paper.sweep", "schedule": 60.0},
    "cargo-nightly": {"task": "cargo.nightly", "schedule": crontab(hour=2, minute=20)},  # after midnight of the port
    "customers-nightly": {"task": "customers.nightly", "schedule": crontab(hour=1, minute=40)},
    "cargo-sweep": {"task": "cargo.sweep", "schedule": 60.0},
    "feedback-programmes": {"task": "feedback.run_due_programmes", "schedule": 300.0},
    # before the sending hours; those of a day are asked together, by whichever run comes first
    "feedback-occasions": {"task": "feedback.run_occasions", "schedule": crontab(hour="7-11", minute=35)},
    "feedback-reminders": {"task": "feedback.remind", "schedule": 600.0},
    "feedback-nightly": {"task": "feedback.nightly", "schedule": crontab(hour=1, minute=50)},
    "feedback-mailbox": {"task": "feedback.fetch_complaints", "schedule": 120.0},
    "feedback-escalate": {"task": "feedback.escalate", "schedule": 900.0},
    "feedback-complaint-figures": {"task": "feedback.complaint_figures", "schedule": 600.0},
    "feedback-sweep": {"task": "feedback.sweep", "schedule": 60.0},
}
