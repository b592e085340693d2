"""A web of firms of any size, the same each time: for tests and for looking at big networks."""

from customers.models import Customer, Relation
from customers.tests.factories import DAY, make_customer

KINDS = ("forwards_for", "ships_with", "agent_of", "competes_with")
BRANCHES = 12  # firms that hang on each firm


def make_web(size: int) -> Customer:
    """`size` firms: each of them hangs on an earlier one, every third is also tied to a neighbour. Returns the one in the middle."""
    centre = make_customer(name_zh="中心物流有限公司", name_en="Centre Logistics")
    recorder = centre.recorded_by
    firms = [
        Customer(
            code=f"W{n:06d}", name_zh=f"网络客户{n}", name_en=f"Web Firm {n}", recorded_by=recorder, recorded_on=DAY, tonnes_12m=size - n
        )
        for n in range(1, size)
    ]
    for firm in firms:
        firm.set_search_keys()
    web = [centre, *Customer.objects.bulk_create(firms)]
    pairs = [(n, (n - 1) // BRANCHES) for n in range(1, size)] + [(n, n - 1) for n in range(BRANCHES + 2, size, 3)]
    Relation.objects.bulk_create(
        Relation(from_customer=web[first], to_customer=web[second], kind=KINDS[(first + second) % 4], recorded_by=recorder, recorded_on=DAY)
        for first, second in dict.fromkeys(pairs)
    )
    return centre
