"""Files as a whole: `visible_to` is the only row rule."""

import datetime as dt
from string import ascii_uppercase, digits

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Substr
from django.db.models.lookups import IsNull

from customers import permissions
from customers.enums import PERSONS, CustomerStatus, FilledIn, KeyRule, Part, Side, Tier
from customers.identifiers import ORGANISATION_WEIGHTS
from customers.naming.searching import Search
from customers.naming.words import Digits

NEVER = dt.date(1900, 1, 1)
_WEIGHTED = " + ".join(
    f"(strpos('{digits + ascii_uppercase}', substr(%(expressions)s, {place}, 1)) - 1) * {weight}"
    for place, weight in enumerate(ORGANISATION_WEIGHTS, start=9)
)


LAST_RANK = 2_147_483_647

# What lists are ordered by where a field may be unknown, as the indexes of these orders have it
ORDERS = {
    "rank_order": Coalesce("value_rank", Value(LAST_RANK)),
    "handled_order": Coalesce("last_handled_on", Value(NEVER)),
    "revenue_order": Coalesce("revenue_12m", Value(-1), output_field=models.DecimalField(max_digits=18, decimal_places=2)),
    "opinion_order": Coalesce("last_opinion_score", Value(0), output_field=models.DecimalField(max_digits=4, decimal_places=2)),
    "verified_order": Coalesce("verified_on", Value(NEVER)),
}

# What no list shows; a list reads 25 rows of it for nothing.
NOT_LISTED = (
    "search_key", "pinyin", "initials", "walk_key", "name_key", "former_names", "business_scope", "note", "bank_name", "bank_account",
    "licence_no", "match_key", "match_key_en", "organisation_code", "operation_modes",
    "hinterland", "address_en", "website", "wechat", "fax", "postal_code",
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


class OrganisationDigit(Func):
    """The check digit due to the organisation code inside a credit code, as customers/identifiers.py computes it."""

    output_field = models.CharField()
    template = f"substr('0X987654321', mod({_WEIGHTED}, 11) + 1, 1)"


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Archives are kept together: whoever may read customer files reads all of them."""
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def for_list(self):
        """What a list row shows, in one query, and what lists are ordered by (none of it NULL), read only where it is asked for."""
        return self.select_related("account_manager", "region").defer(*NOT_LISTED, *NOT_LISTED_RELATED).alias(**ORDERS)

    def for_record(self):
        """The record page's customer; its people come by `with_people`. Its overview shows no other part, and the planner
        weighs all orders of up to eight tables: three joins more cost 5 ms, a query costs one."""
        held = self.model._meta.get_field("credit_holds").related_model._default_manager.filter(customer=OuterRef("pk"), lifted_on=None)
        return self.select_related("department", "region", "registration_type", "channel").annotate(on_hold=Exists(held)).with_tags()

    def for_file(self):
        """With the two single-row parts beside it."""
        return self.for_record().select_related("parent").prefetch_related(*(self._part(name) for name in ("traits", "transactions")))

    def _part(self, name: str) -> models.Prefetch:
        rows = self.model._meta.get_field(name).related_model._default_manager
        return models.Prefetch(name, rows.select_related("channel", "recorded_by", "verified_by"))

    def with_digits(self):
        return self.alias(phone_digits=Digits("phone", "fax"))

    def with_tags(self):
        """With the words on each file as `tag_list`, in one subquery: [{"id": 1, "name": "冷链"}, …]."""
        links = self.model._meta.get_field("tag_links").related_model._default_manager.filter(customer=OuterRef("pk"))
        words = links.order_by("tag__name").values(word=JSONObject(id="tag_id", name="tag__name"))
        return self.annotate(tag_list=ArraySubquery(words))

    def tagged(self, tags):
        """With at least one of these words on the file."""
        links = self.model._meta.get_field("tag_links").related_model._default_manager.filter(tag__in=tags)
        return self.filter(pk__in=links.order_by().values("customer"))

    def having(self, things: list[str], *, reader=None):
        """With every one of these filled in; contacts as `reader` sees them."""
        return self.filter(*(self._filled(thing, reader) for thing in things))

    def lacking(self, things: list[str], *, reader=None):
        return self.filter(*(~self._filled(thing, reader) for thing in things))

    def _filled(self, thing: str, reader) -> Q:
        texts = {FilledIn.PHONE: ("phone",), FilledIn.EMAIL: ("email",), FilledIn.CREDIT_CODE: ("credit_code",)}
        texts[FilledIn.ADDRESS] = ("address_zh", "address_en")
        if thing in texts:
            return ~Q(**dict.fromkeys(texts[thing], ""))
        rows = {FilledIn.CONTACTS: "contacts", FilledIn.TAGS: "tag_links", FilledIn.PROBLEMS: "problems"}
        rows[FilledIn.APPRAISALS] = "peer_appraisals"
        if thing in rows:
            related = self.model._meta.get_field(rows[thing]).related_model._default_manager
            seen = related.visible_to(reader) if reader else related.none()
            if thing == FilledIn.PROBLEMS:
                seen = seen.unsolved()
            return Q(Exists(seen.order_by().filter(customer=OuterRef("pk"))))
        return ~Q(**{{FilledIn.MANAGER: "account_manager", FilledIn.CHANNEL: "channel", FilledIn.VERIFIED: "verified_on"}[thing]: None})

    def search(self, text: str, *, reader=None):
        """Customers with every word of `text` in their names (any language, short, former), pinyin, initials, codes, telephone or
        e-mail, or in the name, telephone or e-mail of a contact that `reader` may see (nobody: no contacts)."""
        return Search(self, reader).find(text)

    def same_firm(self, *, credit_code: str = "", name_key: str = ""):
        """Files that are probably the same firm: same credit code or same normalised name; for a code of a merged file the one it
        was merged into. One question for keys, because beside a condition on other rows no index would answer."""
        same = Q()
        if credit_code:
            same |= ~Q(credit_code="") & Q(credit_code=credit_code)
        if name_key:
            same |= Q(name_key=name_key, merged_into=None)
        found = self.model.every.filter(same).order_by().values(kept=Coalesce("merged_into", "pk"))
        return self.filter(pk__in=found) if same else self.none()

    def with_doubtful_code(self):
        """With a wrong check digit of the organisation code inside the credit code; see Customer.has_doubtful_code."""
        due, given = OrganisationDigit("credit_code"), Substr("credit_code", 17, 1)
        return self.exclude(credit_code="").alias(due_digit=due, given_digit=given).exclude(given_digit=F("due_digit"))

    def key_accounts(self):
        return self.filter(is_key_account=True)

    def managed_by(self, user):
        return self.filter(account_manager=user)

    def existing(self):
        return self.filter(status=CustomerStatus.EXISTING)

    def stale(self, on: dt.date):
        """Nobody has confirmed the basic data for longer than the tier allows."""
        return self.filter(unconfirmed(Part.BASICS, on))

    def late(self, part: str = "", *, on: dt.date, reader=None):
        """Nobody has confirmed this part, or the persons in charge whom `reader` may see, for longer than the tier allows; "": any."""
        if part:
            return self.stale(on) if part == Part.BASICS else self.filter(Exists(self._late(part, on, reader)))
        condition = unconfirmed(Part.BASICS, on)
        for one in (Part.TRAITS, Part.BUSINESS, Part.TRANSACTIONS, PERSONS):
            # not EXISTS: beside other conditions PostgreSQL would look for all late rows at once, where a list needs those it comes by
            condition |= Q(IsNull(Subquery(self._late(one, on, reader).values("pk")[:1]), False))
        return self.filter(condition)

    def _late(self, part: str, on: dt.date, reader):
        """The late rows of the customer of the outer question."""
        name = {Part.TRAITS: "traits", Part.BUSINESS: "assessments", Part.TRANSACTIONS: "transactions", PERSONS: "contacts"}[part]
        rows = self.model._meta.get_field(name).related_model._default_manager
        if part == PERSONS:
            found = rows.visible_to(reader).stale(on) if reader else rows.none()
        else:
            found = (rows.latest_of_customers() if part == Part.BUSINESS else rows).stale(part, on)
        return found.order_by().filter(customer=OuterRef("pk"))

    def in_pool(self):
        """Nobody's: whoever serves customers may pick them. Who cares for a key account is decided and not picked."""
        return self.filter(account_manager=None, is_key_account=False).exclude(status=CustomerStatus.LOST)

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

    def concerned_about(self, matter: str, *, at_least: int = 4):
        """Some department gives this concern or need at least that weight for the customer, in its last word on it."""
        scores = self.model._meta.get_field("department_views").related_model._meta.get_field("scores").related_model._default_manager
        heavy = scores.current().filter(matter=matter, side=Side.WEIGHT, score__gte=at_least)
        return self.filter(pk__in=heavy.values("view__customer"))

    def due_for_visit(self, on: dt.date):
        """No contact for longer than the service tier allows (VISIT_DAYS), and nothing planned from this day on."""
        late = Q()
        for tier, days in settings.VISIT_DAYS.items():
            if days:
                limit = on - dt.timedelta(days=days)
                late |= Q(tier=tier) & (Q(last_contact_on=None, recorded_on__lt=limit) | Q(last_contact_on__lt=limit))
        if not late:
            return self.none()
        visits = self.model._meta.get_field("planned_visits").related_model._default_manager
        planned = visits.planned().filter(customer=OuterRef("pk"), planned_for__gte=on)
        return self.filter(late).exclude(status=CustomerStatus.LOST).exclude(Exists(planned))

    def without_contact_since(self, day: dt.date):
        """In one person's care since before that day, with no contact and no cargo since; key accounts and credit holds are exempt."""
        quiet = self.filter(account_manager__isnull=False, care_since__lt=day).exclude(status=CustomerStatus.LOST)
        return quiet.exclude(last_contact_on__gte=day).exclude(last_handled_on__gte=day).not_exempt()

    def left_behind(self):
        """In the care of somebody whose account is closed."""
        return self.filter(account_manager__is_active=False).exclude(status=CustomerStatus.LOST)

    def not_exempt(self):
        """Without those that never fall into the pool by themselves: key accounts, and customers on credit hold."""
        return self.filter(is_key_account=False).exclude(pk__in=self.model.objects.on_hold().values("pk"))
