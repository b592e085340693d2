import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.files.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_licence_is_kept_on_the_tab_of_its_customer(client):
    customer = make_customer()
    client.force_login(make_user(Role.MARKETING))
    url = reverse("customers:files_tab", args=[customer.pk])

    client.post(url, {"files": SimpleUploadedFile("营业执照.pdf", b"%PDF-1.7 licence")})
    tab = client.get(url, headers={"HX-Request": "true", "HX-Target": "tab-panel"}).content.decode()

    attachment = Attachment.objects.of("customers.customer", customer.pk).get()
    assert f'href="{attachment.get_absolute_url()}"' in tab
    assert "营业执照.pdf" in tab
    assert "<html" not in tab


def test_who_may_not_read_customer_files_gets_none_of_their_attachments(client):
    customer = make_customer()
    client.force_login(make_user())

    response = client.get(reverse("customers:files_tab", args=[customer.pk]))

    assert response.status_code == 403
    assert customer.name_zh not in response.content.decode()
