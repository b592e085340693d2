import pytest


@pytest.fixture(autouse=True)
def quick_password_hashes(settings):
    """Argon2 is slow on purpose; what these tests prove does not depend on it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
