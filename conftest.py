"""Every test starts as a process does: in the language of the settings, with nothing kept of the database of the test before."""

import pytest
from django.conf import settings
from django.utils import translation

from feedback.queries.questions import forget_pages


@pytest.fixture(autouse=True)
def _first_language():
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _no_pages_kept():
    forget_pages()
