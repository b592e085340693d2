"""Questions that pages, jobs and the API ask, in the port's words."""

import datetime as dt

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from feedback import permissions
from feedback.enums import OPEN_COMPLAINTS, UNANSWERED_COMPLAINTS, WaveState
from portcrm.accounts.roles import roles_with
from portcrm.outbox.enums import SENDABLE_AGAIN
from portcrm.outbox.models import OutgoingEmail

SEARCHED_IN_COMPLAINTS = (
    "number", "subject", "company_name", "customer__name_zh", "customer__name_en", "customer__short_name",
    "cargo_reference", "bl_no", "vessel", "reporter_name", "reporter_email", "reporter_phone", "contact__name",
)  # fmt: skip


class QuestionnaireQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Questionnaires are no secret inside the house: who may see waves sees what was asked."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every plan of asking is open to whoever may see waves."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()

    def due(self, on: dt.date):
        return self.filter(is_active=True, next_run_on__lte=on)


class QuietPeriodQuerySet(models.QuerySet):
    def visible_to(self, user):
        """When no mail goes out is open to whoever may see waves."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()

    def ending_from(self, day: dt.date):
        """Those that are not over on that day."""
        return self.filter(last_day__gte=day)


class WaveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Waves and their figures name no customer and are open to whoever may see waves."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()

    def running(self):
        return self.exclude(state=WaveState.CLOSED)

    def to_remind_in(self):
        """Open waves that remind: those whose people may be due."""
        return self.filter(state=WaveState.OPEN, reminders__gt=0)

    def past_closing(self, at: dt.datetime):
        """Running waves whose planned closing lies at or before `at`."""
        return self.running().filter(closes_at__lte=at)

    def for_list(self):
        return self.select_related("programme", "result")


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who was asked and what became of it is as personal as the answer itself."""
        return self if user.has_perm(permissions.VIEW_RESPONSE) else self.none()

    def without_mail(self):
        """Frozen in, but the mail is not written down yet: what a killed worker left, the next one finds here."""
        return self.filter(mail_written_at=None, answered_at=None, wave__state=WaveState.OPEN)

    def reached(self):
        """These count as having been asked: their mail was not given up, and their wave was not closed before it was written."""
        never_written = Q(mail_written_at=None, mail=None, answered_at=None, wave__state=WaveState.CLOSED)
        return self.exclude(mail__state__in=("failed", "withheld", "expired", "bounced")).exclude(never_written)

    def silent(self):
        """Without an answer so far."""
        return self.filter(answered_at=None)

    def with_reminded(self):
        """`reminded`: how often they were reminded."""
        reminders = self.model._meta.get_field("reminders").related_model.objects.filter(invitation=OuterRef("pk")).order_by()
        counted = reminders.values("invitation").annotate(number=Count("pk")).values("number")
        return self.annotate(reminded=Coalesce(Subquery(counted), 0))

    def with_last_mail(self):
        """`last_state` and `last_mail_at` of the last mail each was written: the latest reminder's, else the invitation's.

        A mail without a time of its own counts from the moment it was due.
        """
        reminders = self.model._meta.get_field("reminders").related_model.objects.filter(invitation=OuterRef("pk")).order_by("-number")
        last = reminders.annotate(moment=Coalesce("mail__settled_at", "mail__due_at"))
        return self.with_reminded().annotate(
            last_state=Case(When(reminded=0, then=F("mail__state")), default=Subquery(last.values("mail__state")[:1])),
            last_mail_at=Case(
                When(reminded=0, then=Coalesce("mail__settled_at", "mail__due_at")), default=Subquery(last.values("moment")[:1])
            ),
        )

    def answered_or_reached(self):
        """Whom a response rate is of: an answer shows that somebody was reached, whatever became of the mail."""
        return self.filter(Q(answered_at__isnull=False) | ~Q(mail__state__in=("failed", "withheld", "expired")))

    def with_progress(self):
        """`progress`: answered, partial, opened or none."""
        drafts = self.model._meta.get_field("draft").related_model.objects.filter(invitation=OuterRef("pk")).exclude(answers={})
        return self.annotate(
            progress=Case(
                When(answered_at__isnull=False, then=Value("answered")),
                When(Exists(drafts), then=Value("partial")),
                When(opened_at__isnull=False, then=Value("opened")),
                default=Value("none"),
            )
        )


class OptOutQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who does not want to be asked is as personal as who was asked."""
        return self if user.has_perm(permissions.VIEW_RESPONSE) else self.none()

    def in_force(self):
        return self.filter(lifted_at=None)

    def against(self, questionnaire_id: int):
        """Those that keep this questionnaire away: out of this kind of survey, or of all."""
        return self.in_force().filter(Q(questionnaire=questionnaire_id) | Q(questionnaire=None))

    def of(self, contact_ids, mailboxes):
        """Said by one of the contacts, or from one of the mailboxes (small letters)."""
        return self.filter(Q(contact__in=contact_ids) | Q(address__in=mailboxes))

    def for_list(self):
        return self.select_related("contact", "questionnaire", "lifted_by")


class ResponseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Named answers are for the staff who serve the customer, and for the auditor."""
        return self if user.has_perm(permissions.VIEW_RESPONSE) else self.none()

    def for_list(self):
        return self.select_related("customer", "contact", "wave").order_by("-submitted_at", "-pk")


class ComplaintQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Complaints are handled in the open: all who serve customers read them, so that nobody promises against one."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def open(self):
        return self.filter(state__in=OPEN_COMPLAINTS)

    def unanswered(self):
        return self.filter(state__in=UNANSWERED_COMPLAINTS)

    def waiting(self):
        """Standing still until the customer has answered what we asked."""
        pauses = self.model._meta.get_field("pauses").related_model.objects.filter(complaint=OuterRef("pk"), until_at=None)
        return self.filter(Exists(pauses))

    def not_waiting(self):
        return self.exclude(pk__in=self.model.objects.waiting().values("pk"))

    def left_behind(self):
        """Not closed, and with an owner whose account is closed or who may not work on complaints any more."""
        may = Q(owner__is_active=True, owner__roles__overlap=roles_with(permissions.ANSWER_COMPLAINT))
        return self.open().filter(owner__isnull=False).exclude(may)

    def ownerless(self):
        """Not closed, and nobody who could work on it has it."""
        return self.open().filter(Q(owner=None) | Q(pk__in=self.model.objects.left_behind().values("pk")))

    def overdue(self, on: dt.date):
        """Past the deadline and still without an answer."""
        return self.unanswered().not_waiting().filter(due_on__lt=on)

    def with_a_mail_that_did_not_arrive(self):
        """A mail to the customer failed, or nobody knows whether it arrived."""
        mails = OutgoingEmail.objects.filter(record="feedback.complaint", state__in=SENDABLE_AGAIN)
        return self.filter(pk__in=mails.values_list(Cast("record_pk", models.BigIntegerField())))

    def for_list(self):
        return self.select_related("customer", "owner")

    def containing(self, text: str):
        """Number, subject, company, whoever reported it, or vessel, voyage and bill of lading hold the text."""
        rules = Q()
        for name in SEARCHED_IN_COMPLAINTS:
            rules |= Q(**{f"{name}__icontains": text})
        return self.filter(rules)


class CorrectiveActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the complaint they come from."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def to_do_by(self, on: dt.date):
        """Not done, and to be done by that day."""
        return self.filter(done_on=None, due_on__lte=on)

    def to_check_by(self, on: dt.date):
        """Done, and to be checked by that day."""
        return self.filter(done_on__isnull=False, effective="", check_on__lte=on)


class ComplaintClockQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the complaint they belong to."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def running(self):
        """Not met, of a case that is not closed."""
        return self.filter(met_at=None, complaint__state__in=OPEN_COMPLAINTS)

    def not_waiting(self):
        """Without those that stand still while the customer is asked something."""
        waiting = self.model._meta.get_field("complaint").related_model.objects.waiting()
        return self.exclude(complaint__in=waiting.values("pk"))
