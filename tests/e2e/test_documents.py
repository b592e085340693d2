"""Documents received on a phone: taken in, read and opened without anything running out of the screen."""

import pytest
from django.urls import reverse

from cargo.models import CargoDocument
from cargo.tests.factories import edifact, stowage
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_two_files_are_taken_in_and_one_is_read_on_a_phone(screen, tmp_path):
    plan, order = tmp_path / "baplie_mv_example_017e_export_final.edi", tmp_path / "booking.edi"
    plan.write_bytes(stowage("CSQU3054383", "MSKU0000010", count=99))
    order.write_bytes(
        edifact("BGM++B1+9", "NAD+CZ+C100++东海国际贸易有限公司+中山东一路 1 号", "GID+1+20:CT", "FTX+AAA+++COTTON YARN IN CONES")
    )
    screen.sign_in(make_user(Role.OPERATIONS), language="zh-hans")
    page = screen.open(reverse("cargo:document_upload"), **PHONE)

    page.set_input_files("input[type=file]", [plan, order])
    page.get_by_role("button", name="接收").click()
    page.locator("#outcomes").wait_for()
    widths = [screen.overflow()]
    page.get_by_role("link", name=plan.name).click()
    page.get_by_text("箱号 MSKU0000010 校验位错误。").wait_for()
    widths.append(screen.overflow())
    page.goto(page.url.replace(f"/{CargoDocument.objects.latest('pk').pk - 1}/", f"/{CargoDocument.objects.latest('pk').pk}/"))
    page.get_by_text("COTTON YARN IN CONES").wait_for()
    widths.append(screen.overflow())
    screen.open(reverse("cargo:document_list"), **PHONE)
    widths.append(screen.overflow())

    assert widths == [0, 0, 0, 0]
    assert CargoDocument.objects.count() == 2
