from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override

from customers.enums import ContactRole, CustomerStatus
from customers.models import Customer
from customers.tests.factories import make_contact, make_customer
from feedback.analysis.drawing import draw
from feedback.enums import SkipReason
from feedback.models import Programme, Wave, WaveDraw
from feedback.queries.whom import obstacle_of
from feedback.services.merging import MERGE_RULES
from feedback.services.programmes import create_programme, edit_programme
from feedback.services.results import compute_results
from feedback.services.sweeping import run_due_programmes
from feedback.services.waves import start_wave
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff, make_version
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.models import SavedView


def make_view(owner, query: str, **fields) -> SavedView:
    return SavedView.objects.create(record="customers.customer", owner=owner, name=f"视图 {query}", query=query, **fields)


def start(programme: Programme) -> Wave:
    return start_wave(programme=programme, at=now(), request_key=uuid4(), by=make_staff())


def asked(wave: Wave) -> list[int]:
    return list(wave.invitations.order_by("contact").values_list("contact", flat=True))


# --- a saved view of customers ---


@pytest.mark.django_db
def test_a_view_and_roles_together_say_who_is_asked():
    owner = make_staff()
    key = make_customer(is_key_account=True)
    meant = make_contact(customer=key, roles=[ContactRole.OPERATIONS])
    make_contact(customer=key, roles=[ContactRole.FINANCE])
    make_contact(roles=[ContactRole.OPERATIONS])  # of another customer
    view = make_view(owner, "key_account=True&sort=rank&columns=name")
    programme = make_programme(owner=owner, customer_view=view, contact_roles=[ContactRole.OPERATIONS])

    wave = start(programme)

    assert asked(wave) == [meant.pk]
    assert wave.skips.count() == 0


@pytest.mark.django_db
def test_a_view_is_read_anew_for_every_wave_and_as_the_person_responsible_sees_it():
    owner = make_staff()
    mine, not_mine = make_contact(customer=make_customer(account_manager=owner)), make_contact()
    programme = make_programme(owner=owner, customer_view=make_view(owner, "mine=True"))
    assert asked(start(programme)) == [mine.pk]

    Customer.objects.filter(pk=not_mine.customer_id).update(account_manager=owner)

    assert asked(start(programme)) == [not_mine.pk]  # the first rests


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["status=gone", "colour=red", "region=987654", "key_account=True&tonnes_min=many"])
def test_a_condition_that_is_not_understood_asks_nobody_instead_of_all(query):
    make_contact(customer=make_customer(is_key_account=True))
    owner = make_staff()
    programme = make_programme(owner=owner, customer_view=make_view(owner, query), next_run_on=port_today())

    with pytest.raises(RuleBroken):
        start(programme)
    assert run_due_programmes(at=now(), by=system_user()) == 0

    assert Wave.objects.count() == 0
    programme.refresh_from_db()
    assert programme.next_run_on == port_today()
    assert "condition of the saved view" in english(obstacle_of(programme))


def english(text) -> str:
    with override("en"):
        return str(text)


@pytest.mark.django_db
@pytest.mark.parametrize("loss", ["deleted", "not shared any more"])
def test_a_view_that_is_gone_asks_nobody_instead_of_all(loss):
    make_contact()
    view = make_view(make_user(), "status=existing", shared=True)
    programme = make_programme(customer_view=view)
    assert obstacle_of(programme) == ""

    view.delete() if loss == "deleted" else SavedView.objects.update(shared=False)

    programme = Programme.objects.get()
    assert "sees no such view" in english(obstacle_of(programme))
    with pytest.raises(RuleBroken):
        start(programme)
    assert Wave.objects.count() == 0


@pytest.mark.django_db
def test_a_view_the_person_responsible_does_not_see_is_refused_beside_the_field():
    view = make_view(make_user(), "status=existing")
    fields = {"name_zh": "征询", "questionnaire": make_version().questionnaire, "owner": make_staff()}

    with pytest.raises(RuleBroken) as creating:
        create_programme(fields=fields | {"customer_view": view}, on=port_today(), by=make_staff())
    programme = create_programme(fields=fields, on=port_today(), by=make_staff())
    with pytest.raises(RuleBroken) as editing:
        edit_programme(programme=programme, fields={"customer_view": view}, seen={}, on=port_today(), by=make_staff())

    assert (creating.value.field, editing.value.field) == ("customer_view", "customer_view")
    assert Programme.objects.get().customer_view is None


@pytest.fixture
def staff():
    return make_staff(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.django_db
def test_the_form_offers_ones_own_and_shared_views_of_customers(desk, staff):
    mine, shared = make_view(staff, "status=existing"), make_view(make_user(), "tier=key", shared=True)
    make_view(make_user(), "tier=standard")
    SavedView.objects.create(record="customers.contact", owner=staff, name="contacts", query="")

    form = desk.get(reverse("feedback:programme_create")).context["form"]

    assert set(form.fields["customer_view"].queryset) == {mine, shared}


@pytest.mark.django_db
def test_the_pages_of_a_programme_say_that_its_view_is_gone(desk, staff):
    view = make_view(staff, "status=existing")
    programme = make_programme(owner=staff, customer_view=view)
    make_contact()
    view.delete()

    listed = desk.get(reverse("feedback:programme_list")).content.decode()
    starting = desk.get(reverse("feedback:programme_start", args=[programme.pk])).content.decode()
    refused = desk.post(reverse("feedback:programme_start", args=[programme.pk]), {"request_key": str(uuid4())})

    assert "sees no such view of customers" in listed
    assert "sees no such view of customers" in starting
    assert refused.status_code == 409
    assert Wave.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_views_of_all_programmes_are_read_at_once(desk, number, django_assert_num_queries):
    for place in range(number):
        owner = make_staff()
        make_programme(owner=owner, customer_view=make_view(owner, f"status=existing&tonnes_min={place}"))

    with django_assert_num_queries(7):
        desk.get(reverse("feedback:programme_list"))


# --- a drawn sample ---


def test_the_first_is_drawn_in_proportion_to_the_weights():
    """P(i) = w_i / sum of w, for a sample of one."""
    weights = {1: 1, 2: 2, 3: 7}

    drawn = [next(iter(draw(weights, 1, seed=seed))) for seed in range(20_000)]

    shares = [drawn.count(key) / len(drawn) for key in weights]
    assert shares == pytest.approx([0.1, 0.2, 0.7], abs=0.012)  # over three standard errors


def test_the_next_is_drawn_in_proportion_among_the_rest():
    """Without putting back: P(i in a sample of two) = p_i + sum over j of p_j p_i / (1 - p_j)."""
    chances = {1: 0.5, 2: 0.3, 3: 0.2}
    expected = [p + sum(q * p / (1 - q) for other, q in chances.items() if other != key) for key, p in chances.items()]

    samples = [draw(chances, 2, seed=seed) for seed in range(20_000)]

    assert expected == pytest.approx([0.8392857, 0.675, 0.4857143])
    assert [sum(key in sample for sample in samples) / len(samples) for key in chances] == pytest.approx(expected, abs=0.012)


@pytest.mark.parametrize(("size", "drawn"), [(0, set()), (2, {2, 3}), (3, {2, 3}), (9, {1, 2, 3, 4})])
def test_who_has_no_weight_comes_in_only_where_there_is_room(size, drawn):
    for seed in range(50):
        sample = draw({1: 0, 2: 5, 3: 1e-9, 4: 0}, size, seed=seed)
        assert len(sample) == min(size, 4)
        assert drawn <= sample


def test_seed_and_weights_give_the_same_draw_in_whatever_order_they_come():
    weights = {key: key % 7 for key in range(500)}

    assert draw(weights, 40, seed=11) == draw(dict(reversed(weights.items())), 40, seed=11)
    assert draw(weights, 40, seed=11) != draw(weights, 40, seed=12)


def make_firms(*tonnes: int) -> list[Customer]:
    """Customers with so many tonnes and two contacts each."""
    firms = [make_customer(tonnes_12m=amount, status=CustomerStatus.EXISTING) for amount in tonnes]
    for firm in firms:
        for _contact in range(2):
            make_contact(customer=firm)
    return firms


@pytest.mark.django_db
def test_a_sample_draws_companies_with_their_contacts_and_lists_the_others():
    heavy, light, none = make_firms(10**9, 10, 0)
    out = make_customer(tonnes_12m=10**9)
    spared = make_contact(customer=out, email="")
    programme = make_programme(sample_size=1)

    wave = start(programme)

    assert set(wave.invitations.values_list("customer", flat=True)) == {heavy.pk}
    assert wave.invited == 2
    assert set(wave.skips.values_list("customer", "reason")) == {
        (light.pk, SkipReason.NOT_DRAWN), (none.pk, SkipReason.NOT_DRAWN), (out.pk, SkipReason.NO_ADDRESS),
    }  # fmt: skip
    assert wave.skips.count() == 5
    assert spared.pk in wave.skips.values_list("contact", flat=True)
    assert (wave.sample_frame, wave.sample_size) == (3, 1)


@pytest.mark.django_db
def test_of_whom_the_draw_left_out_the_wave_knows_when_they_were_asked_last():
    _drawn, light = make_firms(10**9, 1)
    before = port_today() - timedelta(days=200)
    asked_once, never = light.contacts.order_by("pk")
    make_invitation(contact=asked_once, invited_on=before)

    wave = start(make_programme(sample_size=1))

    assert dict(wave.skips.values_list("contact", "last_asked_on")) == {asked_once.pk: before, never.pk: None}


@pytest.mark.django_db
def test_a_draw_can_be_repeated_from_what_the_wave_kept_whatever_has_changed_since():
    make_firms(*(number * 100 for number in range(12)))
    wave = start(make_programme(sample_size=5))
    Customer.objects.update(tonnes_12m=Decimal(1))

    draws = WaveDraw.objects.filter(wave=wave)
    weights = {customer: float(tonnes) for customer, tonnes in draws.values_list("customer", "tonnes")}

    drawn = set(draws.filter(drawn=True).values_list("customer", flat=True))
    assert draw(weights, wave.sample_size, seed=wave.sample_seed) == drawn
    assert set(wave.invitations.values_list("customer", flat=True)) == drawn
    assert (len(weights), len(drawn)) == (12, 5)


@pytest.mark.django_db
def test_a_sample_as_large_as_all_who_can_be_asked_draws_nobody_out():
    make_firms(5, 7)

    wave = start(make_programme(sample_size=2))

    assert (wave.invited, wave.sample_frame, wave.sample_seed) == (4, None, None)
    assert wave.draws.count() == 0


@pytest.mark.django_db
def test_a_drawn_part_does_not_pass_for_all_there_are():
    """A mean over 2 of 2 people asked is exact; over 2 of a drawn part it is not."""
    make_firms(10**9, 1)
    whole, part = start(make_programme()), None
    for invitation in whole.invitations.all():
        make_response(invitation=invitation, overall=3 + invitation.pk % 2)
    make_firms(10**9, 1)
    part = start(make_programme(sample_size=1))
    for invitation in part.invitations.all():
        make_response(invitation=invitation, overall=3 + invitation.pk % 2)

    exact, open_ended = (compute_results(wave_id=wave.pk, at=now(), by=system_user()) for wave in (whole, part))

    assert exact.overall_low == pytest.approx(exact.overall_mean)
    assert open_ended.overall_low < open_ended.overall_mean


@pytest.mark.django_db
def test_the_start_page_tells_frame_suggested_size_and_what_is_drawn(desk):
    make_firms(*range(1, 11))
    programme = make_programme(sample_size=4)

    html = desk.get(reverse("feedback:programme_start", args=[programme.pk])).content.decode()

    assert "Of the 10 customers who can be asked, 4 are drawn when the wave starts" in html
    assert "Suggested size for 10 customers: 10" in html  # the published table: N 10, s 10
    assert "Draw 4 customers and ask their contacts" in html


@pytest.mark.django_db
def test_the_page_of_a_wave_says_that_it_is_a_weighted_sample(desk):
    make_firms(*range(1, 8))
    wave = start(make_programme(sample_size=3))
    for invitation in wave.invitations.all():
        make_response(invitation=invitation)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    html = desk.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert "Weighted sample, unweighted figures: 3 of 7 customers" in html
    assert f"seed {wave.sample_seed}" in html
    assert "Weighted by tonnes" not in html


def test_what_a_merge_does_to_draws_is_said():
    assert {rule.model: rule.moves for rule in MERGE_RULES}[WaveDraw] is False
