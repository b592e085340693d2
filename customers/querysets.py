"""What can be asked of customer files, in the port's words. `visible_to` is the only row rule."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject

from customers import permissions
from customers.enums import CustomerStatus, FilledIn, FollowUpState, KeyRule, MergedRowState, Part, RemindDays, Side, Tier, VisitState
from customers.naming import squash
from customers.naming.keys import CHINESE
from customers.naming.searching import TRIGRAM, Digits, Grams, Search, kept_for

NEVER = dt.date(1900, 1, 1)
LAST_RANK = 2_147_483_647
# What no list shows; a list reads 25 rows of it for nothing.
NOT_LISTED = (
    "search_key", "pinyin", "initials", "name_key", "former_names", "business_scope", "note", "bank_name", "bank_account", "licence_no",
    "match_key", "match_key_en", "organisation_code", "operation_modes",
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
        rows = {FilledIn.CONTACTS: "contacts", FilledIn.TAGS: "tag_links"}
        if thing in rows:
            related = self.model._meta.get_field(rows[thing]).related_model._default_manager
            seen = related.visible_to(reader) if reader else related.none()
            return Q(Exists(seen.order_by().filter(customer=OuterRef("pk"))))
        return ~Q(**{{FilledIn.MANAGER: "account_manager", FilledIn.CHANNEL: "channel", FilledIn.VERIFIED: "verified_on"}[thing]: None})

    def search(self, text: str, *, reader=None):
        """Customers with every word of `text` in their names (any language, short, former), pinyin, initials, codes, telephone or
        e-mail, or in the name, telephone or e-mail of a contact that `reader` may see (nobody: no contacts)."""
        return Search(self, reader).find(text)

    def same_firm(self, *, credit_code: str = "", name_key: str = ""):
        """Files that are probably the same firm: same credit code or same normalised name."""
        same = Q()
        if credit_code:
            same |= Q(credit_code=credit_code) | Q(pk__in=kept_for(credit_code=credit_code))
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
        held = Q(credit_holds__isnull=False, credit_holds__lifted_on=None)
        quiet = self.filter(account_manager__isnull=False, is_key_account=False, care_since__lt=day).exclude(status=CustomerStatus.LOST)
        quiet = quiet.exclude(last_contact_on__gte=day).exclude(last_handled_on__gte=day)
        return quiet.exclude(pk__in=self.model.objects.filter(held).values("pk"))


class TagQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def with_numbers(self):
        """With the number of files each stands on."""
        return self.annotate(number=models.Count("links"))


class ContactQuerySet(models.QuerySet):
    def with_digits(self):
        return self.alias(phone_digits=Digits("phone", "mobile"))

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def reachable(self):
        """May be written to: still there, has an address, has not withdrawn consent."""
        return self.filter(consent_withdrawn_at=None, left_on=None, customer__merged_into=None).exclude(email="")

    def present(self):
        return self.filter(left_on=None, customer__merged_into=None)

    def on_staff(self, on: dt.date):
        """Had not left by then."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def search(self, text: str):
        """Contacts whose name (either language, pinyin) or address holds every word of `text`."""
        words = text.split()
        found = self if words else self.none()
        for word in words:
            key = squash(word)
            if CHINESE.search(key) and len(key) < TRIGRAM:
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

    def of_customer(self, customer):
        """Merges this file took part in, as either of the two."""
        return self.filter(Q(kept=customer) | Q(other=customer))

    def for_record(self):
        return self.select_related("kept", "other", "merged_by", "undone_by")


class MergedRowQuerySet(models.QuerySet):
    def undecided(self):
        """Rows an undoing found that people have to say something about."""
        return self.filter(state__in=(MergedRowState.CHANGED, MergedRowState.ADDED), decision="")


class InteractionQuerySet(CustomerPartQuerySet):
    def for_timeline(self):
        return self.select_related("recorded_by", "channel").prefetch_related("contacts", "colleagues")

    def for_list(self):
        return self.select_related("customer", "recorded_by").defer("summary")

    def recorded_by(self, user):
        return self.filter(recorded_by=user)


class FollowUpQuerySet(CustomerPartQuerySet):
    def open(self):
        return self.filter(state=FollowUpState.OPEN)

    def overdue(self, on: dt.date):
        return self.open().filter(due_on__lt=on)

    def owned_by(self, user):
        return self.filter(owner=user)

    def due_by(self, on: dt.date):
        """Open and due on that day or before."""
        return self.open().filter(due_on__lte=on)

    def to_remind_of(self, on: dt.date):
        """Open, not due yet, and so near that its owner asked to be reminded."""
        near = Q()
        for days in RemindDays.values:
            near |= Q(remind_days=days, due_on__lte=on + dt.timedelta(days=days))
        return self.open().filter(near, due_on__gt=on)

    def for_list(self):
        return self.select_related("customer", "owner")


class OpenProblemQuerySet(CustomerPartQuerySet):
    def unsolved(self):
        return self.filter(solved_on=None)


class DepartmentViewQuerySet(CustomerPartQuerySet):
    def as_of(self, day: dt.date):
        """What had been seen and written down by the end of a day."""
        return self.filter(viewed_on__lte=day, recorded_on__lte=day)

    def for_reading(self):
        return self.select_related("department", "recorded_by", "channel")


class ViewScoreQuerySet(models.QuerySet):
    """Scores belong to a department's view of a customer and are seen with it."""

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def as_of(self, day: dt.date):
        return self.filter(view__viewed_on__lte=day, view__recorded_on__lte=day)

    def newest_first(self):
        return self.order_by("-view__viewed_on", "-pk")

    def current(self):
        """The last word of each department on each matter; an earlier score is history."""
        same = {name: OuterRef(name) for name in ("matter", "side", "view__customer", "view__department")}
        later = Q(view__viewed_on__gt=OuterRef("view__viewed_on")) | Q(view__viewed_on=OuterRef("view__viewed_on"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(self.model._default_manager.filter(later, **same)))


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


class VisitQuerySet(CustomerPartQuerySet):
    def planned(self):
        return self.filter(state=VisitState.PLANNED)

    def to_report(self, on: dt.date):
        """Planned for a day that is over or for today, and nobody has said what became of it."""
        return self.planned().filter(planned_for__lte=on)

    def made_by(self, user):
        return self.filter(visitor=user)

    def within(self, first: dt.date, last: dt.date):
        return self.filter(planned_for__range=(first, last))

    def for_list(self):
        return self.select_related("customer", "visitor")


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees their own calendar address and nobody else's."""
        return self.filter(user_id=user.pk)
