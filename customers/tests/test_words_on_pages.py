"""What pages and paper say in Chinese of a team, of relations, and of the persons in charge beside the four parts."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.models import TeamMember
from customers.tests.factories import make_contact, make_customer, make_relation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
SINCE, UNTIL = dt.date(2025, 3, 1), dt.date(2025, 9, 30)


@pytest.fixture
def reader(client):
    reader = make_user(Role.MARKETING, language="zh-hans", name="王 经办")
    client.force_login(reader)
    return reader


def words(html: str) -> str:
    """The text of a page without its elements, words one space apart."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_team_is_told_in_chinese_with_the_day_each_joined(client, reader):
    customer = make_customer()
    TeamMember.objects.create(customer=customer, user=make_user(name="李 同事"), function="deputy", since=SINCE)

    tab = words(client.get(reverse("customers:care_tab", args=[customer.pk])).content.decode())

    assert "李 同事 客户经理代理人 · 2025-03-01 起" in tab


def test_relations_are_told_in_chinese_with_the_days_they_began_and_ended(client, reader):
    customer, partner, former = make_customer(), make_customer(name_zh="示范货代"), make_customer(name_zh="从前货代")
    make_relation(from_customer=customer, to_customer=partner, kind="agent_of", since=SINCE)
    make_relation(from_customer=former, to_customer=customer, kind="forwards_for", since=SINCE, until=UNTIL)

    tab = words(client.get(reverse("customers:network_tab", args=[customer.pk])).content.decode())

    assert "为其代理船舶 示范货代 2025-03-01 起" in tab
    assert "委托其代理货运 从前货代 2025-03-01 起 2025-09-30 终止" in tab


def test_the_day_a_team_and_a_relation_began_have_words_of_their_own_in_the_history(client, reader):
    customer = make_customer()
    member = TeamMember.objects.create(customer=customer, user=reader, function="deputy", since=SINCE)
    relation = make_relation(from_customer=customer, since=SINCE)
    TeamMember.objects.filter(pk=member.pk).update(since=UNTIL)
    type(relation).objects.filter(pk=relation.pk).update(since=UNTIL)

    def history(record: str, pk: int) -> str:
        return words(client.get(reverse("audit:history", args=[record, pk])).content.decode())

    told = [history("customers.teammember", member.pk), history("customers.relation", relation.pk)]

    assert [[word in page for word in ("加入日期", "起始日期")] for page in told] == [[True, False], [False, True]]


@pytest.mark.parametrize(
    ("language", "label", "late"), [("zh-hans", "负责人", "天前 · 已逾期"), ("en", "Persons in charge", "days ago · overdue")]
)
def test_the_card_tells_of_the_persons_in_charge_in_a_fifth_column(client, reader, language, label, late):
    """How complete, and how long the one left alone longest has waited; where nobody is known, nothing is late."""
    known, empty = make_customer(), make_customer()
    make_contact(customer=known, recorded_on=port_today() - dt.timedelta(days=2000))

    def columns(customer) -> list[tuple[str, ...]]:
        page = client.get(reverse("paper:paper_page", args=["file-card", customer.pk]), {"language": language}).content.decode()
        table = re.search(r'<table class="paper-table">.*?</table>', page, re.DOTALL)[0]
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("<tr>")[1:]]
        return list(zip(*rows, strict=True))[1:]

    told, untold = columns(known), columns(empty)

    assert (len(told), told[4]) == (5, (label, "33% (2/6)", f"2000 {late}"))
    assert untold[4] == (label, "0% (0/6)", "–")
