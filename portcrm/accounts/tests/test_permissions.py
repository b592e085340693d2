import pytest
from django.contrib.auth.models import AnonymousUser

from portcrm.accounts.backends import RoleBackend
from portcrm.accounts.models import User
from portcrm.accounts.permissions import MANAGE_PEOPLE, SEE_PEOPLE
from portcrm.accounts.roles import Role, all_permissions
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_asking_for_permissions_costs_no_query(django_assert_num_queries):
    user = User.objects.get(pk=make_user(Role.MANAGER, Role.MARKETING).pk)

    with django_assert_num_queries(0):
        assert user.has_perm(SEE_PEOPLE)
        assert not user.has_perm(MANAGE_PEOPLE)
        assert user.has_perms([SEE_PEOPLE])


def test_two_roles_add_up():
    both = make_user(Role.AUDITOR, Role.MARKETING)

    assert both.permissions == make_user(Role.AUDITOR).permissions | make_user(Role.MARKETING).permissions


def test_without_a_role_or_with_a_closed_account_nothing_is_allowed():
    for nobody in (make_user(), make_user(Role.ADMIN, is_active=False)):
        assert [name for name in all_permissions() if nobody.has_perm(name)] == []


def test_a_stranger_may_nothing():
    backend, stranger = RoleBackend(), AnonymousUser()

    assert [name for name in all_permissions() if backend.has_perm(stranger, name) or stranger.has_perm(name)] == []


def test_every_permission_says_what_it_allows_and_belongs_to_a_role():
    for name, permission in all_permissions().items():
        app, _dot, verb = name.partition(".")
        assert app.isidentifier()
        assert verb.isidentifier()
        assert str(permission.label)
        assert permission.roles <= frozenset(Role)
        assert permission.roles


def test_people_see_everybody_with_the_permission_and_else_themselves():
    clerk, manager = make_user(Role.MARKETING), make_user(Role.MANAGER)

    assert list(User.objects.visible_to(clerk)) == [clerk]
    assert set(User.objects.visible_to(manager)) == {clerk, manager}
