"""The environment every child gets: addresses of the services, the secret key, what kind of installation this is."""

import os
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from portcrm.launch.places import Places
from portcrm.launch.postgres import SUPERUSER, installed_binaries

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def secret_key(places: Places) -> str:
    """Random, made once, readable by its owner only."""
    path = places.state / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        fresh = places.state / "secret-key.new"
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        fresh.replace(path)
        return path.read_text(encoding="ascii").strip()


def surroundings(
    places: Places,
    *,
    database_url: str,
    redis_url: str,
    embedded_database: bool,
    demo: bool = False,
    host: str = LOOPBACK[0],
    port: int = 8000,
    base: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """What the caller has set stays, except the addresses of what the launcher started."""
    environ = {
        "SECRET_KEY": secret_key(places),
        "ALLOWED_HOSTS": ",".join(allowed_hosts(host)),
        "PORTCRM_SITE_URL": f"http://{LOOPBACK[0] if host == '0.0.0.0' else host}:{port}",  # noqa: S104 - compared, not bound
        "WHITENOISE_USE_FINDERS": "1",
        "LOG_LEVEL": "WARNING",  # every request on the terminal would hide the address and the log-ins
        **{name: value for name, value in base.items() if value or name not in ("EMAIL_URL", "SECRET_KEY")},
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORTCRM_STATE": str(places.state),
        "PYTHONUNBUFFERED": "1",
    }
    for name, wanted in (("PORTCRM_DEMO", demo or embedded_database), ("PORTCRM_EMBEDDED", embedded_database)):
        environ.pop(name, None)
        if wanted:
            environ[name] = "1"
    if embedded_database:
        environ |= client_surroundings(database_url, environ.get("PATH", os.defpath))
    return environ


def client_surroundings(database_url: str, path: str) -> dict[str, str]:
    """What makes psql and pg_dump (`./run dbshell`) reach the embedded server; its binaries come last on the path."""
    url = urlsplit(database_url)
    return {
        "PGHOST": parse_qs(url.query)["host"][0],
        "PGUSER": SUPERUSER,
        "PGDATABASE": url.path.lstrip("/"),
        "PATH": os.pathsep.join([path, str(installed_binaries())]),
    }


def allowed_hosts(host: str) -> tuple[str, ...]:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return ("*",)
    return LOOPBACK if host in LOOPBACK else (*LOOPBACK, host)
