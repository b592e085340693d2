"""When a file changed, part by part: what was deleted or given to another file since changed it too."""

from django.db.models import Model, Q, QuerySet

from customers import permissions
from customers.models import (
    BusinessAssessment,
    Contact,
    Contract,
    CreditHold,
    CreditRating,
    Customer,
    CustomerTag,
    Employment,
    FollowUp,
    OpenProblem,
    PeerAppraisal,
    PriceTerm,
    Relation,
    TeamMember,
    Traits,
    TransactionStatus,
)
from customers.querysets import PERSONAL_KEY
from portcrm.accounts.models import User
from portcrm.audit.queries import changes_of

PARTS: tuple[type[Model], ...] = (
    Traits, TransactionStatus, BusinessAssessment, CreditRating, PeerAppraisal, OpenProblem, Contract, PriceTerm, CreditHold,
    TeamMember, CustomerTag,
)  # fmt: skip


def changes_of_file(customer: Customer, user: User) -> list[QuerySet]:
    """The changes of all that the file as of a day shows this user; of subsidiaries, that they came or went."""
    mine = Q(customer=customer.pk)
    contacts = [Contact, Employment] if user.has_perm(permissions.VIEW_CONTACT) else []
    seen = mine if user.has_perm(permissions.VIEW_PERSONAL) else mine & ~Q(dedupe_key__startswith=PERSONAL_KEY)
    return [
        changes_of(Customer, Q(pgh_obj_id=customer.pk)),
        *(changes_of(model, mine) for model in (*PARTS, *contacts)),
        changes_of(FollowUp, seen),
        changes_of(Relation, Q(from_customer=customer.pk) | Q(to_customer=customer.pk)),
        changes_of(Customer, Q(parent=customer.pk, merged_into=None), only_whether=True),
    ]
