"""The log-ins of the demo, as its loader wrote them down; none outside the demo."""

import json
from dataclasses import dataclass

from django.conf import settings

from portcrm.accounts.roles import Role

FILE = "demo-logins.json"


@dataclass(frozen=True)
class DemoLogin:
    role: str
    email: str
    password: str

    @property
    def label(self) -> str:
        return str(Role(self.role).label)


def demo_logins() -> list[DemoLogin]:
    """One log-in for each role, in the order of the roles."""
    path = settings.PORTCRM_STATE / FILE
    if not settings.PORTCRM_DEMO or not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return [DemoLogin(one["role"], one["email"], one["password"]) for one in found if one["role"] in Role.values]
