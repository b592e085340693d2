"""The base classes, tried on departments with a small viewset of the test's own."""

import pytest
from django.test import Client, override_settings
from django.urls import include, path
from rest_framework import serializers
from rest_framework.routers import SimpleRouter
from rest_framework.test import APIClient

from portcrm.accounts.models import Department
from portcrm.accounts.permissions import MANAGE_PEOPLE, SEE_PEOPLE
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.api.views import RecordViewSet
from portcrm.audit.actions import action
from portcrm.audit.queries import event_model_of
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


@action("department.create")
def found(*, by, **fields) -> Department:
    if fields["code"] == "taken":
        raise RuleBroken("This code is taken.", field="code")
    return Department.objects.create(**fields)


@action("department.edit")
def rename(*, department: Department, by, **fields) -> Department:
    Department.objects.filter(pk=department.pk).update(**fields)
    department.refresh_from_db()
    return department


class Serializer(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = ("id", "code", "name_zh", "name_en")


class Departments(RecordViewSet):
    model = Department
    serializer_class = Serializer
    permissions = {"list": SEE_PEOPLE, "retrieve": SEE_PEOPLE, "create": MANAGE_PEOPLE, "partial_update": MANAGE_PEOPLE}
    ordering = "code"

    def create_record(self, *, by, **fields):
        return found(by=by, **fields)

    def update_record(self, record, *, by, **fields):
        return rename(department=record, by=by, **fields)


router = SimpleRouter()
router.register("departments", Departments, basename="department")
urlpatterns = [path("api/", include(router.urls))]


@pytest.fixture(autouse=True)
def own_routes():
    with override_settings(ROOT_URLCONF=__name__):
        yield


def client_of(*roles) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(*roles))
    return client


def test_pages_follow_each_other_by_key_without_gap_or_repetition():
    for number in range(7):
        make_department(code=f"d{number}")
    client = client_of(Role.ADMIN)

    pages, url = [], "/api/departments/?page_size=3"
    while url:
        answer = client.get(url).json()
        pages.append([row["code"] for row in answer["results"]])
        url = answer["next"]

    assert pages == [["d0", "d1", "d2"], ["d3", "d4", "d5"], ["d6"]]


@pytest.mark.parametrize("cursor", ["bogus", "cD1hYmM=", "bz0tMQ==", "%00"])
def test_a_cursor_written_by_hand_is_no_fault_of_the_server(cursor):
    assert client_of(Role.ADMIN).get(f"/api/departments/?cursor={cursor}").status_code in (200, 404)


def test_creating_goes_through_the_service_and_its_history_says_api():
    answer = client_of(Role.ADMIN).post("/api/departments/", {"code": "new", "name_en": "New"})

    assert answer.status_code == 201
    state = event_model_of(Department).objects.get(code="new")
    assert (state.pgh_context.metadata["action"], state.pgh_context.metadata["channel"]) == ("department.create", "api")


def test_editing_sends_only_what_the_client_sent():
    department = make_department(code="a", name_en="Old", name_zh="旧")

    answer = client_of(Role.ADMIN).patch(f"/api/departments/{department.pk}/", {"name_en": "New"})

    assert answer.json() == {"id": department.pk, "code": "a", "name_zh": "旧", "name_en": "New"}


def test_a_broken_rule_is_a_409_that_names_the_field():
    answer = client_of(Role.ADMIN).post("/api/departments/", {"code": "taken"})

    assert (answer.status_code, answer.json()) == (409, {"detail": "This code is taken.", "field": "code"})
    assert not Department.objects.filter(code="taken").exists()


def test_a_method_the_endpoint_does_not_have_is_told_as_such_even_to_the_administrator():
    department = make_department()

    answer = client_of(Role.ADMIN).delete(f"/api/departments/{department.pk}/")

    assert answer.status_code == 405
    assert Department.objects.filter(pk=department.pk).exists()


def test_a_stranger_is_asked_for_a_key_whatever_the_method():
    department = make_department()

    answer = APIClient().delete(f"/api/departments/{department.pk}/")

    assert answer.status_code == 401
    assert Department.objects.filter(pk=department.pk).exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_who_may_read_may_not_write(role):
    answer = client_of(role).post("/api/departments/", {"code": "new"})

    assert answer.status_code == 403
    assert not Department.objects.filter(code="new").exists()


def test_a_browser_session_needs_the_csrf_token_to_write():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.ADMIN))

    answer = client.post("/api/departments/", '{"code": "new"}', content_type="application/json")

    assert answer.status_code == 403
    assert not Department.objects.filter(code="new").exists()


def test_a_stranger_is_asked_for_a_key():
    make_department(name_en="Secret department")

    answer = APIClient().get("/api/departments/")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "Secret" not in answer.content.decode()
