"""Fields that only some may see stay out of the history of everybody else."""

from portcrm.accounts.permissions import MANAGE_PEOPLE, SEE_PEOPLE
from portcrm.audit.history import Tracking


class Reader:
    def __init__(self, *permissions: str):
        self.permissions = permissions

    def has_perm(self, name: str) -> bool:
        return name in self.permissions


TRACKING = Tracking(exclude=frozenset(), restricted={SEE_PEOPLE: frozenset({"character", "career"}), MANAGE_PEOPLE: frozenset({"salary"})})


def test_each_permission_opens_its_own_fields():
    assert TRACKING.hidden_from(Reader()) == {"character", "career", "salary"}
    assert TRACKING.hidden_from(Reader(SEE_PEOPLE)) == {"salary"}
    assert TRACKING.hidden_from(Reader(SEE_PEOPLE, MANAGE_PEOPLE)) == frozenset()
