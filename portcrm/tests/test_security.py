"""What every answer says to the browser."""

import pytest
from django.conf import settings
from django.test import Client


@pytest.fixture
def headers():
    return Client().get("/healthz/live").headers


def test_the_policy_allows_our_own_files_and_nothing_inline(headers):
    policy = headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "http" not in policy


def test_browsers_neither_guess_types_nor_frame_us_nor_tell_where_one_came_from(headers):
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_are_secure_where_the_address_is_and_never_readable_by_scripts():
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.PORTCRM_SITE_URL.startswith("https://") == settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_COOKIE_SECURE == settings.SESSION_COOKIE_SECURE


def test_passwords_are_kept_by_argon2():
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
