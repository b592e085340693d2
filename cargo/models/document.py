"""Manifests, stowage plans, bookings and other documents as the port received them, with what was read from each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.document_words import KINDS, PURPOSES
from cargo.documents.facts import Purpose
from cargo.enums import Dialect, KeyKind, ReadingState
from cargo.querysets import CargoDocumentQuerySet
from portcrm.addresses import record_url
from portcrm.bilingual import said
from portcrm.choices import known

KIND_CHOICES = [(kind.value, label) for kind, label in KINDS.items()]
PURPOSE_CHOICES = [(purpose.value, label) for purpose, label in PURPOSES.items()]
UNDER_WAY = (ReadingState.WAITING, ReadingState.READING)
LONGEST_KEY = 100
MESSAGES_SHOWN = 50  # on one page of a document
REPLACING = (Purpose.CHANGE.value, Purpose.CANCEL.value)


class CargoDocument(models.Model):
    """One file, written once: the content never changes, and the same content is kept once. Its sums are those of its messages.

    A large file is stored first and read by a worker, who claims it until `lease_until`; what it tells stands here once it is read.
    """

    file_name = models.CharField(_("File"), max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField(_("Size"))
    file = models.FileField(
        upload_to="documents/%Y/%m", max_length=200, blank=True
    )  # empty once it is refused or named a person who is erased
    state = models.CharField(_("State"), max_length=7, choices=ReadingState.choices, default=ReadingState.READ)
    refusal = models.JSONField(_("Reason"), default=dict)  # in both languages
    claim = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    encoding = models.CharField(_("Characters"), max_length=20, blank=True)
    dialect = models.CharField(_("Dialect"), max_length=8, choices=Dialect.choices, blank=True)
    segments = models.PositiveIntegerField(_("Segments"), default=0)
    remarks = models.JSONField(
        pgettext_lazy("document", "Remarks"), default=list
    )  # of the file: {kind, segment, values}; messages have their own
    remark_count = models.PositiveIntegerField(pgettext_lazy("document", "Remarks"), default=0)  # with those of the messages
    message_count = models.PositiveIntegerField(_("Messages"), default=0)
    boxes = models.BigIntegerField(_("Boxes"), default=0)
    teu = models.DecimalField("TEU", max_digits=20, decimal_places=3, default=0)
    tonnes = models.DecimalField(_("Tonnes"), max_digits=30, decimal_places=3, default=0)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Taken in by"))
    received_at = models.DateTimeField(pgettext_lazy("document", "Taken in at"))

    objects = CargoDocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("state",), name="document_to_be_read", condition=Q(state__in=UNDER_WAY))]
        constraints = [
            *known("document", dialect=("", *Dialect.values), state=ReadingState),
            models.CheckConstraint(
                name="document_that_was_read_says_how", condition=~Q(state=ReadingState.READ) | ~Q(dialect="") & ~Q(encoding="")
            ),
            models.CheckConstraint(
                name="document_being_read_is_claimed",
                condition=~Q(state=ReadingState.READING) | Q(claim__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(name="document_refused_says_why", condition=~Q(state=ReadingState.REFUSED) | ~Q(refusal={})),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return record_url("cargo:document", self.pk)

    @property
    def head(self) -> "DocumentMessage":
        """The first message, which lists read along; an empty one while the document is not read."""
        return self.first_messages[0] if self.first_messages else DocumentMessage()

    @property
    def is_read(self) -> bool:
        return self.state == ReadingState.READ

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_refused(self) -> bool:
        return self.state == ReadingState.REFUSED

    @property
    def may_be_read_again(self) -> bool:
        """Refused for a fault of the program: the file is kept."""
        return self.is_refused and bool(self.file)

    @property
    def reason(self) -> str:
        """Why it was refused, in the reader's language."""
        return said(self.refusal)


class DocumentMessage(models.Model):
    """One message of a file; a platform file is one. `facts` hold everything it tells (cargo/documents/stored.py)."""

    document = models.ForeignKey(CargoDocument, models.CASCADE, related_name="messages", verbose_name=_("Document"))
    position = models.PositiveIntegerField()  # in the file, from 1
    type = models.CharField(_("Message type"), max_length=20)
    kind = models.CharField(_("Kind of document"), max_length=12, choices=KIND_CHOICES, blank=True)  # empty: not read, a remark says why
    reference = models.CharField(_("Reference"), max_length=70, blank=True)
    number = models.CharField(_("Document no."), max_length=70, blank=True)
    purpose = models.CharField(_("Purpose"), max_length=8, choices=PURPOSE_CHOICES)
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", verbose_name=_("Changes or cancels")
    )
    vessel = models.CharField(_("Vessel name"), max_length=100, blank=True)
    voyage = models.CharField(_("Voyage"), max_length=40, blank=True)
    imo = models.CharField(_("IMO number"), max_length=20, blank=True)
    call_sign = models.CharField(_("Call sign"), max_length=20, blank=True)
    carrier = models.CharField(_("Carrier"), max_length=100, blank=True)
    loading = models.CharField(_("Port of loading"), max_length=20, blank=True)  # its code, where there is exactly one
    discharge = models.CharField(_("Port of discharge"), max_length=20, blank=True)
    boxes = models.BigIntegerField(_("Boxes"))
    laden = models.BigIntegerField(_("Laden"))
    empty = models.BigIntegerField(_("Empty"))
    teu = models.DecimalField("TEU", max_digits=20, decimal_places=3)
    tonnes = models.DecimalField(_("Tonnes"), max_digits=30, decimal_places=3)
    facts = models.JSONField(default=dict)
    remarks = models.JSONField(pgettext_lazy("document", "Remarks"), default=list)

    class Meta:
        ordering = ("document", "position")
        indexes = [
            models.Index(fields=("number", "type"), name="message_by_number"),
            models.Index(fields=("kind",), name="message_by_kind"),
            models.Index(fields=("vessel",), name="message_by_vessel", condition=~Q(vessel="")),
            models.Index("loading", "discharge", F("id").desc(), name="message_by_ports", condition=~Q(loading="") & ~Q(discharge="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=("document", "position"), name="message_stands_once_in_its_file"),
            *known("message", kind=("", *(value for value, _label in KIND_CHOICES)), purpose=[value for value, _label in PURPOSE_CHOICES]),
            models.CheckConstraint(name="message_that_replaces_another_says_so", condition=Q(replaces=None) | Q(purpose__in=REPLACING)),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.type, self.number) if part)

    @property
    def page_url(self) -> str:
        """Where it stands on the page of its document, which begins with it where it would be too far down."""
        begins = f"?from={self.position}" if self.position > MESSAGES_SHOWN else ""
        return f"{self.document.get_absolute_url()}{begins}#message-{self.position}"


class DocumentKey(models.Model):
    """What a document is found by from its first sign on: numbers, vessels and voyages in it, and its name, squashed (customers/naming).

    Two indexes: documents by a key that few have, and whether a document has a key that many have.
    """

    document = models.ForeignKey(CargoDocument, models.CASCADE, related_name="keys", db_index=False)
    kind = models.CharField(max_length=7, choices=KeyKind.choices)
    key = models.CharField(max_length=LONGEST_KEY)

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("key", "document"), opclasses=("varchar_pattern_ops", "int8_ops"), name="document_by_key")]
        constraints = [
            *known("document_key", kind=KeyKind),
            models.UniqueConstraint(
                fields=("document", "key", "kind"),
                opclasses=("int8_ops", "varchar_pattern_ops", "varchar_ops"),
                name="document_has_a_key_once",
            ),
        ]

    def __str__(self) -> str:
        return self.key
