import pytest

from bench.opinions import _figures, _frozen
from bench.submissions import measure_pulses, measure_submissions
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
    measure_submissions(wave, 2, said.append)
    measure_pulses(wave, 2, said.append)
    _figures(wave, said.append)

    figures = {line.split("\t")[0]: line.split("\t")[2:] for line in said}
    assert figures["opinion_reads"][0] == "requests 8"  # four pages; 17 things rated twice, overall, recommendation
    assert figures["opinion_submissions"][:4] == ["processes 2", "answers 2", "requests 8", "ratings 72"]
    assert figures["pulse_submissions"][:4] == ["processes 2", "answers 2", "requests 2", "ratings 2"]
    assert all(int(figures[f"{form}_reads_beside"][1].removeprefix("n ")) > 0 for form in ("opinion", "pulse"))
    assert figures["opinion_figures"] == ["answers 4", "ratings 144"]
