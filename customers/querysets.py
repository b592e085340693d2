"""What can be asked of customer files, in the port's words. `visible_to` is the only row rule."""

import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from customers import permissions
from customers.enums import CustomerStatus, FollowUpState, KeyRule, Part, Tier
from customers.identifiers import normal_identifier
from customers.naming import squash
from customers.naming.keys import CHINESE

NEVER = dt.date(1900, 1, 1)
LAST_RANK = 2_147_483_647
_CODE = re.compile(r"C\d{1,12}")
_CREDIT_START = re.compile(r"(?=.*\d)[0-9A-HJ-NP-RTUW-Y]{6,18}")
_TRIGRAM = 3
RARE = 1_000  # rows of a word up to which its index alone decides
# What no list shows; a list reads 25 rows of it for nothing.
NOT_LISTED = (
    "search_key", "pinyin", "initials", "name_key", "match_key", "match_key_en", "former_names", "business_scope", "note", "bank_name", "bank_account", "licence_no",
    "organisation_code", "operation_modes", "hinterland", "address_en", "website", "wechat", "fax", "postal_code",
    "legal_representative", "total_assets", "net_assets", "registered_capital",
)  # fmt: skip
NOT_LISTED_RELATED = ("account_manager__password", "account_manager__roles", "account_manager__last_login", "account_manager__date_joined")


def fresh_days(tier: str, part: str = Part.BASICS) -> int:
    """How many days after its confirmation a part of a file of this tier counts as true."""
    return settings.FRESH_DAYS[tier][part]


def unconfirmed(part: str, on: dt.date, to_customer: str = "") -> Q:
    """Last known to be true longer ago than the tier allows; `to_customer` leads from the row to its customer."""
    late = Q()
    for tier in Tier.values:
        limit = on - dt.timedelta(days=fresh_days(tier, part))
        late |= Q(**{f"{to_customer}tier": tier}) & (Q(verified_on__lt=limit) | Q(verified_on=None, recorded_on__lt=limit))
    return late


class Grams(Func):
    """All single characters and pairs of a search key that hold a non-ASCII character; an immutable SQL function."""

    function = "customers_grams"
    output_field = ArrayField(models.TextField())


@dataclass(frozen=True)
class Word:
    """One word of a search: as keys hold it, and as identifiers are written."""

    key: str
    identifier: str

    @classmethod
    def of(cls, text: str) -> "Word":
        return cls(squash(text), normal_identifier(text))

    @property
    def is_chinese(self) -> bool:
        return CHINESE.search(self.key) is not None

    @property
    def has_index(self) -> bool:
        """Three signs make a trigram; one or two Chinese characters have the gram index."""
        return len(self.key) >= _TRIGRAM or self.is_chinese

    def anywhere(self, *, narrowed: bool) -> Q:
        """The condition on one row. `narrowed`: other words find the rows, so one or two letters may stand anywhere."""
        if self.is_chinese:
            return Q(search_key__contains=self.key)
        if narrowed and not self.has_index:
            return Q(search_key__contains=self.key) | Q(initials__contains=self.key)
        found = Q()
        for branch in self.branches():
            found |= branch
        return found

    def rows_by_index(self, rows: models.QuerySet) -> list[int] | None:
        """Keys of the rows with this word, each index asked for itself; None where there are more than RARE."""
        if self.is_chinese and len(self.key) < _TRIGRAM:
            tries = [rows.alias(grams=Grams("search_key")).filter(grams__contains=[self.key], search_key__contains=self.key)]
        elif self.is_chinese:
            tries = [rows.filter(search_key__contains=self.key)]
        else:
            tries = [rows.filter(branch) for branch in self.branches()]
        first, *others = (found.values_list("pk", flat=True)[: RARE + 1] for found in tries)
        keys = list(first.union(*others) if others else first)
        return keys if len(keys) <= RARE else None

    def branches(self) -> list[Q]:
        """Names, pinyin, initials and codes, each with the lookup its index answers."""
        if self.has_index:
            found = [Q(search_key__contains=self.key), Q(pinyin__contains=self.key), Q(initials__contains=self.key)]
        else:
            found = [Q(sort_key__startswith=self.key), Q(initials__startswith=self.key)]
        if _CODE.fullmatch(self.identifier):
            found.append(Q(code__startswith=self.identifier))
        if _CREDIT_START.fullmatch(self.identifier):
            # the index leaves files without a code out, so the question must say that it does too
            found.append(~Q(credit_code="") & Q(credit_code__startswith=self.identifier))
        return found


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Archives are kept together: whoever may read customer files reads all of them."""
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def for_list(self):
        """What a list row shows, in one query, with the annotations lists are ordered by (none of them NULL)."""
        return (
            self.select_related("account_manager", "region")
            .defer(*NOT_LISTED, *NOT_LISTED_RELATED)
            .annotate(
                rank_order=Coalesce("value_rank", Value(LAST_RANK)),
                handled_order=Coalesce("last_handled_on", Value(NEVER)),
                revenue_order=Coalesce("revenue_12m", Value(-1), output_field=models.DecimalField(max_digits=18, decimal_places=2)),
                opinion_order=Coalesce("last_opinion_score", Value(0), output_field=models.DecimalField(max_digits=4, decimal_places=2)),
                verified_order=Coalesce("verified_on", Value(NEVER)),
            )
        )

    def for_record(self):
        """The record page's customer; its people come by `with_people`. Its overview shows no other part, and the planner
        weighs all orders of up to eight tables: three joins more cost 5 ms, a query costs one."""
        held = self.model._meta.get_field("credit_holds").related_model._default_manager.filter(customer=OuterRef("pk"), lifted_on=None)
        return self.select_related("department", "region", "registration_type", "channel").annotate(on_hold=Exists(held))

    def for_file(self):
        """With the two single-row parts beside it."""
        return self.for_record().select_related("parent").prefetch_related(*(self._part(name) for name in ("traits", "transactions")))

    def _part(self, name: str) -> models.Prefetch:
        rows = self.model._meta.get_field(name).related_model._default_manager
        return models.Prefetch(name, rows.select_related("channel", "recorded_by", "verified_by"))

    def search(self, text: str):
        """Customers in whose names (either language, short, former), pinyin, initials or codes every word of `text` occurs.

        Asks at once, for each word until one is rare: a rare word gives its few rows by index, and nothing else decides
        how the rest is read. With common words alone the list's own order finds a page sooner than any search index,
        because every few rows match.
        """
        words = [Word.of(word) for word in text.split() if squash(word)]
        if not words:
            return self.none() if text.strip() else self
        indexed = [word for word in words if word.has_index]
        for word in indexed or words[:1]:
            keys = word.rows_by_index(self.model.objects.order_by())
            if keys is not None:
                others = [other for other in words if other is not word]
                return self.filter(pk__in=keys).filter(*(other.anywhere(narrowed=True) for other in others))
        return self.filter(*(word.anywhere(narrowed=bool(indexed)) for word in words))

    def same_firm(self, *, credit_code: str = "", name_key: str = ""):
        """Files that are probably the same firm: same credit code or same normalised name."""
        same = Q()
        if credit_code:
            same |= Q(credit_code=credit_code)
        if name_key:
            same |= Q(name_key=name_key)
        return self.filter(same) if same else self.none()

    def key_accounts(self):
        return self.filter(is_key_account=True)

    def managed_by(self, user):
        return self.filter(account_manager=user)

    def existing(self):
        return self.filter(status=CustomerStatus.EXISTING)

    def stale(self, on: dt.date):
        """Nobody has confirmed the basic data for longer than the tier allows."""
        return self.filter(unconfirmed(Part.BASICS, on))

    def in_pool(self):
        """Nobody's: whoever serves customers may pick them."""
        return self.filter(account_manager=None).exclude(status=CustomerStatus.LOST)

    def cared_for(self, user):
        """What counts towards somebody's limit: key accounts do not."""
        return self.filter(account_manager=user, is_key_account=False).exclude(status=CustomerStatus.LOST)

    def meeting_key_rule(self):
        met = Q(tonnes_12m__gte=settings.KEY_ACCOUNT_TONNES)
        return self.filter(met | Q(value_class=settings.KEY_ACCOUNT_CLASS)) if settings.KEY_ACCOUNT_CLASS else self.filter(met)

    def departing_from_rule(self, how: str):
        """Customers whose key-account flag is not what the rule says."""
        met = self.model.objects.meeting_key_rule().order_by().values("pk")
        if how == KeyRule.MISSING:
            return self.meeting_key_rule().filter(is_key_account=False)
        return self.filter(is_key_account=True).exclude(pk__in=met)

    def served_by(self, user):
        """With this colleague in the team."""
        members = self.model._meta.get_field("team").related_model._default_manager.current().filter(user=user)
        return self.filter(pk__in=members.values("customer"))

    def on_hold(self):
        return self.filter(credit_holds__isnull=False, credit_holds__lifted_on=None)

    def without_contact_since(self, day: dt.date):
        """In one person's care since before that day, with no contact and no cargo since; key accounts and credit holds are exempt."""
        held = Q(credit_holds__isnull=False, credit_holds__lifted_on=None)
        quiet = self.filter(account_manager__isnull=False, is_key_account=False, care_since__lt=day).exclude(status=CustomerStatus.LOST)
        quiet = quiet.exclude(last_contact_on__gte=day).exclude(last_handled_on__gte=day)
        return quiet.exclude(pk__in=self.model.objects.filter(held).values("pk"))


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def reachable(self):
        """May be written to: still there, has an address, has not withdrawn consent."""
        return self.filter(consent_withdrawn_at=None, left_on=None).exclude(email="")

    def present(self):
        return self.filter(left_on=None)

    def on_staff(self, on: dt.date):
        """Had not left by then."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def search(self, text: str):
        """Contacts whose name (either language, pinyin) or address holds every word of `text`."""
        words = text.split()
        found = self if words else self.none()
        for word in words:
            key = squash(word)
            if CHINESE.search(key) and len(key) < _TRIGRAM:
                found = found.alias(grams=Grams("search_key")).filter(grams__contains=[key], search_key__contains=key)
            else:
                found = found.filter(search_key__contains=key) if key else found.none()
        return found


class ObservationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Personal data: only roles that serve key persons read it. Whoever reads it is logged (queries.personal)."""
        return self if user.has_perm(permissions.VIEW_PERSONAL) else self.none()

    def current(self):
        return self.filter(withdrawn_on=None)


class CustomerPartQuerySet(models.QuerySet):
    """Rows that belong to one customer and are seen with it."""

    def stale(self, part: Part, on: dt.date):
        """Nobody has confirmed these facts for longer than the customer's tier allows this part of its file."""
        return self.filter(unconfirmed(part, on, "customer__"))

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()


class TeamMemberQuerySet(CustomerPartQuerySet):
    def current(self):
        return self.filter(until=None)

    def on_duty(self, on: dt.date):
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


class CreditHoldQuerySet(CustomerPartQuerySet):
    def in_force(self):
        return self.filter(lifted_on=None)


class DuplicateCandidateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def for_list(self):
        return self.select_related("first", "second", "first__account_manager", "second__account_manager", "decided_by")


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def in_force(self):
        return self.filter(undone_at=None)


class InteractionQuerySet(CustomerPartQuerySet):
    def for_timeline(self):
        return self.select_related("recorded_by", "channel").prefetch_related("contacts", "colleagues")


class FollowUpQuerySet(CustomerPartQuerySet):
    def open(self):
        return self.filter(state=FollowUpState.OPEN)

    def overdue(self, on: dt.date):
        return self.open().filter(due_on__lt=on)

    def owned_by(self, user):
        return self.filter(owner=user)

    def for_list(self):
        return self.select_related("customer", "owner")


class OpenProblemQuerySet(CustomerPartQuerySet):
    def unsolved(self):
        return self.filter(solved_on=None)


class ReferenceQuerySet(models.QuerySet):
    """Reference data is read by everybody who is logged in."""

    def active(self):
        return self.filter(is_active=True)

    def in_use_with(self, current_pk):
        """What a form offers: the active entries, and the one that is chosen already."""
        return self.filter(Q(is_active=True) | Q(pk=current_pk))


class InForce(Func):
    """The days from `since` up to but without `until`; an open end where there is none."""

    function = "DATERANGE"
    output_field = DateRangeField()


class RelationQuerySet(CustomerPartQuerySet):
    def of(self, customer):
        """Those in which this firm stands, on whichever side."""
        return self.filter(Q(from_customer=customer) | Q(to_customer=customer))

    def standing(self):
        """Between files that stand for themselves: what a merge left behind hangs on the merged file."""
        return self.filter(from_customer__merged_into=None, to_customer__merged_into=None)

    def in_force(self, on: dt.date):
        return self.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on))


class AcquaintanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """It names a contact, so it is seen by whoever reads contacts."""
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def known_on(self, on: dt.date):
        """People who met later do not count then."""
        return self.filter(Q(since=None) | Q(since__lte=on))
