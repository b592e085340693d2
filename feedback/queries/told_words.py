"""What a reader is told of the words of answers: as they were written, or with names and numbers masked. See docs/adr/071."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Length, Lower, StrIndex
from django.utils.translation import pgettext

from cargo.models import Shipment
from customers.models import Contact, Customer
from feedback import permissions
from feedback.analysis.masking import Known, Masked, codes_in, masked
from feedback.enums import Anonymity
from feedback.models import HeardOpinion, Response, Suggestion, Wave
from portcrm.accounts.models import User

SEARCHED = 500  # answers whose masked words a search reads, the newest
FIRM_NAMES = ("name_zh", "name_en", "short_name")


def marks() -> dict[Masked, str]:
    """What stands in the place of what is masked, in the reader's language."""
    return {
        Masked.NAME: pgettext("mask", "[name]"),
        Masked.FIRM: pgettext("mask", "[company]"),
        Masked.BILL: pgettext("mask", "[B/L no.]"),
        Masked.BOX: pgettext("mask", "[box no.]"),
        Masked.PHONE: pgettext("mask", "[telephone]"),
        Masked.MAILBOX: pgettext("mask", "[e-mail]"),
    }


@dataclass(frozen=True)
class Reading:
    """How one reader reads one answer; `known` is None where they read it as it was written."""

    known: Known | None

    def __call__(self, text: str) -> str:
        return text if self.known is None else masked(text, self.known, marks())


def reads_original(user: User, response: Response) -> bool:
    """Those who handle what customers say and may know who said it; of a named answer whoever looks after its customer too. Of an
    anonymous one nobody: a name in its words would be a way back."""
    if response.wave.is_anonymous:
        return False
    if user.has_perm(permissions.VIEW_SENDER):
        return True
    return response.wave.is_named and response.customer is not None and response.customer.account_manager_id == user.pk


def tell_words(responses: Sequence[Response], user: User, *, leaving: bool = False, also: Iterable[str] = ()) -> None:
    """Set `reading` on these rows (of `with_senders`), in a fixed number of statements; none where this reader reads all as it was written.

    `leaving`: the words leave the house, as a file or to a program: masked for everybody. `also`: other texts to be read, of earlier
    versions.
    """
    for_them = [one for one in responses if leaving or not reads_original(user, one)]
    texts = "\n".join([*(one.comment for one in for_them), *also])
    found = _known_of(for_them, texts) if for_them and texts.strip() else {}
    for one in responses:
        one.reading = Reading(None)
    for one in for_them:
        one.reading = Reading(found.get(one.pk, Known()))


def words_for_all(response: Response, text: str) -> str:
    """Words of an answer as everybody may read them: for what is written beside it, where more people read."""
    return Reading(_known_of([response], text).get(response.pk, Known()))(text)


def tell_voices(rows: Sequence[Suggestion | HeardOpinion]) -> None:
    """Set `reading` on suggestions and opinions heard whose words leave the house: masked for everybody."""
    for one, known in zip(rows, _known_of_each([(one.customer_id, one.text) for one in rows]), strict=True):
        one.reading = Reading(known)


def words_for_strangers(said: Sequence[tuple[int | None, str]]) -> list[str]:
    """Words of customers, each with the customer's key, as the public pages show them."""
    return [Reading(known)(text) for known, (_customer, text) in zip(_known_of_each(said), said, strict=True)]


def _known_of_each(said: Sequence[tuple[int | None, str]]) -> list[Known]:
    if not said:
        return []
    known = known_of_customers({customer for customer, _text in said if customer}, "\n".join(text for _customer, text in said))
    return [known(customer) for customer, _text in said]


def words_found(rows: QuerySet[Response], user: User, text: str) -> Q:
    """Answers with these words, as this reader reads them: nobody finds by a search what is masked for them."""
    holding, plain = rows.filter(comment__icontains=text), Q(pk__in=())
    if user.has_perm(permissions.VIEW_SENDER):
        nobodys = Wave.objects.filter(anonymity=Anonymity.ANONYMOUS).values("pk")
        plain = Q(comment__icontains=text) & ~Q(wave__in=nobodys)
        holding = holding.filter(wave__in=nobodys)
    looked_at = list(holding.with_senders(user).order_by("-pk")[:SEARCHED])
    tell_words(looked_at, user)
    return plain | Q(pk__in=[one.pk for one in looked_at if text.lower() in one.told_comment.lower()])


def _known_of(responses: Sequence[Response], texts: str) -> dict[int, Known]:
    """By answer, what is known of whom and what its words may name."""
    firms = _customers_of(responses)
    known = known_of_customers(set(firms.values()), texts)
    asked = _named_among_asked(texts, {one.wave_id for one in responses if one.wave.is_anonymous})
    return {one.pk: known(firms.get(one.pk), asked if one.wave.is_anonymous else None) for one in responses}


def known_of_customers(customers: Collection[int], texts: str) -> Callable[..., Known]:
    """A function of a customer's key: what is known of it, of our own people, and of bills in the texts; and of `besides`."""
    persons, names = _persons_of(customers), _names_of(customers)
    ours, bills = _our_people(), bills_in(texts)

    def known(customer: int | None, besides: Known | None = None) -> Known:
        also = besides or Known()
        return Known(persons=also.persons | ours | persons[customer], firms=also.firms | names[customer], bills=bills)

    return known


def _customers_of(responses: Iterable[Response]) -> dict[int, int]:
    """By answer, whose it is, also of confidential ones: to take the names out, not to tell them."""
    firms = {one.pk: one.customer_id for one in responses if one.customer_id}
    if sealed := [one.pk for one in responses if one.wave.is_confidential]:
        firms |= dict(Response.objects.filter(pk__in=sealed).order_by().values_list("pk", "invitation__customer"))
    return firms


def _persons_of(customers: Collection[int]) -> defaultdict[int | None, set[str]]:
    found: defaultdict[int | None, set[str]] = defaultdict(set)
    rows = Contact.objects.filter(customer__in=customers).order_by().values_list("customer", "name", "name_en") if customers else ()
    for customer, *names in rows:
        found[customer] |= {name.strip() for name in names if name.strip()}
    return found


def _names_of(customers: Collection[int]) -> defaultdict[int | None, set[str]]:
    found: defaultdict[int | None, set[str]] = defaultdict(set)
    rows = Customer.objects.filter(pk__in=customers).order_by().values_list("pk", *FIRM_NAMES, "former_names") if customers else ()
    for customer, *names, former in rows:
        found[customer] = {name.strip() for name in (*names, *former) if name.strip()}
    return found


def _our_people() -> frozenset[str]:
    return frozenset(name for names in User.objects.people().order_by().values_list("name", "name_en") for name in names if name)


def bills_in(texts: str) -> frozenset[str]:
    """Which codes in the texts are numbers of bills of lading of the ledger."""
    codes = {form for code in codes_in(texts) for form in (code, code.upper())}
    if not codes:
        return frozenset()
    return frozenset(Shipment.objects.filter(bl_no__in=codes).order_by().values_list("bl_no", flat=True).distinct())


def _named_among_asked(texts: str, waves: Collection[int]) -> Known:
    """Of an anonymous answer nobody knows the customer: names that stand in the texts, of all persons and firms its wave asked."""
    if not waves:
        return Known()
    words = re.sub(r"\s+", " ", texts).lower()
    persons = _standing_in(words, Contact.objects.filter(invitations__wave__in=waves), ("name", "name_en"))
    firms = _standing_in(words, Customer.objects.filter(invitations__wave__in=waves), FIRM_NAMES)
    return Known(persons=frozenset(persons), firms=frozenset(firms))


def _standing_in(words: str, rows: QuerySet, fields: Sequence[str]) -> set[str]:
    """The database looks for them: a wave asks thousands, and a page of answers names few."""
    hits = Q()
    for field in fields:
        rows = rows.alias(**{f"in_{field}": StrIndex(Value(words, TextField()), Lower(F(field))), f"of_{field}": Length(field)})
        hits |= Q(**{f"in_{field}__gt": 0, f"of_{field}__gte": 2})
    found = rows.filter(hits).order_by().values_list(*fields).distinct()
    return {name for names in found for name in names if len(name) >= 2 and name.lower() in words}
