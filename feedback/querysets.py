"""Questions that pages, jobs and the API ask, in the port's words."""

import datetime as dt

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from feedback import permissions
from feedback.enums import OPEN_COMPLAINTS, UNANSWERED_COMPLAINTS, WaveState


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


class WaveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Waves and their figures name no customer and are open to whoever may see waves."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()

    def running(self):
        return self.exclude(state=WaveState.CLOSED)

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
        """Invitations whose mail was not given up: these count as having been asked."""
        return self.exclude(mail__state__in=("failed", "withheld", "expired"))

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

    def overdue(self, on: dt.date):
        """Past the deadline and still without an answer."""
        return self.filter(state__in=UNANSWERED_COMPLAINTS, due_on__lt=on)

    def for_list(self):
        return self.select_related("customer", "owner")

    def containing(self, text: str):
        """Number, subject or company hold the text."""
        by_customer = Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text)
        return self.filter(by_customer | Q(number__icontains=text) | Q(subject__icontains=text) | Q(company_name__icontains=text))
