"""Anonymous answers: nothing in the whole database leads from what was said to whoever said it."""

import datetime as dt
import json
import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.models import Customer, FollowUp
from feedback.enums import Anonymity
from feedback.exports.paper import opinion_form
from feedback.models import Answer, Draft, Invitation, Questionnaire, Response, ResponseVersion, SealedAnswers, Suggestion
from feedback.queries.disclosure import shown_result
from feedback.queries.questions import items_of
from feedback.services.answers import ReadAnswers, read_answers
from feedback.services.invitations import invitation_mail
from feedback.services.links import invitation_token
from feedback.services.opinions import submit
from feedback.services.reminders import reminder_mail
from feedback.services.results import compute_results, renew_results, stale_waves
from feedback.services.sealing import seal, write_sealed
from feedback.services.shipped.suggestions import FORM
from feedback.services.typing_in import type_in
from feedback.services.waves import close_wave
from feedback.tests.factories import make_invitation, make_programme, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today, port_zone, start_of_day
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
WORDS = "夜间没有人接电话"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def wave():
    return make_wave(anonymity=Anonymity.ANONYMOUS)


def read(wave, **answers) -> ReadAnswers:
    return read_answers(items_of(wave.version), {key: str(value) for key, value in answers.items()}, longest=4000)


def sealed(wave, *, at=None, **answers) -> Invitation:
    invitation = make_invitation(wave=wave)
    told = read(wave, **({"overall": 4} | answers))
    assert seal(invitation=invitation, read=told, at=at or now(), by=system_user()) is True
    return invitation


def write(wave, *, at=None) -> int:
    return write_sealed(wave_id=wave.pk, at=at or now(), by=system_user())


def end(wave) -> None:
    close_wave(wave=wave, at=now(), by=system_user())


def rows_with(text: str) -> dict[str, list[dict]]:
    """Every row of every table that holds the text, whatever the column."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(one)::text FROM "{table}" one WHERE to_jsonb(one)::text LIKE %s', [f"%{text}%"])
            if rows := [json.loads(row) for (row,) in cursor.fetchall()]:
                found[table] = rows
    return found


def page(invitation, number=1) -> str:
    return reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])


def hidden_in(html: str) -> dict[str, str]:
    """What the page carries along, as a browser would send it."""
    return dict(re.findall(r'<input type="hidden" name="([qo]-[^"]+)" value="([^"]*)">', html))


# What is stored


def test_an_answer_waits_without_its_sender_and_the_invitation_keeps_the_day_alone(wave):
    invitation = sealed(wave, comment=WORDS)

    invitation.refresh_from_db()
    assert invitation.answered_at == start_of_day(port_today())
    assert invitation.answered_at.astimezone(port_zone()).time() == dt.time(0)
    assert (invitation.opened_at, Draft.objects.count(), Response.objects.count()) == (None, 0, 0)
    assert list(SealedAnswers.objects.values_list("answers", flat=True)) == [{"overall": 4, "comment": WORDS}]


def test_no_row_that_holds_the_words_holds_anything_of_the_person(client, wave):
    """The whole database is searched, after the public form has been used and after the rows were written."""
    asked = [make_invitation(wave=wave, address=f"asked{number}@customer{number}.invalid") for number in range(6)]
    for invitation in asked:
        client.get(reverse("opinion:form", args=[invitation_token(invitation.public_id)]))
        client.post(page(invitation, 4), {"go": "submit", "q-overall": "1", "q-comment": WORDS, "form_key": str(uuid4())})
    before = rows_with(WORDS)
    end(wave)
    written = write(wave)
    after = rows_with(WORDS)

    assert (set(before), set(after), written) == ({"feedback_sealedanswers"}, {"feedback_response", "feedback_responseversion"}, 6)
    persons = {str(value) for one in asked for value in (one.public_id, one.code, one.address, one.name, one.customer.name_zh)}
    told = json.dumps([before, after], ensure_ascii=False)
    assert not [value for value in persons if value in told]
    for row in after["feedback_response"]:
        assert [row[name] for name in ("invitation_id", "customer_id", "contact_id", "channel_id", "entered_by_id", "taken_on")] == [
            None
        ] * 6
        assert (row["language"], row["submissions"]) == ("", 1)
    assert {dt.datetime.fromisoformat(row["submitted_at"]) for row in after["feedback_response"]} == {start_of_day(port_today())}


def test_no_table_that_knows_the_invitation_says_more_than_its_day(wave):
    """Foreign keys followed by the database's own word: nobody points at an invitation from an answer, or back."""
    invitation = sealed(wave, comment=WORDS)

    pointing = [
        (relation.related_model, relation.field.name) for relation in Invitation._meta.related_objects if relation.related_model is not None
    ]
    rows = {model.__name__: model._default_manager.filter(**{name: invitation.pk}).count() for model, name in pointing}
    assert set(rows.values()) == {0}
    assert {field.name for field in SealedAnswers._meta.get_fields() if field.is_relation} == {"wave"}


def test_all_waiting_sheets_were_written_by_the_same_transaction_of_the_database(wave):
    """Else the number of the transaction would tell which sheet came with which invitation."""
    for _time in range(3):
        sealed(wave)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM feedback_sealedanswers")
        assert cursor.fetchone() == (1, 3)


def test_nothing_follows_from_a_low_score(wave, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = [sealed(wave, overall=1, recommend=0, comment=WORDS) for _number in range(5)]
        end(wave)
        write(wave)

    assert Response.objects.count() == 5
    assert FollowUp.objects.count() == 0
    assert set(Customer.objects.filter(pk__in=[one.customer_id for one in asked]).values_list("last_opinion_score", flat=True)) == {None}


def test_the_named_way_in_is_shut_for_an_anonymous_wave(wave):
    invitation, told = make_invitation(wave=wave), read(wave, overall=4)
    common = {"invitation": invitation, "read": told, "form_key": uuid4(), "language": "en", "at": now(), "by": system_user()}

    with pytest.raises(ValueError, match="without their invitation"):
        submit(**common)
    with pytest.raises(ValueError, match="without their invitation"):
        type_in(**common, channel="paper_form", taken_on=port_today())
    assert Response.objects.count() == 0


# Once


def test_an_invitation_counts_once_however_often_it_is_sent(client, wave):
    invitation = make_invitation(wave=wave)
    for score in ("2", "5", "5"):
        answer = client.post(page(invitation, 4), {"go": "submit", "q-overall": score, "form_key": str(uuid4())})

    assert answer.url == reverse("opinion:thanks", args=[invitation_token(invitation.public_id)])
    assert list(SealedAnswers.objects.values_list("answers", flat=True)) == [{"overall": 2}]


def test_what_was_sent_cannot_be_seen_changed_or_taken_away(client, wave):
    invitation = sealed(wave, comment=WORDS)
    token = invitation_token(invitation.public_id)

    for name in ("form", "copy"):
        answer = client.get(reverse(f"opinion:{name}", args=[token]), follow=True)
        assert answer.status_code == 200
        assert WORDS not in answer.content.decode()
    assert client.get(page(invitation, 1)).url == reverse("opinion:thanks", args=[token])
    html = client.get(reverse("opinion:thanks", args=[token])).content.decode()
    assert f"您的匿名答卷已于 {port_today().isoformat()} 收到" in html
    assert "o=" not in html.replace("go=", "")


def test_a_required_question_left_open_is_asked_for_and_nothing_is_stored(wave):
    invitation = make_invitation(wave=wave)

    found = seal(invitation=invitation, read=read(wave, comment=WORDS), at=now(), by=system_user())

    assert [item.key for item in found] == ["overall"]
    assert Invitation.objects.get().answered_at is None


def test_a_closed_form_takes_none(wave):
    invitation = make_invitation(wave=wave)
    end(wave)

    with pytest.raises(RuleBroken):
        seal(invitation=invitation, read=read(wave, overall=4), at=now(), by=system_user())


# Batches


def test_fewer_than_five_are_never_written_and_never_stay_behind(wave):
    """5 wait: none; 9: none, for 4 would stay; 10: 5 go and 5 stay; at the closing these 5 and whoever came since."""
    counted = []
    for _number in range(10):
        sealed(wave)
        counted.append(write(wave))
    stayed = SealedAnswers.objects.count()
    for _number in range(2):
        sealed(wave)
        counted.append(write(wave))
    end(wave)
    counted.append(write(wave))

    assert counted == [0] * 9 + [5, 0, 0, 7]
    assert stayed == 5
    assert (SealedAnswers.objects.count(), Response.objects.count()) == (0, 12)


def test_a_small_wave_waits_for_its_closing(wave):
    for _number in range(3):
        sealed(wave)
    before = write(wave)
    end(wave)

    assert (before, write(wave), write(wave)) == (0, 3, 0)


def test_where_some_are_asked_on_paper_the_last_wait_for_the_post(wave):
    make_invitation(wave=wave, address="")
    sealed(wave)
    end(wave)

    assert write(wave, at=now() + 13 * DAY) == 0
    assert write(wave, at=now() + 15 * DAY) == 1


def test_written_twice_is_written_once(wave):
    for _number in range(12):
        sealed(wave)

    first = write(wave)
    assert (first, write(wave), Response.objects.count(), Answer.objects.count(), ResponseVersion.objects.count()) == (7, 0, 7, 7, 7)


# Figures


def test_figures_are_counted_and_stale_ones_are_found(wave):
    for score in (5, 5, 4, 4, 1):
        sealed(wave, overall=score)
    end(wave)
    write(wave)

    stale = stale_waves(at=now())
    result = renew_results(wave_id=wave.pk, at=now(), by=system_user())
    assert (stale, stale_waves(at=now())) == ([wave.pk], [])
    assert (result.responses, result.overall_mean, result.customers, result.customer_mean) == (5, pytest.approx(3.8), 0, None)
    assert set(result.groups.values_list("dimension", flat=True)) == {"service"}


def test_figures_and_answers_of_fewer_than_five_are_shown_to_nobody(wave):
    reader = make_staff()
    for _number in range(4):
        sealed(wave)
    end(wave)
    write(wave)
    wave.refresh_from_db()
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    client = Client()
    client.force_login(reader)

    assert shown_result(reader, wave) is None
    assert Response.objects.visible_to(reader).count() == 0
    html = client.get(wave.get_absolute_url()).content.decode()
    assert "匿名" in html
    assert "答卷少于 5 份时，不向任何人显示" in html
    assert client.get(Response.objects.first().get_absolute_url()).status_code == 404


def test_pages_and_lists_show_five_answers_without_a_name(wave):
    for _number in range(5):
        sealed(wave, comment=WORDS)
    end(wave)
    write(wave)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    client = Client()
    client.force_login(make_staff())

    one = Response.objects.first()
    for address in (reverse("feedback:response_list"), one.get_absolute_url(), wave.get_absolute_url(), reverse("feedback:wave_list")):
        html = client.get(address).content.decode()
        assert not [name for name in Invitation.objects.values_list("name", flat=True) if name in html]
    html = client.get(one.get_absolute_url()).content.decode()
    assert WORDS in html
    made = client.get(f"{reverse('feedback:suggestion_create')}?response={one.pk}").content.decode()
    assert "匿名 / Anonymous" in made
    export = client.get(f"{reverse('feedback:response_list')}?export=csv")
    assert export.status_code == 200


def test_wishes_become_suggestions_of_nobody_once():
    questionnaire = Questionnaire.objects.get(key=FORM.key)
    wave = make_wave(programme=make_programme(questionnaire=questionnaire), anonymity=Anonymity.ANONYMOUS)
    for _number in range(5):
        invitation = make_invitation(wave=wave)
        seal(invitation=invitation, read=read(wave, improve="多开一个闸口"), at=now(), by=system_user())
    end(wave)
    write(wave)
    write(wave)

    found = Suggestion.objects.values_list("customer", "contact", "company_name", "reporter_email", "text")
    assert list(found) == [(None, None, "匿名 / Anonymous", "", "多开一个闸口")] * 5


# The public form


def test_pages_carry_what_was_told_and_keep_it_nowhere(client, wave):
    invitation = make_invitation(wave=wave, language="en")
    first = client.post(page(invitation, 1), {"go": "next", "q-schedule_reliability": "3", "form_key": str(uuid4())})
    html = first.content.decode()
    assert "Page 2 of 4" in html
    carried = hidden_in(html)
    assert carried == {"q-schedule_reliability": "3"}
    assert (Draft.objects.count(), SealedAnswers.objects.count()) == (0, 0)

    last = client.post(page(invitation, 3), carried | {"go": "next", "q-comment": WORDS})
    back = client.post(page(invitation, 4), hidden_in(last.content.decode()) | {"go": "back", "q-overall": "4", "q-comment": WORDS})
    assert hidden_in(back.content.decode()) == carried | {"q-overall": "4", "q-comment": WORDS}
    missed = client.post(page(invitation, 4), carried | {"go": "submit", "q-comment": WORDS})
    assert missed.status_code == 422
    assert WORDS in missed.content.decode()
    client.post(page(invitation, 4), hidden_in(back.content.decode()) | {"go": "submit"})

    assert list(SealedAnswers.objects.values_list("answers", flat=True)) == [{"schedule_reliability": 3, "overall": 4, "comment": WORDS}]


def test_the_script_has_nowhere_to_save_to(client, wave):
    invitation = make_invitation(wave=wave)
    saved = client.post(reverse("opinion:save", args=[invitation_token(invitation.public_id)]), {"q-overall": "4"})

    assert saved.status_code == 409
    assert "data-save=" not in client.get(page(invitation)).content.decode()
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "本次调查为匿名调查"), ("en", "This survey is anonymous")])
def test_page_one_the_mail_and_the_paper_say_so_in_both_languages(client, wave, language, words):
    invitation = make_invitation(wave=wave, language=language)
    invitation.reminded = 0
    mail, reminder = invitation_mail(invitation, not_before=now()), reminder_mail(invitation, begun=False, not_before=now())
    html = client.get(reverse("opinion:form", args=[invitation_token(invitation.public_id)])).content.decode()
    with override(language):
        sheet = opinion_form(invitation, make_staff(), [])["forms"][0]

    for text in (mail.text, mail.html, reminder.text, reminder.html, html, sheet["promise"]):
        assert words in text
    assert not [text for text in (mail.text, html) if "under the name of your company" in text or "以贵公司名义" in text]


# Typed in


def test_a_paper_is_typed_in_by_the_same_rules(wave):
    invitation, client = make_invitation(wave=wave, address=""), Client()
    client.force_login(make_staff())
    address = reverse("feedback:type_in_form", args=[invitation.pk])
    sheet = {"q-overall": "2", "q-comment": WORDS, "form_key": str(uuid4()), "go": "next"}

    html = client.get(address).content.decode()
    stored = client.post(address, sheet)
    again = client.post(address, sheet | {"q-overall": "5", "form_key": str(uuid4())})

    assert 'name="scan"' not in html
    assert 'name="channel"' not in html
    assert (stored.status_code, again.status_code) == (302, 409)
    assert list(SealedAnswers.objects.values_list("answers", flat=True)) == [{"overall": 2, "comment": WORDS}]
    assert set(rows_with(WORDS)) == {"feedback_sealedanswers"}
    assert apps.get_model("audit", "AuditEvent").objects.filter(action="opinion.type_in").count() == 0
