"""What a merge does to the tables of this app: what may not stand twice in one file, and the facts computed from its rows."""

from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.enums import Part
from customers.models import (
    BusinessAssessment,
    CareChange,
    Contact,
    CreditHold,
    CreditRating,
    Customer,
    DuplicateCandidate,
    FollowUp,
    Interaction,
    Merge,
    OpenProblem,
    PeerAppraisal,
    TeamMember,
    Traits,
    TransactionStatus,
)
from customers.services.interactions import renew_last_contact
from customers.services.merge_rules import NOTHING, MergeRule, clash
from portcrm.accounts.models import User
from portcrm.audit.models import AuditEvent
from portcrm.files.models import Attachment
from portcrm.notices.kinds import notice_kinds
from portcrm.notices.models import Notice
from portcrm.outbox.models import OutgoingEmail
from portcrm.pages.models import Shortcut
from portcrm.pages.services.shortcuts import hand_on_shortcuts
from portcrm.paper.kinds import paper_kinds
from portcrm.paper.models import Printout

RECORD = {"record": Customer._meta.label_lower}


def same_address(kept: Customer, other: Customer) -> Q:
    """Contacts with the address of somebody who is in the kept file already."""
    there = Contact._base_manager.filter(customer=kept.pk, left_on=None).exclude(email="").values(address=Lower("email"))
    mine = Contact._base_manager.filter(customer=other.pk, left_on=None).alias(address=Lower("email"))
    return Q(pk__in=mine.filter(address__in=there).values("pk"))


# Terms nobody has written: made for the figures of the receivables, which are counted anew for whoever owes.
ONLY_FIGURES = Q(
    sales_activity="", sales_activity_level=None, payment_days=None, payment_terms="", rate_terms="", free_storage_days=None,
    other_terms="", credit_limit=None, verified_on=None, customer__receivables_balance__isnull=False,
)  # fmt: skip


def one_row_each(model: type[Model], label: str, *, makes_room: Q = NOTHING) -> MergeRule:
    """The file has one such row: where both have, its fields are chosen one by one and the merged file's row stays."""
    return MergeRule(
        model,
        label,
        stays=lambda kept, other: Q(customer=other.pk) if model._base_manager.filter(customer=kept.pk).exists() else NOTHING,
        tab="file",
        makes_room=makes_room,
    )


def told_of_customers() -> dict[str, object]:
    """Notices name their record by their kind; every app registers its kinds."""
    return {"kind__in": [kind.key for kind in notice_kinds().values() if kind.record == RECORD["record"]]}


def printed_of_customers() -> dict[str, object]:
    return {"kind__in": [kind.key for kind in paper_kinds() if kind.record == RECORD["record"]]}


def same_file(kept: Customer, other: Customer) -> Q:
    files = Attachment.objects.filter(**RECORD, object_pk=str(kept.pk))
    return Q(stored__in=files.values("stored"))


OWN_RULES = (
    MergeRule(Contact, _("Contacts"), stays=same_address, one_of=("is_primary",), tab="contacts"),
    MergeRule(Interaction, _("Interactions")),
    MergeRule(FollowUp, _("Follow-ups")),
    MergeRule(OpenProblem, _("Problems")),
    MergeRule(BusinessAssessment, _("Assessments"), tab="file"),
    MergeRule(CreditRating, _("Credit grades"), tab="file"),
    MergeRule(PeerAppraisal, _("Peers' appraisals"), stays=lambda kept, other: Q(peer=kept.pk), tab="file"),
    MergeRule(PeerAppraisal, _("Appraisals given as a peer"), field="peer", stays=lambda kept, other: Q(customer=kept.pk)),
    MergeRule(CareChange, _("Changes of care"), tab="care"),
    MergeRule(TeamMember, _("Team"), stays=clash(TeamMember, "user", "function", until=None), tab="care"),
    MergeRule(
        CreditHold,
        _("Credit holds"),
        stays=lambda kept, other: Q(lifted_on=None) if kept.credit_holds.in_force().exists() else NOTHING,
        tab="care",
    ),
    one_row_each(Traits, Part.TRAITS.label),
    one_row_each(TransactionStatus, Part.TRANSACTIONS.label, makes_room=ONLY_FIGURES),
    MergeRule(Customer, _("Subsidiaries"), field="parent", stays=lambda kept, other: Q(pk=kept.pk), watched=False),
    MergeRule(Customer, _("Files merged earlier"), field="merged_into", quiet=True, watched=False),
    MergeRule(Attachment, _("Files"), field="object_pk", among=RECORD, stays=same_file, tab="files"),
    MergeRule(OutgoingEmail, _("Mails"), field="record_pk", among=RECORD, quiet=True, watched=False),
    MergeRule(Notice, _("Notices"), field="record_pk", among=told_of_customers, quiet=True, watched=False),
    MergeRule(Printout, _("Printed forms"), field="record_pk", among=printed_of_customers, quiet=True, watched=False),
    MergeRule(Shortcut, _("Pins and recently opened"), field="target_pk", among=RECORD, moves=False, quiet=True),
    MergeRule(AuditEvent, _("Audit log"), field="record_pk", among=RECORD, moves=False, quiet=True),
    *(MergeRule(DuplicateCandidate, _("Duplicates"), field=name, moves=False, quiet=True) for name in ("first", "second")),
    *(MergeRule(Merge, _("Merges"), field=name, moves=False, quiet=True) for name in ("kept", "other")),
)


def renew_own_facts(*, customers: list[Customer], by: User) -> None:
    """The last contact follows from the interactions; pins follow the file they mean."""
    for customer in customers:
        renew_last_contact(customer_pk=customer.pk, by=by)
        if customer.merged_into_id:
            hand_on_shortcuts(of=customer, to=customer.merged_into, by=by)
