"""Typed readers of the environment: a value that cannot be meant stops the start and says which one and what is expected."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

OURS = "PORTCRM_"
MAIL_ADDRESS = re.compile(
    r"[^@\s+<>]{1,20}@[^@\s<>]+"
)  # short: the signed number of a mail stands behind it, 64 characters are all there is
IMAP_URL = re.compile(r"imaps?://[^\s@/]+:[^\s@/]*@[^\s@/]+(/[^\s]*)?")
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
# Read by the launcher, the tests or the benchmark, not by the settings.
READ_ELSEWHERE = frozenset(
    {
        "PORTCRM_HOST",
        "PORTCRM_HOST_NAME",
        "PORTCRM_POSTGRES_OPTIONS",
        "PORTCRM_SAMPLES",
        "PORTCRM_SCREENSHOTS",
        "PORTCRM_TEST",
        "PORTCRM_TEST_BROKER",
    }
)


class Refused(ImproperlyConfigured):
    """Names the variable, what stands there and what would be right."""

    def __init__(self, name: str, found: str, wanted: str):
        super().__init__(f"{name}={found!r} cannot be used: {wanted}. Correct it or leave it out.")


class Environment:
    """Reads os.environ (or what a test gives) and remembers which names were asked for.

    The readers have the names of django-environ's and refuse what that would read as something else:
    there a misspelt yes is a no.
    """

    def __init__(self, values: Mapping[str, str] | None = None):
        self.values = os.environ if values is None else values
        self.asked: set[str] = set()

    def _get(self, name: str) -> str | None:
        self.asked.add(name)
        return self.values.get(name)

    def str(self, name: str, default: str | None = None) -> str:
        found = self._get(name)
        if found is not None:
            return found
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set. Start with ./run, or set it as docs/deployment.md says.")
        return default

    def bool(self, name: str, default: bool = False) -> bool:
        found = self._get(name)
        if found is None:
            return default
        word = found.strip().lower()
        if word not in YES | NO:
            raise Refused(name, found, "write 1 for yes or 0 for no")
        return word in YES

    def int(self, name: str, default: int, *, at_least: int = 0) -> int:
        found = self._get(name)
        if found is None:
            return default
        try:
            number = _whole_number(found)
        except ValueError:
            raise Refused(name, found, f"write a whole number, such as {default}") from None
        if number < at_least:
            raise Refused(name, found, f"the smallest value is {at_least}")
        return number

    def numbers(self, name: str, default: Mapping[str, int]) -> dict[str, int]:
        """Whole numbers by name, those not named keep their default: basics=90,traits=180."""
        found = dict(default)
        for word in self.list(name):
            key, _sign, number = word.partition("=")
            if key not in found:
                raise Refused(name, word, f"the names are {', '.join(default)}")
            try:
                found[key] = _whole_number(number)
            except ValueError:
                raise Refused(name, word, f"write a whole number, such as {key}={default[key]}") from None
        return found

    def steps(self, name: str, default: Collection[int]) -> tuple[int, ...]:
        """Whole numbers, the largest first, each once: 90,30,7."""
        words = self.list(name, [str(number) for number in default])
        try:
            return tuple(sorted({_whole_number(word) for word in words}, reverse=True))
        except ValueError:
            raise Refused(name, ",".join(words), f"write whole numbers, such as {','.join(map(str, default))}") from None

    def list(self, name: str, default: Collection[str] = ()) -> list[str]:
        """A list with commas between its words."""
        found = self._get(name)
        return [*default] if found is None else [word.strip() for word in found.split(",") if word.strip()]

    def choice(self, name: str, default: str, *, among: Collection[str]) -> str:
        found = self.str(name, default)
        if found not in among:
            raise Refused(name, found, f"write one of {', '.join(sorted(among))}")
        return found

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.str(name, str(default))).absolute()

    def web_address(self, name: str, default: str) -> str:
        found = self.str(name, default).rstrip("/")
        if not found.startswith(("http://", "https://")):
            raise Refused(name, found, "write the address as browsers see it, such as https://crm.example.invalid")
        return found

    def mail_address(self, name: str) -> str:
        """An address such as bounce@mail.example.invalid, or ""."""
        found = self.str(name, "").strip()
        if found and not MAIL_ADDRESS.fullmatch(found):
            raise Refused(name, found, "write one address, such as bounce@mail.example.invalid")
        return found

    def ip_addresses(self, name: str) -> list[str]:
        """IPv4 and IPv6 addresses with commas between them."""
        found = self.list(name)
        try:
            return [str(ip_address(word)) for word in found]
        except ValueError:
            raise Refused(name, ",".join(found), "write addresses such as 192.0.2.10,2001:db8::10") from None

    def imap_url(self, name: str) -> str:
        found = self.str(name, "").strip()
        if found and not IMAP_URL.fullmatch(found):
            raise Refused(name, "…", "write imaps://user:password@server:993/INBOX, with special characters of the password as %40")
        return found

    def time_zone(self, name: str, default: str) -> str:
        found = self.str(name, default)
        try:
            ZoneInfo(found)
        except (ZoneInfoNotFoundError, ValueError):
            raise Refused(name, found, "write the name of a time zone, such as Asia/Shanghai") from None
        return found

    def rate(self, name: str, default: str) -> str:
        """So many in so long: 600/min."""
        found = self.str(name, default)
        number, _slash, period = found.partition("/")
        if not number.isdecimal() or period not in {"sec", "min", "hour", "day"}:
            raise Refused(name, found, "write a rate such as 600/min")
        return found

    def db_url(self, name: str) -> dict:
        found = self.str(name)
        if not found.startswith(("postgres://", "postgresql://")):
            raise Refused(name, _without_password(found), "PortCRM runs on PostgreSQL, write postgres://user@host/database")
        return environ.Env.db_url_config(found)

    def email_url(self, name: str) -> dict:
        """Mail settings from smtp://user:password@host:port, smtp+tls:// or smtp+ssl://; none without the variable."""
        found = self.str(name, "")
        if not found:
            return {}
        try:
            return environ.Env.email_url_config(found)
        except (KeyError, ValueError, ImproperlyConfigured):
            raise Refused(name, _without_password(found), "write smtp://host:port or smtp+tls://user:password@host:587") from None

    def refuse_unknown(self) -> None:
        """Stop at a PORTCRM_ name that nobody reads: it is a slip of the pen, and would silently do nothing."""
        unknown = sorted(name for name in self.values if name.startswith(OURS) and name not in self.asked | READ_ELSEWHERE)
        if unknown:
            known = ", ".join(sorted(name for name in self.asked | READ_ELSEWHERE if name.startswith(OURS)))
            raise ImproperlyConfigured(f"Unknown setting {', '.join(unknown)}. Known are {known}.")


def _whole_number(found: str) -> int:
    return int(found)


def _without_password(address: str) -> str:
    """An address that may be shown: scheme and host, no user and no password."""
    scheme, separator, rest = address.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
