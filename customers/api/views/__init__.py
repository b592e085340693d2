from customers.api.views.customers import ContactViewSet, CustomerViewSet, RelationViewSet
from customers.api.views.office_days import OfficeDayViewSet
from customers.api.views.seen import AssessmentViewSet, DepartmentViewViewSet
from customers.api.views.tags import TagViewSet
from customers.api.views.terms import ContractViewSet, PriceViewSet
from customers.api.views.work import FollowUpViewSet, InteractionViewSet, VisitViewSet

__all__ = [
    "AssessmentViewSet",
    "ContactViewSet",
    "ContractViewSet",
    "CustomerViewSet",
    "DepartmentViewViewSet",
    "FollowUpViewSet",
    "InteractionViewSet",
    "OfficeDayViewSet",
    "PriceViewSet",
    "RelationViewSet",
    "TagViewSet",
    "VisitViewSet",
]
