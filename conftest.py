"""Every test starts in the language of the settings: the last answer of the test before may have spoken another."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def _first_language():
    translation.activate(settings.LANGUAGE_CODE)
