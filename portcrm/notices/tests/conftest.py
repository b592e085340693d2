import pytest
from django.utils.translation import gettext_lazy as _

from portcrm.notices import kinds
from portcrm.notices.kinds import NoticeKind, register_notice

PLAIN, OF_A_PERSON = "test.plain", "test.of_a_person"


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """Two kinds of this test: one about nothing in particular, one about a record with a rule of its own."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    register_notice(NoticeKind(PLAIN, _("Saved."), _("Hello %(name)s,")))
    register_notice(NoticeKind(OF_A_PERSON, _("Person"), _("Hello %(name)s,"), record="accounts.user"))
