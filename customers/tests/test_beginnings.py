"""What begins with a text lies between it and the first text after."""

import pytest

from customers.models import Customer
from customers.naming.beginnings import after_all, begins
from customers.tests.factories import make_customer

LAST = "\U0010ffff"


@pytest.mark.parametrize(
    ("beginning", "after"),
    [("AB", "AC"), ("上海", "上浸"), ("A\ud7ff", "A\ue000"), (f"A{LAST}", "B"), (f"AB{LAST}{LAST}", "AC"), (LAST, ""), ("", "")],
)
def test_the_first_text_after_all_that_begin_so(beginning, after):
    assert after_all(beginning) == after


@pytest.mark.django_db
def test_the_database_sorts_as_the_range_needs():
    for name in ("Oceanic", "OCEAN", "Ocean Wide", "Oceam", "Ocean上海", "Oceao", "O", "Öcean"):
        make_customer(name_zh="", name_en=name)

    found = Customer.objects.filter(begins("sort_key", "OCEAN")).values_list("name_en", flat=True)

    assert sorted(found) == ["OCEAN", "Ocean Wide", "Oceanic", "Ocean上海"]
