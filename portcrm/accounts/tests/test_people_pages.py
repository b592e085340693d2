import pytest
from django.test import Client

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import edit_department, edit_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.outbox.models import OutgoingEmail
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db


def client_of(*roles, **fields) -> Client:
    client = Client()
    client.force_login(make_user(*roles, **fields))
    return client


def text(response) -> str:
    return response.content.decode()


def test_the_list_shows_everybody_but_the_system_and_finds_by_role():
    client = client_of(Role.ADMIN, name="管理员甲")
    make_user(Role.SERVICE, name="客服乙")
    make_user(name="系统丙", is_system=True, is_active=False)

    everybody, service = text(client.get("/people/")), text(client.get("/people/?role=customer_service"))

    assert ("管理员甲" in everybody, "客服乙" in everybody, "系统丙" in everybody) == (True, True, False)
    assert "客服乙" in service
    assert service.count("row-link") == 1


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(people, django_assert_max_num_queries):
    client = client_of(Role.ADMIN)
    for _ in range(people):
        make_user(Role.MARKETING, department=make_department())
    client.get("/people/")

    with django_assert_max_num_queries(8):
        client.get("/people/")


def test_adding_somebody_invites_them():
    client, department = client_of(Role.ADMIN), make_department()

    answer = client.post(
        "/people/add/",
        {"name": "新同事", "email": "New@port.invalid", "department": department.pk, "roles": ["manager"], "language": "en"},
    )

    person = User.objects.get(email="new@port.invalid")
    assert answer["Location"] == f"/people/{person.pk}/"
    assert (person.roles, person.department, person.language) == (["manager"], department, "en")
    assert OutgoingEmail.objects.get().to_address == "new@port.invalid"


def test_a_second_person_with_the_same_address_is_refused_and_nothing_typed_is_lost():
    client = client_of(Role.ADMIN)
    make_user(email="taken@port.invalid")

    answer = client.post("/people/add/", {"name": "第二人", "email": "TAKEN@port.invalid", "language": "zh-hans"})

    assert answer.status_code == 422
    assert 'value="第二人"' in text(answer)
    assert not User.objects.filter(name="第二人").exists()


def test_the_page_of_a_person_shows_what_they_may_do_and_their_history():
    client, person = client_of(Role.ADMIN), make_user(Role.AUDITOR, name="审计甲")

    page = text(client.get(f"/people/{person.pk}/"))

    assert f"/audit/history/accounts.user/{person.pk}/" in page
    assert "permission-list" in page


def test_the_link_is_shown_once_to_hand_it_over():
    client, person = client_of(Role.ADMIN), make_user(Role.AUDITOR)

    shown = text(client.post(f"/people/{person.pk}/invite/"))

    assert "/people/password/" in shown
    assert "/people/password/" not in text(client.get(f"/people/{person.pk}/"))


def test_closing_an_account_ends_its_session_at_the_next_click():
    admin, colleague = client_of(Role.ADMIN), make_user(Role.MARKETING)
    theirs = Client()
    theirs.force_login(colleague)

    admin.post(f"/people/{colleague.pk}/close/")

    assert theirs.get("/people/me/").status_code == 302


def test_the_last_administrator_is_told_why_not():
    client = client_of(Role.ADMIN)
    me = User.objects.get()

    answer = client.post(f"/people/{me.pk}/edit/", {"name": me.name, "email": me.email, "roles": ["manager"]})

    assert answer.status_code == 422
    assert User.objects.get().roles == ["administrator"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_who_may_only_look_is_offered_no_change(role):
    client, person = client_of(role), make_user(Role.MARKETING)

    page = text(client.get(f"/people/{person.pk}/"))

    assert "/close/" not in page
    assert client.post(f"/people/{person.pk}/close/").status_code == 403
    assert User.objects.get(pk=person.pk).is_active


def test_settings_are_kept_and_hold_in_this_browser_too():
    client = client_of(Role.MARKETING)
    client.cookies["django_language"] = "en"

    answer = client.post(
        "/people/me/", {"name": "王", "name_en": "Wang", "language": "zh-hans", "theme": "dark", "time_zone": "Europe/Oslo"}
    )

    me = User.objects.get()
    assert (me.name, me.language, me.theme, me.time_zone) == ("王", "zh-hans", "dark", "Europe/Oslo")
    assert answer.cookies["django_language"].value == ""


def test_a_key_is_shown_when_it_is_made_and_not_again():
    client = client_of(Role.MARKETING)

    made = text(client.post("/people/me/keys/", {"name": "sync", "days": "30"}))

    assert "portcrm_" in made
    key = made.split("portcrm_", 1)[1].split("<", 1)[0]
    assert len(key) > 40
    assert key not in text(client.get("/people/me/keys/"))


def test_departments_are_added_and_renamed():
    client = client_of(Role.ADMIN)

    client.post("/people/departments/add/", {"code": "sales", "name_zh": "市场部", "name_en": "Sales"})

    assert "市场部" in text(client.get("/people/departments/"))
    assert client.post("/people/departments/add/", {"code": "sales", "name_zh": "又", "name_en": "Again"}).status_code == 422


def test_a_role_given_meanwhile_is_not_taken_back_by_who_only_changes_the_name():
    client, person = client_of(Role.ADMIN), make_user(Role.MARKETING, name="旧名")
    mine = opened(client, f"/people/{person.pk}/edit/")
    edit_user(person=person, roles=[Role.MARKETING, Role.MANAGER], by=make_user(Role.ADMIN))

    answer = client.post(f"/people/{person.pk}/edit/", mine | {"name": "新名"})

    person.refresh_from_db()
    assert answer.status_code == 302
    assert (person.name, set(person.roles)) == ("新名", {Role.MARKETING, Role.MANAGER})


def test_roles_two_administrators_changed_are_shown_both_and_nothing_is_saved():
    client, person = client_of(Role.ADMIN, language="en"), make_user(Role.MARKETING, name="旧名")
    mine = opened(client, f"/people/{person.pk}/edit/")
    edit_user(person=person, roles=[Role.MANAGER], by=make_user(Role.ADMIN))

    clash = client.post(f"/people/{person.pk}/edit/", mine | {"name": "新名", "roles": [Role.MARKETING, Role.AUDITOR]})

    person.refresh_from_db()
    yours = ", ".join(sorted(str(Role(role).label) for role in (Role.MARKETING, Role.AUDITOR)))
    told = [(one["theirs"], ", ".join(sorted(one["yours"].split(", ")))) for one in clash.context["form"].shown_conflicts]
    assert (clash.status_code, "Somebody saved other values" in text(clash), 'value="新名"' in text(clash)) == (409, True, True)
    assert told == [(str(Role.MANAGER.label), yours)]
    assert (person.name, person.roles) == ("旧名", [Role.MANAGER])


def test_a_department_renamed_twice_at_once_shows_both_names():
    client, department = client_of(Role.ADMIN), make_department(name_zh="旧部门", name_en="Old")
    url = f"/people/departments/{department.pk}/"
    mine = opened(client, url)
    edit_department(department=department, names={"name_zh": "他的部门"}, seen={}, by=make_user(Role.ADMIN))

    clash = client.post(url, mine | {"name_zh": "我的部门", "name_en": "Mine"})

    department.refresh_from_db()
    assert (clash.status_code, "他的部门" in text(clash), 'value="我的部门"' in text(clash)) == (409, True, True)
    assert (department.name_zh, department.name_en) == ("他的部门", "Old")
