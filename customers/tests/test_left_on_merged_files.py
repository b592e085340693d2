"""What stays on a merged file because the kept one has the like of it: it comes back from nowhere, is counted nowhere, and what
hangs on people of merges made before they were compared is found again."""

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils.translation import override

from customers.models import Contact, Contract, CreditHold, FollowUp, Merge, Tag, TeamMember, Traits
from customers.models.merge import TWINS
from customers.queries.search import find_contracts
from customers.services.care import join_team, leave_team
from customers.services.contacts import contact_left
from customers.services.contracts import roll_over_contracts
from customers.services.credit_holds import lift_hold, place_hold
from customers.services.erasing import holdings
from customers.services.forgetting import person_of
from customers.services.merge_rules import merge_rules
from customers.services.merging import gather_late_rows, merge_customers
from customers.services.parts import edit_traits
from customers.services.tags import tag_customer, untag_customer
from customers.services.unmerging import undo_merge
from customers.services.verifying import open_verifications
from customers.tests.factories import (
    make_acquaintance,
    make_basis,
    make_contact,
    make_contract,
    make_customer,
    make_interaction,
    make_observation,
)
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=400)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def keeper():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def files(keeper):
    return make_customer(account_manager=keeper), make_customer(account_manager=keeper)


def merge(files, by) -> Merge:
    return merge_customers(kept=files[0], other=files[1], take=(), by=by)


def made_before_twins(done: Merge) -> Merge:
    """As a merge of that time was stored: nothing of contacts of one mailbox, nothing of what stayed."""
    twin_keys = {rule.key for rule in merge_rules.of_twins}
    done.marks = {key: value for key, value in done.marks.items() if key != TWINS and key not in twin_keys}
    for mark in done.marks.values():
        mark.pop("stayed", None)
    done.merged_at = now() - LONG_AGO
    done.save(update_fields=["marks", "merged_at"])
    return done


def nightly(by) -> int:
    return gather_late_rows(since=now() - dt.timedelta(days=3), by=by)


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_what_is_ended_on_the_kept_file_does_not_come_back_from_the_merged_one(files, keeper):
    kept, other = files
    colleague = make_user(Role.SERVICE)
    for file in files:
        place_hold(customer=file, reason="逾期", by=keeper)
        tag_customer(customer=file, names=["冷链"], by=keeper)
        join_team(customer=file, user=colleague, function="finance", by=keeper)
        make_contact(customer=file, email="desk@haifeng.invalid")
    done = merge(files, keeper)
    lift_hold(hold=kept.credit_holds.get(), reason="已付清", by=keeper)
    untag_customer(customer=kept, tags=Tag.objects.all(), by=keeper)
    leave_team(member=kept.team.get(), by=keeper)
    contact_left(contact=kept.contacts.get(), by=keeper)

    gathered = nightly(keeper)

    assert gathered == 0
    assert (CreditHold.objects.in_force().filter(customer=kept).count(), kept.tag_links.count()) == (0, 0)
    assert (TeamMember.objects.current().filter(customer=kept).count(), Contact.objects.present().filter(customer=kept).count()) == (0, 0)
    undo_merge(merge=done, by=keeper)
    assert (other.credit_holds.in_force().count(), other.tag_links.count(), other.contacts.count()) == (1, 1, 1)


def test_a_row_that_came_late_still_follows_beside_one_that_stayed(files, keeper):
    kept, other = files
    for file in files:
        tag_customer(customer=file, names=["冷链"], by=keeper)
    merge(files, keeper)
    late = make_interaction(customer=other)

    assert (nightly(keeper), fresh(late).customer_id, other.tag_links.count()) == (1, kept.pk, 1)


@pytest.fixture
def people(files):
    """One person in both files, known better in the one that goes."""
    mine = make_contact(customer=files[0], name="演示甲乙", email="desk@haifeng.invalid", phone="0532-1")
    theirs = make_contact(customer=files[1], name="演示甲乙", email="Desk@haifeng.invalid", mobile="000-0777-1234")
    make_basis(contact=theirs)
    return mine, theirs


def old_merge(files, people, keeper) -> tuple[Merge, list]:
    """A merge of that time left what hung on the contact of the merged file there."""
    done = merge(files, keeper)
    undo_merge(merge=done, by=keeper)
    rows = [make_observation(contact=people[1]), make_acquaintance(contact=people[1])]
    again = merge(files, keeper)
    for row in (*rows, people[1].bases.model._base_manager.get()):
        type(row)._base_manager.filter(pk=row.pk).update(contact=people[1])
    again.rows.filter(rule__in=[rule.key for rule in merge_rules.of_twins]).delete()
    Contact.objects.filter(pk=people[0].pk).update(mobile="")
    return made_before_twins(again), rows


def test_what_an_old_merge_hid_with_a_contact_is_found_again_in_the_next_night_and_once(files, people, keeper):
    done, rows = old_merge(files, people, keeper)

    gathered, again = nightly(keeper), nightly(keeper)

    assert (gathered > 0, again) == (True, 0)
    assert {fresh(row).contact_id for row in rows} == {people[0].pk}
    assert fresh(people[0]).mobile == "000-0777-1234"


def test_undoing_an_old_merge_gives_back_what_the_night_moved(files, people, keeper):
    done, rows = old_merge(files, people, keeper)
    moved = nightly(keeper)

    undone = undo_merge(merge=fresh(done), by=keeper)

    assert moved > 0
    assert {fresh(row).contact_id for row in rows} == {people[1].pk}
    assert (fresh(people[0]).mobile, list(undone.rows.undecided())) == ("", [])


def test_an_old_merge_undone_before_any_night_leaves_everything_with_its_file(files, people, keeper):
    done, rows = old_merge(files, people, keeper)

    undo_merge(merge=done, by=keeper)

    assert {fresh(row).contact_id for row in rows} == {people[1].pk}
    assert fresh(people[1]).customer == files[1]


def test_the_night_moves_nothing_else_of_an_old_merge(files, people, keeper):
    for file in files:
        tag_customer(customer=file, names=["冷链"], by=keeper)
    done, _rows = old_merge(files, people, keeper)
    untag_customer(customer=files[0], tags=Tag.objects.all(), by=keeper)

    nightly(keeper)

    assert files[0].tag_links.count() == 0


def test_where_the_kept_file_was_merged_on_the_rows_go_to_the_contact_that_went_along(files, people, keeper):
    standing = make_customer(account_manager=keeper)
    _done, rows = old_merge(files, people, keeper)
    merge((standing, files[0]), keeper)

    nightly(keeper)

    assert fresh(people[0]).customer == standing
    assert {fresh(row).contact_id for row in rows} == {people[0].pk}


def test_a_tag_counts_the_files_it_is_found_on(client, files, keeper):
    for file in files:
        tag_customer(customer=file, names=["冷链"], by=keeper)
    merge(files, keeper)
    client.force_login(keeper)

    (tag,) = client.get(reverse("customers:tag_list")).context["tags"]
    found = client.get(reverse("customers:customer_list"), {"tags": tag.pk}).context["listing"].rows

    assert (tag.number, [row.pk for row in found]) == (1, [files[0].pk])


def test_nobody_is_asked_to_confirm_what_stayed_on_a_merged_file(files, keeper):
    for file in files:
        edit_traits(customer=file, changes={"outlook": "稳定"}, seen={}, by=keeper)
    merge(files, keeper)
    Traits.objects.update(recorded_on=port_today() - 5 * LONG_AGO)

    open_verifications(today=port_today(), by=system_user())

    asked = FollowUp.objects.filter(dedupe_key__contains=":traits:")
    assert [task.customer_id for task in asked] == [files[0].pk]


def test_a_contract_that_stayed_is_neither_listed_nor_due_nor_found(client, files, keeper):
    today = port_today()
    for file in files:
        make_contract(
            customer=file, number="HT-2026-1", valid_from=today - LONG_AGO, valid_until=today + dt.timedelta(days=20),
            decide_by=today + dt.timedelta(days=10),
        )  # fmt: skip
    client.force_login(keeper)
    lists = [
        lambda: [row.customer_id for row in client.get(reverse("customers:contract_list")).context["listing"].rows],
        lambda: [row.customer_id for row in client.get(reverse("customers:contracts_ending")).context["contracts"]],
        lambda: [row["customer"] for row in client.get("/api/v1/customers/contracts/").json()["results"]],
    ]
    before = [len(read()) for read in lists]

    merge(files, keeper)

    assert before == [2, 2, 2]
    assert [read() for read in lists] == [[files[0].pk]] * 3
    assert len(find_contracts(keeper, "HT-2026-1", 10)) == 1
    assert Contract.objects.count() == 2


def test_a_contract_that_stayed_renews_itself_only_once_the_merge_is_undone(files, keeper):
    last_day = port_today() - dt.timedelta(days=1)
    for file in files:
        make_contract(
            customer=file, number="HT-2026-1", valid_from=port_today() - LONG_AGO, valid_until=last_day, renews=True, renewal_months=6
        )
    done = merge(files, keeper)
    stayed = files[1].contracts.get()

    while_merged = roll_over_contracts(today=port_today(), by=keeper), fresh(stayed).valid_until
    undo_merge(merge=done, by=keeper)
    after = roll_over_contracts(today=port_today(), by=keeper), fresh(stayed).valid_until > port_today()

    assert (while_merged, after) == ((1, last_day), (1, True))


def told(contact: Contact) -> dict[str, list[dict]]:
    return {group.title: group.rows for group in holdings([person_of(contact)])}


def test_a_mailbox_is_not_shared_with_the_same_person_in_a_merged_file(files, people, keeper):
    make_mail(to_address="desk@haifeng.invalid", subject="报价")
    merge(files, keeper)

    person = person_of(fresh(people[0]))

    assert (person.addresses, person.sole_names[-1]) == (("desk@haifeng.invalid",), "演示甲乙")
    assert [row["Subject"] for row in told(people[0])["Mails"]] == ["报价"]


def test_all_we_hold_has_what_stayed_in_a_merged_file_too(client, files, people, keeper):
    Contact.objects.filter(pk=people[0].pk).update(mobile="000-0555-0000")
    talk = make_interaction(customer=files[1], subject="旧档案里的通话")
    talk.contacts.add(people[1])
    merge(files, keeper)
    client.force_login(keeper)

    text = _unpacked(client.post(reverse("customers:person_file", args=[people[0].pk])).content)

    assert [words in text for words in ("000-0555-0000", "000-0777-1234", "旧档案里的通话")] == [True] * 3


def _unpacked(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist())
