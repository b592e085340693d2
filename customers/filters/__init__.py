"""One set of filters for the page, the export and the API."""

from customers.filters.customers import (
    YES,
    CustomerFilter,
    DuplicateFilter,
    GradeFilter,
    MergeFilter,
)
from customers.filters.network import (
    RelationFilter,
)
from customers.filters.people import (
    ContactFilter,
)
from customers.filters.terms import (
    BalanceFilter,
    ContractFilter,
    OfCustomers,
    RatingFilter,
)
from customers.filters.work import (
    FollowUpFilter,
    InteractionFilter,
    VisitFilter,
    days_of,
)

__all__ = [
    "BalanceFilter",
    "ContactFilter",
    "ContractFilter",
    "CustomerFilter",
    "DuplicateFilter",
    "FollowUpFilter",
    "GradeFilter",
    "InteractionFilter",
    "MergeFilter",
    "OfCustomers",
    "RatingFilter",
    "RelationFilter",
    "VisitFilter",
    "YES",
    "days_of",
]
