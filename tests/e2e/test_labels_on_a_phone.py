"""Rows become cards on a phone: no label is broken within a word, and nothing has to be scrolled sideways to be seen."""

import datetime as dt

import pytest
from django.urls import reverse

from feedback.services.results import compute_results
from feedback.tests.factories import make_guest, make_invitation, make_response, make_seminar, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from tests.e2e.screen import PHONE, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BROKEN = """() => [...document.querySelectorAll('.list-table td[data-label]:not(:first-child)')].filter(cell => {
    const label = getComputedStyle(cell, '::before'), pen = document.createElement('canvas').getContext('2d');
    pen.font = label.font;
    const longest = Math.max(...cell.dataset.label.split(/\\s+/).map(word => pen.measureText(word).width));
    return cell.offsetParent && longest > parseFloat(label.width) + 0.5;
}).map(cell => cell.dataset.label)"""
CUT_OFF = "() => [...document.querySelectorAll('.table-wrap')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
TITLE_LINES = (
    "() => { const box = document.querySelector('#guests-title'); return box.offsetHeight / parseFloat(getComputedStyle(box).lineHeight); }"
)


@pytest.fixture
def pages() -> list[str]:
    load_reference_data()
    wave = make_wave(opens_at=now() - dt.timedelta(days=5), closes_at=now() + dt.timedelta(days=1))
    make_response(invitation=make_invitation(wave=wave), recommend=9)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    seminar = make_guest(seminar=make_seminar(held_on=port_today())).seminar
    attendance = reverse("feedback:seminar_attendance", args=[seminar.pk])
    return [reverse("feedback:overview"), reverse("feedback:wave_list"), attendance, seminar.get_absolute_url()]


def test_labels_are_whole_and_all_columns_are_seen(screen, pages):
    screen.sign_in(make_user(Role.SERVICE), language="en")

    found = {}
    for address in pages:
        page = screen.open(address, width=PHONE)
        if (seen := (page.evaluate(BROKEN), page.evaluate(CUT_OFF), screen.overflow(), faults(page))) != ([], 0, 0, []):
            found[address] = seen

    assert found == {}
    assert round(page.evaluate(TITLE_LINES)) == 1
