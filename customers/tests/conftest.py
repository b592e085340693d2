"""Who works with customer files in most of these tests; a test that needs somebody else makes them itself."""

import pytest

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user


@pytest.fixture
def keeper(client):
    """Somebody who keeps files, logged in."""
    keeper = make_user(Role.MARKETING)
    client.force_login(keeper)
    return keeper
