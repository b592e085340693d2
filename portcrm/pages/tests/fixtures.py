from dataclasses import fields

import pytest

from portcrm.accounts.models import User
from portcrm.pages.models import Shortcut
from portcrm.pages.registry import registry
from portcrm.pages.tests import gallery as gallery_pages


@pytest.fixture
def gallery(monkeypatch, settings):
    """The pages of portcrm.pages.tests.gallery, with everything they register, and nothing else registered."""
    settings.ROOT_URLCONF = gallery_pages.__name__
    for each in fields(registry):
        monkeypatch.setattr(registry, each.name, [])
    monkeypatch.setattr(Shortcut, "permission", "accounts.see_people")
    monkeypatch.setattr(User, "get_absolute_url", lambda person: f"/gallery/people/{person.pk}/", raising=False)
    gallery_pages.fill(registry)
    return gallery_pages
