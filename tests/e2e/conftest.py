import pytest

from portcrm.pages.tests.fixtures import gallery
from tests.e2e.screen import Screen

__all__ = ["gallery"]


@pytest.fixture
def screen(page, live_server):
    """A Screen; the test fails where the console complained (a refused style or script is such a complaint)."""
    watched = Screen(page, live_server.url)
    yield watched
    assert watched.complaints == []
