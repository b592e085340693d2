import pytest

from portcrm.outbox import kinds
from portcrm.outbox.tests.smtp_server import Mailbox, smtp_server


@pytest.fixture(autouse=True)
def own_instance(settings):
    settings.PORTCRM_INSTANCE_ID = "this-installation"
    settings.OUTBOX_MAILS_PER_MINUTE = 0


@pytest.fixture
def mailbox(settings):
    """A listening mail server that Django's settings point to."""
    box = Mailbox()
    with smtp_server(box) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
        yield box


@pytest.fixture
def registered(monkeypatch):
    """Registrations made in a test are gone after it."""
    for name in ("_links", "_checks", "_common_checks", "_labels", "_needs"):
        monkeypatch.setattr(kinds, name, dict(getattr(kinds, name)))
