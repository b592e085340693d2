"""What becomes of a low score of a confidential wave: kept, with an owner and a day, where only the few read it."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import Customer, FollowUp
from feedback.models import LowMark, Wave
from feedback.queries.low_marks import low_mark_figures
from feedback.services.low_marks import finish_low_mark, give_low_mark, return_low_marks, tell_low_marks
from feedback.services.results import compute_results
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff
from feedback.tests.test_confidential import DAY, FIRM, PERSON, WORDS, addresses, answered, body_of, confidential, read, teller
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.business_days import business_days_later
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
OTHERS = [Role.OPERATIONS, Role.MARKETING, Role.AUDITOR, Role.ADMIN]
LIST = "feedback:low_mark_list"
CALLED = "已致电，夜间增设值班电话"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def low_mark() -> LowMark:
    return answered().low_mark


def test_a_low_one_becomes_a_case_with_a_day_and_with_the_next_in_line_who_may_know():
    manager = make_user(Role.MANAGER)
    contact = teller()
    Customer.objects.filter(pk=contact.customer_id).update(account_manager=manager)

    response = make_response(invitation=make_invitation(wave=confidential(), contact=contact, assignee=manager), overall=1)
    fine = make_response(invitation=make_invitation(wave=response.wave), overall=5)

    found = LowMark.objects.get()
    assert (found.response, found.owner, found.due_on) == (
        response,
        manager,
        business_days_later(port_today(), settings.LOW_SCORE_BUSINESS_DAYS),
    )
    assert (hasattr(fine, "low_mark"), FollowUp.objects.count()) == (False, 0)


def test_where_nobody_in_line_may_know_it_is_nobodys_and_one_of_the_few_takes_it_on(client):
    programme = make_programme(owner=make_user(Role.MARKETING))
    make_response(invitation=make_invitation(wave=confidential(programme=programme), contact=teller()), overall=1)
    found, service = LowMark.objects.get(), make_staff()
    client.force_login(service)

    client.post(reverse("feedback:low_mark_give", args=[found.pk]), {"owner": service.pk})

    assert (found.owner, LowMark.objects.get().owner) == (None, service)
    assert Notice.objects.filter(kind="opinion.low_given").count() == 0  # nobody tells themselves


def test_an_answer_that_is_low_again_is_to_be_seen_to_again_and_what_was_said_stays(low_mark):
    finish_low_mark(low_mark=low_mark, said=CALLED, on=port_today(), by=make_staff())
    wave = low_mark.response.wave
    Wave.objects.filter(pk=wave.pk).update(state="open", closed_at=None, closes_at=now() + DAY)

    make_response(invitation=type(low_mark.response.invitation).objects.get(pk=low_mark.response.invitation_id), overall=2)

    again = LowMark.objects.get()
    assert (again.pk, again.done_on, again.done_by, again.said) == (low_mark.pk, None, None, CALLED)


def test_it_is_done_once_with_words_and_by_somebody(low_mark):
    service, other = make_staff(), make_staff()

    with pytest.raises(RuleBroken, match="填写沟通"):
        finish_low_mark(low_mark=low_mark, said="  ", on=port_today(), by=service)
    LowMark.objects.update(owner=None)
    finish_low_mark(low_mark=low_mark, said=CALLED, on=port_today(), by=service)
    for step in (
        lambda: finish_low_mark(low_mark=low_mark, said="x", on=port_today(), by=other),
        lambda: give_low_mark(low_mark=low_mark, owner=other, by=other),
    ):
        with pytest.raises(RuleBroken, match="已有人登记"):
            step()

    found = LowMark.objects.get()
    assert (found.said, found.done_on, found.done_by, found.owner) == (CALLED, port_today(), service, service)
    with pytest.raises(IntegrityError, match="says_what_was_done"), transaction.atomic():
        LowMark.objects.update(said="")


@pytest.mark.parametrize("role", OTHERS)
def test_it_is_given_to_nobody_who_may_not_know(low_mark, role):
    before = low_mark.owner

    with pytest.raises(RuleBroken, match="无权知道"):
        give_low_mark(low_mark=low_mark, owner=make_user(role), by=make_staff())

    assert LowMark.objects.get().owner == before


def test_who_gets_one_from_a_colleague_is_told_without_the_name(low_mark):
    manager = make_user(Role.MANAGER)

    give_low_mark(low_mark=low_mark, owner=manager, by=make_staff(name="林一"))

    (notice,) = Notice.objects.filter(kind="opinion.low_given")
    assert (notice.recipient, notice.values["by"]["zh"]) == (manager, "林一")
    assert [one for one in (FIRM, PERSON, WORDS) if one in str(notice.values)] == []


def test_the_few_see_list_and_case_and_write_down_what_was_done(client, low_mark):
    service = make_staff()
    page, listed = read(client, service, low_mark.get_absolute_url()), read(client, service, reverse(LIST))

    assert [FIRM in page, 'id="low-mark"' in page, FIRM in listed] == [True] * 3
    finish = reverse("feedback:low_mark_finish", args=[low_mark.pk])
    refused = client.post(finish, {"said": ""})
    assert (refused.status_code, 'id="low-mark"' in refused.content.decode()) == (422, True)
    assert client.post(finish, {"said": CALLED}).status_code == 302
    assert CALLED in read(client, service, low_mark.get_absolute_url())
    assert CALLED in read(client, service, reverse(LIST) + "?done=true")
    assert FIRM not in read(client, service, reverse(LIST) + "?done=false").split("<tbody", 1)[-1]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_or_takes_a_step(client, low_mark, role):
    user, service = make_user(role), make_staff()
    finish_low_mark(low_mark=low_mark, said=CALLED, on=port_today(), by=service)
    client.force_login(user)

    assert client.get(reverse(LIST)).status_code == 403
    for name, told in (("give", {"owner": user.pk}), ("finish", {"said": "x"})):
        assert client.post(reverse(f"feedback:low_mark_{name}", args=[low_mark.pk]), told).status_code == 403
    answer = client.get(low_mark.get_absolute_url())
    if answer.status_code == 200:  # the wave is over: the words may be read, what became of them may not
        text = answer.content.decode()
        assert [WORDS in text, CALLED in text, 'id="low-mark"' in text, service.label in text] == [True, False, False, False]
    assert (role == Role.ADMIN) is (answer.status_code == 403)
    assert list(LowMark.objects.visible_to(user)) == []


def pages_with(client, user, low_mark: LowMark) -> list[str]:
    """Every page a reader may open, of those that could tell it, on which the words of the case or its step stand."""
    client.force_login(user)
    found = [*addresses(low_mark.response), *(reverse(name) for name in ("audit:log", "notices:notice_list", "customers:follow_up_list"))]
    bodies = {one: body_of(answer) for one in found if (answer := client.get(one)).status_code == 200}
    assert len(bodies) > 20
    return [address for address, text in bodies.items() if CALLED in text or "low_mark" in text or "保密调查低分" in text]


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_of_anybody_else_tells_of_the_case(client, low_mark, role):
    """With the audit log and the notices: neither words nor steps of it."""
    service = make_staff()
    give_low_mark(low_mark=low_mark, owner=make_user(Role.MANAGER), by=service)
    finish_low_mark(low_mark=low_mark, said=CALLED, on=port_today(), by=service)

    assert pages_with(client, make_user(role), low_mark) == []
    assert set(pages_with(client, service, low_mark)) >= {reverse(LIST), low_mark.get_absolute_url()}


@pytest.mark.parametrize(("low", "fine", "shown"), [(4, 6, None), (5, 4, None), (5, 5, 5), (6, 0, 6)])
def test_others_read_how_many_from_five_on_and_never_how_many_are_done(client, low, fine, shown):
    wave = confidential(opens_at=now() - 220 * DAY, closes_at=now() + DAY)
    for overall in [1] * low + [5] * fine:
        make_response(invitation=make_invitation(wave=wave), overall=overall)
    for one in LowMark.objects.all():
        finish_low_mark(low_mark=one, said=CALLED, on=port_today(), by=make_staff())
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    colleague, service = make_user(Role.OPERATIONS), make_staff()
    running = low_mark_figures(colleague, Wave.objects.get())

    Wave.objects.update(state="closed", closed_at=now() - 200 * DAY, closes_at=now() - 199 * DAY)
    over, few = low_mark_figures(colleague, Wave.objects.get()), low_mark_figures(service, Wave.objects.get())

    assert running is None
    assert (over and (over.low, over.done)) == (shown and (shown, None))
    assert (few.low, few.done) == (low, low)
    address = reverse("feedback:wave", args=[wave.pk])
    assert ('id="low-marks"' in read(client, colleague, address)) is (shown is not None)
    assert [f"已处理 {low} 份" in read(client, user, address) for user in (colleague, service)] == [False, True]


def test_what_an_owner_leaves_is_nobodys_again_and_all_of_the_few_are_told_when_it_is_due(low_mark):
    owner, manager = make_staff(), make_user(Role.MANAGER)
    give_low_mark(low_mark=low_mark, owner=owner, by=owner)
    owner.roles = [Role.MARKETING]
    owner.save()
    LowMark.objects.update(due_on=port_today())

    for _time in range(2):
        return_low_marks(today=port_today(), by=system_user())
        tell_low_marks(today=port_today(), by=system_user())

    told = list(Notice.objects.filter(kind="opinion.low_due"))
    assert LowMark.objects.get().owner is None
    assert [one.recipient for one in told].count(manager) == 1
    assert (owner in [one.recipient for one in told], all(one.recipient.has_perm("feedback.view_sender") for one in told)) == (False, True)
    assert [one for one in (FIRM, PERSON) if one in str([one.values for one in told])] == []


def test_the_owner_alone_is_told_and_not_before_the_day_nor_after_it_is_done(low_mark):
    owner = make_staff()
    give_low_mark(low_mark=low_mark, owner=owner, by=owner)
    before = tell_low_marks(today=low_mark.due_on - dt.timedelta(days=1), by=system_user())
    due = tell_low_marks(today=low_mark.due_on, by=system_user())
    finish_low_mark(low_mark=low_mark, said=CALLED, on=port_today(), by=owner)
    LowMark.objects.update(due_on=port_today() - DAY)

    assert (before, due, tell_low_marks(today=port_today(), by=system_user())) == (0, 1, 0)
    assert [one.recipient for one in Notice.objects.filter(kind="opinion.low_due")] == [owner]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_questions_however_long_it_is(client, rows, django_assert_max_num_queries):
    for _number in range(rows):
        make_response(invitation=make_invitation(wave=confidential()), overall=1)
    client.force_login(make_staff())
    client.get(reverse(LIST))

    with django_assert_max_num_queries(4):
        assert client.get(reverse(LIST)).content.decode().count("row-link") >= rows
