"""The people of the demo: one log-in for each role, plainly made up."""

import json

from django.conf import settings

from portcrm.accounts.demo_logins import FILE
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import create_department, create_user, system_user

DEMO_PASSWORD = "harbour-demo-2026"  # noqa: S105  printed for everyone who starts the demo; never made outside it

DEPARTMENTS = (
    ("marketing", "市场部", "Marketing"),
    ("operations", "业务操作部", "Operations"),
    ("service", "客户服务中心", "Customer service centre"),
    ("management", "经理室", "Management"),
)

PEOPLE = (
    (Role.MARKETING, "marketing", "marketing", "演示市场人员", "Demo marketing staff"),
    (Role.OPERATIONS, "operations", "operations", "演示操作人员", "Demo operations staff"),
    (Role.SERVICE, "service", "service", "演示客服人员", "Demo customer service"),
    (Role.MANAGER, "manager", "management", "演示经理", "Demo manager"),
    (Role.ADMIN, "admin", "management", "演示管理员", "Demo administrator"),
    (Role.AUDITOR, "auditor", "management", "演示审计员", "Demo auditor"),
)
COLLEAGUES = (
    (Role.MARKETING, "marketing2", "marketing", "演示市场人员 02", "Demo marketing staff 02"),
    (Role.MARKETING, "marketing3", "marketing", "演示市场人员 03", "Demo marketing staff 03"),
    (Role.OPERATIONS, "operations2", "operations", "演示操作人员 02", "Demo operations staff 02"),
)

FIRST_OF_ROLE = {mailbox: role for role, mailbox, *_ in PEOPLE}


def address(mailbox: str) -> str:
    return f"{mailbox}@portcrm.invalid"


def make_demo_people(*, password: str) -> dict[str, User]:
    """Make departments and one person for each role (and colleagues); return the first person of each role."""
    by = system_user()
    departments = {code: create_department(code=code, name_zh=zh, name_en=en, by=by) for code, zh, en in DEPARTMENTS}
    people = {}
    for role, mailbox, department, name, name_en in PEOPLE + COLLEAGUES:
        person = create_user(
            email=address(mailbox),
            name=name,
            name_en=name_en,
            department=departments[department],
            roles=[role],
            password=password,
            by=by,
        )
        people.setdefault(role, person)
    return people


def write_logins() -> int:
    """Leave the demo log-ins that this database has where the launcher prints and the log-in page offers them; their number."""
    people = {person.email: person for person in User.objects.filter(email__in=map(address, FIRST_OF_ROLE), is_active=True)}
    logins = [
        {"role": role.value, "role_zh": people[email].name, "email": email, "password": DEMO_PASSWORD}
        for mailbox, role in FIRST_OF_ROLE.items()
        if (email := address(mailbox)) in people
    ]
    path = settings.PORTCRM_STATE / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(logins, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(path)  # in one step: the log-in page may be reading it
    return len(logins)
