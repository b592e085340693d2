import pytest

from bench.opinions import _figures, _frozen, _submissions
from customers.models import Contact
from customers.tests.factories import make_contact
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.tests.factories import make_staff
from portcrm.clock import port_today


@pytest.mark.django_db(transaction=True)  # other processes send
def test_every_rating_of_every_page_is_sent_and_what_was_sent_is_kept():
    load_shipped_questionnaires(on=port_today())
    for _contact in range(4):
        make_contact()
    Contact.objects.update(is_primary=True)
    said = []

    wave = _frozen(make_staff(), said.append)
    _submissions(wave, 2, said.append)
    _figures(wave, said.append)

    figures = {line.split("\t")[0]: line.split("\t")[2:] for line in said}
    assert figures["opinion_reads"][0] == "requests 8"  # four pages; 17 things rated twice, overall, recommendation
    assert figures["opinion_submissions"][:4] == ["processes 2", "answers 2", "requests 8", "ratings 72"]
    assert figures["opinion_figures"] == ["answers 4", "ratings 144"]
