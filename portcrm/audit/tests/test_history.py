import contextlib
import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import translation

from portcrm.accounts.models import Department, User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.actions import action
from portcrm.audit.channel import channel
from portcrm.audit.queries import as_of, event_model_of, field_changes
from portcrm.clock import now
from portcrm.errors import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@action("department.edit")
def rename(*, department: Department, name: str, by: User) -> Department:
    department.name_en = name
    department.save(update_fields=["name_en"])
    return department


@action("department.reform", "Reformed")
def reform(*, departments: list[Department], by: User) -> None:
    for department in departments:
        rename(department=department, name=f"New {department.name_en}", by=by)


@action("department.edit")
def rename_and_fail(*, department: Department, by: User) -> None:
    rename(department=department, name="Never", by=by)
    raise RuleBroken("no")


def contexts(row) -> list:
    states = event_model_of(type(row)).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").select_related("pgh_context")
    return [state.pgh_context and state.pgh_context.metadata for state in states]


def test_history_tells_who_did_what_by_which_way():
    department, clerk = make_department(name_en="Sales"), make_user(name="甲", name_en="Clerk")

    with channel("import"):
        rename(department=department, name="Marketing", by=clerk)

    assert contexts(department) == [None, {"actor": clerk.pk, "action": "department.edit", "channel": "import"}]


def test_the_outermost_action_names_the_history_of_all_it_calls():
    first, second, clerk = make_department(name_en="A"), make_department(name_en="B"), make_user()

    reform(departments=[first, second], by=clerk)

    assert [contexts(row)[-1]["action"] for row in (first, second)] == ["department.reform", "department.reform"]
    assert Department.objects.get(pk=second.pk).name_en == "New B"


def test_what_follows_an_action_in_the_same_transaction_is_not_ascribed_to_it():
    department, clerk = make_department(name_en="A"), make_user()
    rename(department=department, name="B", by=clerk)

    Department.objects.filter(pk=department.pk).update(name_en="C")

    assert contexts(department)[-1] is None


def test_a_refused_action_leaves_neither_change_nor_history_nor_context():
    department, clerk = make_department(name_en="A"), make_user()

    with pytest.raises(RuleBroken), transaction.atomic():
        rename_and_fail(department=department, by=clerk)
    Department.objects.filter(pk=department.pk).update(name_en="B")

    assert contexts(department) == [None, None]
    assert Department.objects.get(pk=department.pk).name_en == "B"


def test_a_part_without_a_savepoint_of_its_own_undoes_its_caller_and_not_what_came_before():
    department, clerk = make_department(name_en="A"), make_user()

    @action("department.fail", savepoint=False)
    def fail(*, by: User) -> None:
        raise RuleBroken("no")

    @action("department.try")
    def try_it(*, by: User) -> None:
        rename(department=department, name="B", by=by)
        with contextlib.suppress(RuleBroken), transaction.atomic():
            rename(department=department, name="C", by=by)
            fail(by=by)

    try_it(by=clerk)

    assert Department.objects.get(pk=department.pk).name_en == "B"


def test_nobody_goes_on_after_a_part_without_a_savepoint_has_failed():
    department, clerk = make_department(name_en="A"), make_user()

    @action("department.fail", savepoint=False)
    def fail(*, by: User) -> None:
        raise RuleBroken("no")

    @action("department.go_on")
    def go_on(*, by: User) -> None:
        rename(department=department, name="B", by=by)
        with contextlib.suppress(RuleBroken):
            fail(by=by)
        rename(department=department, name="C", by=by)

    with pytest.raises(transaction.TransactionManagementError):
        go_on(by=clerk)

    assert Department.objects.get(pk=department.pk).name_en == "A"


def test_bulk_writes_and_copy_carry_the_context_too():
    clerk = make_user()

    @action("department.import")
    def load(*, by: User) -> None:
        Department.objects.bulk_create([Department(code="one", name_en="One"), Department(code="two", name_en="Two")])
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY accounts_department (code, name_zh, name_en) FROM STDIN", file=Lines("three\t三\tThree\n"))
        Department.objects.filter(code__in=["one", "three"]).update(name_zh="新")

    load(by=clerk)

    told = event_model_of(Department).objects.order_by("pgh_id").values_list("code", "pgh_label", "pgh_context__metadata__action")
    assert sorted(told) == [
        ("one", "insert", "department.import"),
        ("one", "update", "department.import"),
        ("three", "insert", "department.import"),
        ("three", "update", "department.import"),
        ("two", "insert", "department.import"),
    ]


class Lines:
    """The little of a file that COPY asks for."""

    def __init__(self, text: str):
        self.text = text

    def read(self, _size: int = -1) -> str:
        text, self.text = self.text, ""
        return text


def test_fields_left_out_neither_fire_the_trigger_nor_are_stored():
    user = make_user()

    User.objects.filter(pk=user.pk).update(last_login=now(), password="changed")

    states = event_model_of(User).objects.filter(pgh_obj_id=user.pk)
    assert [state.pgh_label for state in states] == ["insert"]
    assert not hasattr(states[0], "password")


def test_a_stored_state_can_be_neither_changed_nor_deleted():
    department = make_department(name_en="A")
    states = event_model_of(Department).objects.filter(pgh_obj_id=department.pk)

    for forge in (lambda: states.update(name_en="Z"), states.delete):
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            forge()

    assert states.get().name_en == "A"


def test_changes_are_read_field_by_field_newest_first():
    harbour, office = make_department(name_zh="港务部", name_en="Harbour"), make_department(name_zh="办公室", name_en="Office")
    user, boss = make_user(Role.MARKETING, department=harbour), make_user(name="主管", name_en="Boss")

    @action("user.edit")
    def move(*, by: User) -> None:
        User.objects.filter(pk=user.pk).update(department=office, roles=[Role.MARKETING, Role.SERVICE])

    with channel("page"):
        move(by=boss)
    User.objects.filter(pk=user.pk).update(is_active=False)

    with translation.override("en"):
        changes = field_changes(user)

    assert [(c.field, c.actor, c.action, c.channel, c.before, c.after) for c in changes] == [
        ("is_active", "", "", "", "yes", "no"),
        ("department", "Boss", "Edited", "Page", "Harbour", "Office"),
        ("roles", "Boss", "Edited", "Page", "Marketing staff", "Marketing staff, Customer service"),
        ("", "", "", "", "", ""),
    ]
    assert [c.kind for c in changes] == ["update", "update", "update", "insert"]


def test_a_page_of_changes_goes_on_where_the_one_before_ended():
    department = make_department(name_en="0")
    for number in range(1, 6):
        Department.objects.filter(pk=department.pk).update(name_en=str(number), name_zh=f"第{number}")

    first = field_changes(department, limit=3)
    second = field_changes(department, before=first[-1].at, limit=3)

    assert [(c.field, c.after) for c in first] == [("name_zh", "第5"), ("name_en", "5"), ("name_zh", "第4"), ("name_en", "4")]
    assert [(c.field, c.after) for c in second] == [("name_zh", "第3"), ("name_en", "3"), ("name_zh", "第2"), ("name_en", "2")]


def test_changes_nobody_is_shown_do_not_end_a_history_early():
    department = make_department(name_en="A")
    Department.objects.filter(pk=department.pk).update(name_en="B")
    for number in range(30):
        Department.objects.filter(pk=department.pk).update(name_zh=f"第{number}")

    assert [change.after for change in field_changes(department, limit=1, hidden=("name_zh",))] == ["B"]


def test_before_a_row_existed_and_after_it_was_deleted_there_is_nothing():
    before = now()
    department = make_department(name_en="A")
    pk, while_there = department.pk, now()
    department.delete()

    assert as_of((Department, pk), before) is None
    assert as_of((Department, pk), while_there)["name_en"] == "A"
    assert as_of((Department, pk), now() + dt.timedelta(seconds=1)) is None


def test_an_action_refuses_to_run_for_nobody():
    with pytest.raises(TypeError, match="needs by="):
        rename(department=make_department(), name="X", by=None)


def test_an_action_is_keyword_only_and_has_an_actor():
    with pytest.raises(TypeError, match="keyword by="):
        action("a.b")(lambda: None)
    with pytest.raises(TypeError, match="keyword-only"):
        action("a.b")(lambda department, *, by: None)
