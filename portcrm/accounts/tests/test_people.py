import pytest
from django.db import IntegrityError, transaction

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import close_account, create_department, create_user, edit_department, edit_user, reopen_account, system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


def test_a_new_colleague_has_the_roles_in_order_and_no_way_in_yet():
    admin, harbour = make_user(Role.ADMIN), make_department()

    person = create_user(email=" New@Port.INVALID ", name="新同事", department=harbour, roles=["manager", "marketing_staff"], by=admin)

    stored = User.objects.get(pk=person.pk)
    assert (stored.email, stored.roles, stored.department) == ("new@port.invalid", ["marketing_staff", "manager"], harbour)
    assert not stored.has_usable_password()


def test_two_people_never_share_an_address_whatever_the_letters():
    admin = make_user(Role.ADMIN, email="admin@port.invalid")

    with pytest.raises(RuleBroken) as refusal:
        create_user(email="ADMIN@port.invalid", name="Twin", by=admin)

    assert refusal.value.field == "email"
    assert User.objects.filter(name="Twin").count() == 0


def test_changing_roles_is_in_the_history_with_who_and_what():
    admin, person = make_user(Role.ADMIN, name="管理", name_en="Admin"), make_user(Role.MARKETING)

    edit_user(person=person, roles=[Role.MANAGER], by=admin)

    change = field_changes(person)[0]
    assert (change.field, change.actor) == ("roles", str(admin))
    assert User.objects.get(pk=person.pk).roles == ["manager"]


def test_nobody_edits_what_belongs_to_the_person_alone():
    with pytest.raises(TypeError, match="password"):
        edit_user(person=make_user(), password="x", by=make_user(Role.ADMIN))


@pytest.mark.parametrize(
    "demote", [lambda one, by: edit_user(person=one, roles=[], by=by), lambda one, by: close_account(person=one, by=by)]
)
def test_the_last_administrator_stays(demote):
    last = make_user(Role.ADMIN)
    make_user(Role.ADMIN, is_active=False)

    with pytest.raises(RuleBroken):
        demote(last, make_user(Role.MANAGER))

    stored = User.objects.get(pk=last.pk)
    assert (stored.roles, stored.is_active) == (["administrator"], True)


def test_one_of_two_administrators_may_go():
    going, staying = make_user(Role.ADMIN), make_user(Role.ADMIN)

    close_account(person=going, by=staying)

    assert not User.objects.get(pk=going.pk).is_active


def test_nobody_locks_themselves_out():
    admin = make_user(Role.ADMIN)
    make_user(Role.ADMIN)

    with pytest.raises(RuleBroken):
        close_account(person=admin, by=admin)

    assert User.objects.get(pk=admin.pk).is_active


def test_who_comes_back_has_the_roles_they_had():
    admin, person = make_user(Role.ADMIN), make_user(Role.SERVICE)
    close_account(person=person, by=admin)

    reopen_account(person=person, by=admin)

    stored = User.objects.get(pk=person.pk)
    assert (stored.is_active, stored.roles) == (True, ["customer_service"])


def test_the_system_user_is_made_once_and_cannot_be_changed_or_opened():
    first, second = system_user(), system_user()

    with pytest.raises(RuleBroken):
        reopen_account(person=first, by=make_user(Role.ADMIN))

    assert first.pk == second.pk
    assert not User.objects.get(pk=first.pk).is_active


def test_departments_keep_their_code_when_renamed():
    admin = make_user(Role.ADMIN)
    department = create_department(code="sales", name_zh="市场部", name_en="Sales", by=admin)

    edit_department(department=department, names={"name_zh": "营销部", "name_en": "Marketing"}, seen={}, by=admin)

    department.refresh_from_db()
    assert (department.code, department.name_zh, department.name_en) == ("sales", "营销部", "Marketing")
    with pytest.raises(RuleBroken):
        create_department(code="sales", name_zh="二", name_en="Two", by=admin)


@pytest.mark.database
@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"roles": ["harbour_master"]}, "roles_of_a_user_are_known"),
        ({"email": "Big@port.invalid"}, "email_of_a_user_is_in_small_letters"),
        ({"is_system": True, "is_active": True}, "system_user_cannot_log_in"),
    ],
)
def test_the_database_keeps_the_rules_of_a_user(fields, rule):
    person = make_user()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**fields)
