"""Two files of one firm become one, and can be parted again."""

import datetime as dt
from decimal import Decimal

import pytest

from customers.models import CareChange, Contact, CreditHold, Customer, DuplicateCandidate, Merge, TeamMember, Traits, TransactionStatus
from customers.services import merging
from customers.services.contacts import edit_contact
from customers.services.customers import create_customer, edit_customer
from customers.services.duplicates import scan_for_duplicates
from customers.services.merging import gather_late_rows, gather_rows, merge_customers
from customers.services.unmerging import decide_left, undo_merge
from customers.tests.factories import DAY, make_assessment, make_contact, make_customer, make_follow_up, make_interaction, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken
from portcrm.files.models import Attachment, StoredFile
from portcrm.pages.models import Shortcut
from portcrm.pages.services.shortcuts import pin, remember_opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
CODE, OTHER_CODE = "91350100M000100Y43", "91350211M000100Y43"


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang")


def merge(pair, by, *take: str) -> Merge:
    kept, other = pair
    return merge_customers(kept=kept, other=other, take=take, by=by)


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_chosen_fields_come_from_the_other_file_and_all_names_stay_known(pair, keeper):
    kept, other = pair

    merge(pair, keeper, "customer.email", "customer.name_en", "customer.phone")

    row = fresh(kept)
    assert (row.name_zh, row.name_en, row.phone, row.email, row.tier) == (
        "海丰演示船务有限公司", "Haifeng Demo Shipping", "0532-2", "office@haifeng.invalid", "major",
    )  # fmt: skip
    assert row.former_names == ["海丰演示船务公司"]
    assert fresh(other).merged_into_id == kept.pk
    assert [(change.field, change.after, change.actor) for change in field_changes(row) if change.field == "email"] == [
        ("email", "office@haifeng.invalid", "Wang")
    ]


@pytest.mark.parametrize("asked", ["海丰演示船务公司", "T", "HAIFENG", OTHER_CODE[:8]])
def test_the_kept_file_is_found_by_what_the_merged_one_was_called(asked, keeper):
    kept = make_customer(name_zh="北桥演示船务有限公司", code="K000001", credit_code=CODE)
    other = make_customer(name_zh="海丰演示船务公司", name_en="Haifeng Demo Shipping", code="C777777", credit_code=OTHER_CODE)
    merge((kept, other), keeper)

    found = Customer.objects.search("C777777" if asked == "T" else asked)

    assert list(found) == [kept]


def test_a_merged_file_is_no_customer_any_more(pair, keeper):
    kept, other = pair
    merge(pair, keeper)

    assert list(Customer.objects.all()) == [kept]
    assert list(Customer.objects.same_firm(name_key=fresh(other).name_key)) == []
    with pytest.raises(RuleBroken, match="merged into"):
        edit_customer(customer=other, changes={"phone": "1"}, seen={}, by=keeper)


def test_a_new_file_with_the_credit_code_of_a_merged_one_is_refused_with_the_name_of_the_kept_one(keeper):
    kept, other = make_customer(name_zh="北桥演示船务有限公司"), make_customer(credit_code=CODE)
    merge((kept, other), keeper)

    assert list(Customer.objects.same_firm(credit_code=CODE)) == [kept]
    with pytest.raises(RuleBroken, match="北桥演示船务有限公司|already has this credit code"):
        create_customer(name_zh="新档演示公司", credit_code=CODE, by=keeper)


def test_a_credit_code_that_is_taken_over_leaves_the_merged_file_and_comes_back_with_the_undoing(keeper):
    kept, other = make_customer(), make_customer(credit_code=CODE)

    done = merge((kept, other), keeper, "customer.credit_code")
    merged = fresh(kept).credit_code, fresh(other).credit_code
    undo_merge(merge=done, by=keeper)

    assert merged == (CODE, "")
    assert (fresh(kept).credit_code, fresh(other).credit_code) == ("", CODE)


def test_what_hangs_on_the_other_file_moves(pair, keeper):
    kept, other = pair
    rows = [
        make_contact(customer=other), make_interaction(customer=other), make_follow_up(customer=other), make_assessment(customer=other),
        make_rating(customer=other),
    ]  # fmt: skip
    subsidiary = make_customer(parent=other)

    done = merge(pair, keeper)

    assert [fresh(row).customer_id for row in rows] == [kept.pk] * len(rows)
    assert fresh(subsidiary).parent_id == kept.pk
    assert sorted(done.rows.values_list("rule", flat=True)) == [
        "customers.businessassessment.customer", "customers.contact.customer", "customers.creditrating.customer",
        "customers.customer.parent", "customers.followup.customer", "customers.interaction.customer",
    ]  # fmt: skip
    assert fresh(kept).last_contact_on == dt.date(2026, 11, 20)


def test_a_contact_with_an_address_the_kept_file_has_stays_and_his_withdrawal_counts(pair, keeper):
    kept, other = pair
    mine = make_contact(customer=kept, email="desk@haifeng.invalid", is_primary=True)
    same = make_contact(customer=other, email="Desk@haifeng.invalid", consent_withdrawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    more = make_contact(customer=other, email="more@haifeng.invalid", is_primary=True)

    done = merge(pair, keeper)
    after_merge = (fresh(same).customer_id, fresh(more).customer_id, fresh(more).is_primary, fresh(mine).is_primary)
    reachable = list(Contact.objects.reachable())
    undo_merge(merge=done, by=keeper)

    assert after_merge == (other.pk, kept.pk, False, True)
    assert reachable == [more]
    assert (fresh(more).customer_id, fresh(more).is_primary) == (other.pk, True)
    assert fresh(mine).consent_withdrawn_at is not None


def test_rows_of_which_a_file_has_one_are_not_doubled(pair, keeper):
    kept, other = pair
    for file in pair:
        TeamMember.objects.create(customer=file, user=keeper, function="service", since=DAY)
        CreditHold.objects.create(customer=file, reason="逾期", placed_on=DAY, placed_by=keeper)
        Traits.objects.create(customer=file, service_area=f"area {file.pk}", recorded_by=keeper, recorded_on=DAY)
    TransactionStatus.objects.create(customer=other, credit_limit=Decimal("500.00"), recorded_by=keeper, recorded_on=DAY)

    merge(pair, keeper, "traits.service_area")

    assert [row.customer_id for row in TeamMember.objects.order_by("pk")] == [kept.pk, other.pk]
    assert [row.customer_id for row in CreditHold.objects.order_by("pk")] == [kept.pk, other.pk]
    assert Traits.objects.get(customer=kept).service_area == f"area {other.pk}"
    assert TransactionStatus.objects.get().customer_id == kept.pk


def test_files_on_both_are_carried_once_and_pins_follow(pair, keeper):
    kept, other = pair
    for number, owners in enumerate([pair, (other,)]):
        stored = StoredFile.objects.create(sha256=f"{number:064d}", file="files/x", size=1, kind="pdf")
        for owner in owners:
            Attachment.objects.create(
                record="customers.customer", object_pk=str(owner.pk), name=f"{number}.pdf", stored=stored, created_by=keeper
            )
    pin(obj=other, by=keeper)
    remember_opened(obj=kept, by=keeper)

    merge(pair, keeper)

    assert sorted(Attachment.objects.filter(object_pk=str(kept.pk)).values_list("name", flat=True)) == ["0.pdf", "1.pdf"]
    assert list(Attachment.objects.filter(object_pk=str(other.pk)).values_list("name", flat=True)) == ["0.pdf"]
    shortcut = Shortcut.objects.get(owner=keeper)
    assert (shortcut.target_pk, shortcut.url, shortcut.pinned_at is None) == (str(kept.pk), kept.get_absolute_url(), False)


def test_taking_over_the_account_manager_leaves_a_record_of_care(pair, keeper):
    kept, other = pair
    Customer.objects.filter(pk=other.pk).update(account_manager=keeper)

    merge((kept, fresh(other)), keeper, "customer.account_manager")

    assert list(CareChange.objects.values_list("customer", "kind", "from_manager", "to_manager")) == [
        (kept.pk, "assigned", None, keeper.pk)
    ]


def test_merging_with_a_company_above_or_below_makes_no_circle(keeper):
    top = make_customer()
    middle = make_customer(parent=top)
    bottom = make_customer(parent=middle)

    merge((bottom, top), keeper)

    assert (fresh(middle).parent_id, fresh(bottom).parent_id) == (bottom.pk, None)


def test_values_that_do_not_go_together_are_refused_and_nothing_is_written(pair, keeper):
    kept, other = pair
    status = {"recorded_by": keeper, "recorded_on": DAY}
    TransactionStatus.objects.create(customer=kept, credit_exposure=Decimal(100), **status)
    TransactionStatus.objects.create(customer=other, overdue_amount=Decimal(500), **status)
    contact = make_contact(customer=other)

    with pytest.raises(RuleBroken, match="do not go together"):
        merge(pair, keeper, "transactions.overdue_amount")

    assert (fresh(other).merged_into_id, fresh(contact).customer_id, Merge.objects.count()) == (None, other.pk, 0)


def test_a_file_is_merged_once_and_not_with_itself(pair, keeper):
    kept, other = pair
    merge(pair, keeper)

    for files in (pair, (other, kept), (kept, kept), (make_customer(), other)):
        with pytest.raises(RuleBroken, match="already|two different"):
            merge(files, keeper)


def test_the_pair_of_candidates_is_decided_and_comes_back_with_the_undoing(pair, keeper):
    scan_for_duplicates(at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC), by=keeper)

    done = merge(pair, keeper)
    decided = list(DuplicateCandidate.objects.values_list("state", "decided_by"))
    undo_merge(merge=done, by=keeper)

    assert decided == [("merged", keeper.pk)]
    assert list(DuplicateCandidate.objects.values_list("state", "decided_by")) == [("open", None)]


def test_undoing_restores_what_nobody_has_changed(pair, keeper):
    kept, other = pair
    contact, interaction = make_contact(customer=other, is_primary=True), make_interaction(customer=other)
    subsidiary = make_customer(parent=other)
    before = {name: getattr(kept, name) for name in ("name_zh", "phone", "email", "former_names", "account_manager_id", "tier")}
    done = merge(pair, keeper, "customer.phone", "customer.email")

    done = undo_merge(merge=done, by=keeper)

    row = fresh(kept)
    assert {name: getattr(row, name) for name in before} == before
    assert [fresh(one).customer_id for one in (contact, interaction)] == [other.pk, other.pk]
    assert fresh(subsidiary).parent_id == other.pk
    assert (fresh(other).merged_into_id, fresh(kept).last_contact_on, fresh(other).last_contact_on) == (None, None, dt.date(2026, 11, 20))
    assert (done.left, done.rows.undecided().count(), done.undone_by) == ({}, 0, keeper)
    assert set(Customer.objects.all()) == {kept, other, subsidiary}


def test_undoing_twice_is_refused(pair, keeper):
    done = merge(pair, keeper)
    undo_merge(merge=done, by=keeper)

    with pytest.raises(RuleBroken, match="undone already"):
        undo_merge(merge=done, by=keeper)


def changed_since(pair, keeper) -> tuple[Merge, dict[str, Contact]]:
    """A merge that is undone after one field and one contact were changed, one contact deleted, one moved on and one added."""
    kept, other = pair
    people = {name: make_contact(customer=other, name=name) for name in ("same", "changed", "deleted", "elsewhere")}
    done = merge(pair, keeper, "customer.phone", "customer.email")
    edit_customer(customer=kept, changes={"phone": "0532-3"}, seen={}, by=keeper)
    edit_contact(contact=people["changed"], changes={"position": "经理"}, seen={}, by=keeper)
    people["deleted"].delete()
    Contact.objects.filter(pk=people["elsewhere"].pk).update(customer=make_customer())
    people["added"] = make_contact(customer=kept, name="added")
    return undo_merge(merge=done, by=keeper), people


def test_what_was_changed_added_or_deleted_since_is_listed_and_stays(pair, keeper):
    kept, other = pair

    done, people = changed_since(pair, keeper)

    names = {person.pk: name for name, person in people.items() if person.pk} | {None: "deleted"}
    states = {names.get(row.row_pk, "deleted"): row.state for row in done.rows.filter(rule="customers.contact.customer")}
    assert states == {"same": "returned", "changed": "changed", "deleted": "gone", "elsewhere": "elsewhere", "added": "added"}
    assert [fresh(people[name]).customer_id for name in ("same", "changed", "added")] == [other.pk, kept.pk, kept.pk]
    assert (fresh(kept).phone, fresh(kept).email) == ("0532-3", "")
    assert done.left == {"customer.phone": {"before": "0532-1", "after": "0532-2", "now": "0532-3", "decision": ""}}


def test_people_decide_about_the_rest_once(pair, keeper):
    kept, other = pair
    done, people = changed_since(pair, keeper)
    keys = {row.row_pk: row.pk for row in done.rows.undecided()}
    rows = {keys[people["changed"].pk]: "other", keys[people["added"].pk]: "kept"}

    done = decide_left(merge=done, fields={"customer.phone": "before"}, rows=rows, by=keeper)

    assert (fresh(people["changed"]).customer_id, fresh(people["added"]).customer_id) == (other.pk, kept.pk)
    assert (fresh(kept).phone, done.undecided_fields, done.rows.undecided().count()) == ("0532-1", {}, 0)
    with pytest.raises(RuleBroken, match="decided on this already"):
        decide_left(merge=done, fields={}, rows=rows, by=keeper)
    with pytest.raises(RuleBroken, match="decided on this already"):
        decide_left(merge=done, fields={"customer.phone": "before"}, rows={}, by=keeper)


def test_a_row_that_cannot_stand_in_the_other_file_stays_where_it_is(pair, keeper):
    kept, other = pair
    moved = make_contact(customer=other, email="desk@haifeng.invalid")
    done = merge(pair, keeper)
    edit_contact(contact=moved, changes={"email": "new@haifeng.invalid"}, seen={}, by=keeper)
    done = undo_merge(merge=done, by=keeper)
    make_contact(customer=other, email="new@haifeng.invalid")
    row = done.rows.undecided().get()

    with pytest.raises(RuleBroken, match="has one like it"):
        decide_left(merge=done, fields={}, rows={row.pk: "other"}, by=keeper)

    assert fresh(moved).customer_id == kept.pk


def test_merges_in_a_row_are_undone_from_the_last(pair, keeper):
    kept, other = pair
    first, contact = merge(pair, keeper), make_contact(customer=kept)
    top = make_customer(name_zh="总部演示公司")
    second = merge((top, kept), keeper)

    assert (fresh(other).merged_into_id, fresh(contact).customer_id) == (top.pk, top.pk)
    with pytest.raises(RuleBroken, match="Undo that first"):
        undo_merge(merge=first, by=keeper)
    undo_merge(merge=second, by=keeper)
    undo_merge(merge=first, by=keeper)

    assert (fresh(other).merged_into_id, fresh(kept).merged_into_id, fresh(contact).customer_id) == (None, None, kept.pk)


def test_a_row_that_came_too_late_follows_and_goes_back_with_the_undoing(pair, keeper):
    kept, other = pair
    done = merge(pair, keeper)
    late = make_contact(customer=other)

    gathered = gather_late_rows(since=done.merged_at, by=keeper)
    followed = fresh(late).customer_id
    undo_merge(merge=done, by=keeper)

    assert (gathered, followed, fresh(late).customer_id) == (1, kept.pk, other.pk)


def test_a_file_uploaded_while_the_merge_moves_other_rows_follows(pair, keeper, monkeypatch):
    kept, other = pair
    stored, move = StoredFile.objects.create(sha256="1" * 64, file="files/x", size=1, kind="pdf"), merging._move

    def move_and_upload(merge, side) -> None:
        move(merge, side)
        if side.rule.model is Attachment:
            hung_on = {"record": "customers.customer", "object_pk": str(other.pk)}
            Attachment.objects.create(**hung_on, stored=stored, name="late.pdf", created_by=keeper)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(merging, "_move", move_and_upload)
        done = merge(pair, keeper)
    gathered = gather_late_rows(since=done.merged_at, by=keeper)

    assert (gathered, Attachment.objects.get().object_pk) == (1, str(kept.pk))


def test_a_late_row_follows_through_a_chain_of_merges_and_comes_back_step_by_step(pair, keeper):
    kept, other = pair
    first, top = merge(pair, keeper), make_customer(name_zh="总部演示公司")
    second = merge((top, kept), keeper)
    late = make_contact(customer=other)

    gather_late_rows(since=first.merged_at, by=keeper)
    stations = [fresh(late).customer_id]
    for done in (second, first):
        undo_merge(merge=done, by=keeper)
        stations.append(fresh(late).customer_id)

    assert stations == [top.pk, kept.pk, other.pk]


def test_an_undone_merge_gathers_nothing(pair, keeper):
    done = merge(pair, keeper)
    opened = Merge.objects.get(pk=done.pk)
    undo_merge(merge=done, by=keeper)
    mine = make_contact(customer=pair[1])

    assert (gather_rows(merge=opened, by=keeper), fresh(mine).customer_id) == (0, pair[1].pk)
