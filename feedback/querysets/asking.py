"""Forms, programmes, waves, who is asked and what is answered."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower, TruncDate

from feedback import permissions
from feedback.enums import (
    BY_CALENDAR,
    BY_EVENT,
    Anonymity,
    Respondents,
    WaveState,
)
from portcrm.clock import now, port_zone

# Mails that reached nobody, and those that were never written because their wave was closed first.
GIVEN_UP = Q(mail__state__in=("failed", "withheld", "expired", "bounced"))
NEVER_WRITTEN = Q(mail_written_at=None, mail=None, answered_at=None, wave__state=WaveState.CLOSED) & ~Q(address="")

# Overall satisfaction of a response from 1 to 5, on whatever scale it was asked: (x - 1) / (highest - 1) * 4 + 1.
SATISFACTION = ExpressionWrapper((F("overall") - 1) * 4.0 / (F("overall_maximum") - 1) + 1, output_field=models.FloatField())


class QuestionnaireQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Questionnaires are no secret inside the house: who may see waves sees what was asked."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()

    def published(self):
        """Those with a version programmes can send."""
        return self.filter(pk__in=self.model._meta.get_field("versions").related_model.objects.published().values("questionnaire"))


class QuestionnaireVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is published is open to whoever may see waves, a draft to whoever builds."""
        if not user.has_perm(permissions.VIEW_WAVE):
            return self.none()
        return self if user.has_perm(permissions.CHANGE_QUESTIONNAIRE) else self.published()

    def published(self):
        return self.filter(published_on__isnull=False)

    def drafts(self):
        """Still being built; at most one of each questionnaire."""
        return self.filter(published_on=None)


class PartOfVersionQuerySet(models.QuerySet):
    """Sections and questions."""

    def visible_to(self, user):
        """As the version they stand in."""
        if not user.has_perm(permissions.VIEW_WAVE):
            return self.none()
        return self if user.has_perm(permissions.CHANGE_QUESTIONNAIRE) else self.published()

    def published(self):
        """Those that were asked or can be, without what somebody is still building."""
        return self.filter(version__published_on__isnull=False)


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every plan of asking is open to whoever may see waves."""
        return self if user.has_perm(permissions.VIEW_WAVE) else self.none()

    def due(self, on: dt.date):
        """Those the calendar calls for by that day."""
        return self.filter(is_active=True, next_run_on__lte=on, occasion__in=BY_CALENDAR)

    def by_event(self):
        """Active ones that ask whenever something has happened to a customer."""
        return self.filter(is_active=True, occasion__in=BY_EVENT)


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

    def of_customers(self):
        """Those that ask people of customers, and not our own."""
        return self.exclude(version__questionnaire__respondents=Respondents.EMPLOYEES)

    def running(self):
        return self.exclude(state=WaveState.CLOSED)

    def to_remind_in(self):
        """Open waves that remind: those whose people may be due."""
        return self.filter(state=WaveState.OPEN, reminders__gt=0)

    def settled(self, at: dt.datetime):
        """Those that take no answer any more at that moment, not even one that came on paper."""
        return self.filter(state=WaveState.CLOSED, closed_at__lte=at - dt.timedelta(days=settings.SURVEY_PAPER_DAYS))

    def keeping_answers_back(self, user, at: dt.datetime):
        """Waves whose single answers this reader may not see at that moment.

        Anonymous ones with fewer than a group must have to be shown: nobody sees those. Confidential ones that run or have as few,
        where the reader may not know who gave them: whoever watches answers come would. Those of our own people are for whoever is
        responsible for asking them.
        """
        modes = [Anonymity.ANONYMOUS] if user.has_perm(permissions.VIEW_SENDER) else [Anonymity.ANONYMOUS, Anonymity.CONFIDENTIAL]
        quiet = self.filter(anonymity__in=modes).order_by().annotate(written=Count("responses"))
        over = self.settled(at).values("pk")
        ours = Q() if user.has_perm(permissions.VIEW_OUR_OWN) else Q(version__questionnaire__respondents=Respondents.EMPLOYEES)
        return quiet.filter(Q(written__lt=F("hide_below")) | Q(anonymity=Anonymity.CONFIDENTIAL) & ~Q(pk__in=over) | ours)

    def past_closing(self, at: dt.datetime):
        """Running waves whose planned closing lies at or before `at`."""
        return self.running().filter(closes_at__lte=at)

    def for_list(self):
        return self.select_related("programme", "result")


class WaveSkipQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As who was asked."""
        if not user.has_perm(permissions.VIEW_RESPONSE):
            return self.none()
        return self if user.has_perm(permissions.VIEW_OUR_OWN) else self.filter(user=None)


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who was asked and what became of it is as personal as the answer itself; of our own people it is for whoever is
        responsible for asking them."""
        if not user.has_perm(permissions.VIEW_RESPONSE):
            return self.none()
        return self if user.has_perm(permissions.VIEW_OUR_OWN) else self.filter(user=None)

    def of_customers(self):
        """Without those that ask our own people."""
        return self.filter(user=None)

    def with_known_answering(self, user):
        """Those of which this reader may know whether they were answered: of a confidential wave only who may know the answers' senders."""
        return self if user.has_perm(permissions.VIEW_SENDER) else self.exclude(wave__anonymity=Anonymity.CONFIDENTIAL)

    def with_mail_state(self):
        """`mail_state`: how its mail fared; None without one."""
        return self.annotate(mail_state=F("mail__state"))

    def may_be_typed_in(self, at: dt.datetime):
        """Unanswered, and until some days after their wave's closing, as post takes its time. Our own people are asked by mail alone:
        no colleague sees their answers."""
        since = at - dt.timedelta(days=settings.SURVEY_PAPER_DAYS)
        still = Q(wave__closes_at__gt=since) & (Q(wave__closed_at=None) | Q(wave__closed_at__gt=since))
        return self.of_customers().silent().filter(still)

    def still_to_be_asked(self):
        """Whom nothing speaks against asking: the rule of the mails (services/invitations.py) for many at once."""
        of_customers = Q(contact__isnull=False, contact__consent_withdrawn_at=None, contact__left_on=None)
        willing = self.filter(of_customers | Q(user__is_active=True), declined_at=None)
        said = self.model._meta.get_field("opt_outs").related_model.objects.in_force().annotate(mailbox=Lower(OuterRef("address")))
        of_this_survey = Q(questionnaire=OuterRef("wave__version__questionnaire")) | Q(questionnaire=None)
        by_them = Q(contact=OuterRef("contact")) | (Q(address=F("mailbox")) & ~Q(address=""))
        return willing.exclude(Exists(said.filter(of_this_survey & by_them)))

    def without_mail(self):
        """Frozen in, but the mail is not written down yet: what a killed worker left, the next one finds here."""
        return self.by_mail().filter(mail_written_at=None, answered_at=None, declined_at=None, wave__state=WaveState.OPEN)

    def by_mail(self):
        """Not those who are asked on paper."""
        return self.exclude(address="")

    def reached(self):
        """These count as having been asked: their mail was not given up, and their wave was not closed before it was written."""
        return self.exclude(GIVEN_UP).exclude(NEVER_WRITTEN)

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
        return self.filter(Q(answered_at__isnull=False) | ~GIVEN_UP & ~NEVER_WRITTEN)

    def with_progress(self):
        """`progress`: answered, declined, partial, opened or none."""
        drafts = self.model._meta.get_field("draft").related_model.objects.filter(invitation=OuterRef("pk")).exclude(answers={})
        return self.annotate(
            progress=Case(
                When(answered_at__isnull=False, then=Value("answered")),
                When(declined_at__isnull=False, then=Value("declined")),
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
        return self.filter(Q(contact__in=contact_ids) | Q(address__in=[mailbox for mailbox in mailboxes if mailbox]))

    def for_list(self):
        return self.select_related("contact", "questionnaire", "lifted_by")


class ResponseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Answers are for the staff who serve the customer, and for the auditor; see WaveQuerySet.keeping_answers_back.

        Who gave a confidential one is told apart, see `with_senders`: its row alone does not say it.
        """
        if not user.has_perm(permissions.VIEW_RESPONSE):
            return self.none()
        waves = self.model._meta.get_field("wave").related_model.objects
        return self.exclude(wave__in=waves.keeping_answers_back(user, now()).values("pk"))

    def of_known_sender(self, user):
        """Without confidential ones, where this reader may not know who gave them: what leads to the sender is read by this rule,
        as the scan of a paper, the files sent along, earlier versions with their times."""
        return self if user.has_perm(permissions.VIEW_SENDER) else self.exclude(wave__anonymity=Anonymity.CONFIDENTIAL)

    def with_senders(self, user):
        """Rows that tell `sender`, `sender_contact` and `told_at` to whoever may know them."""
        rows = self.select_related("customer", "contact", "wave", "channel", "entered_by")
        if user.has_perm(permissions.VIEW_SENDER):
            rows = rows.select_related("invitation__customer", "invitation__contact")
        return rows.annotate(sender_is_known=Value(user.has_perm(permissions.VIEW_SENDER)))

    def sent_by(self, user, **customer):
        """Answers of customers with these properties (`tier="A"`, `pk__in=…`). A confidential answer is found by its customer only
        for whoever may know who gave it."""
        named = {f"customer__{name}": value for name, value in customer.items()}
        if not user.has_perm(permissions.VIEW_SENDER):
            return self.filter(**named)
        openly = self.model.objects.exclude(wave__anonymity=Anonymity.CONFIDENTIAL).filter(**named).order_by().values("pk")
        return self.filter(pk__in=openly.union(self.model.objects.sent_confidentially_by(Q(**customer))))

    def sent_confidentially_by(self, customers: Q):
        """Keys of the confidential answers of these customers. Only for whoever may know who gave them."""
        customer = self.model._meta.get_field("customer").related_model.objects.filter(customers).order_by().values("pk")
        confidential = self.model.objects.filter(wave__anonymity=Anonymity.CONFIDENTIAL)
        return confidential.filter(invitation__customer__in=customer).order_by().values("pk")

    def for_list(self, user):
        return self.with_senders(user).order_by("-submitted_at", "-pk")

    def with_said(self):
        """`said`: the port's day on which it was given, see Response.said_on."""
        return self.annotate(said=Coalesce("taken_on", TruncDate("submitted_at", tzinfo=port_zone())))

    def said_from(self, start: dt.date, end: dt.date):
        """Given from `start` to `end`, both included: what was typed in counts on the day on the paper, see Response.said_on."""
        first = dt.datetime.combine(start, dt.time.min, tzinfo=port_zone())
        last = dt.datetime.combine(end + dt.timedelta(days=1), dt.time.min, tzinfo=port_zone())
        return self.filter(Q(taken_on__gte=start, taken_on__lte=end) | Q(taken_on=None, submitted_at__gte=first, submitted_at__lt=last))

    def with_satisfaction(self, least: float | None = None, most: float | None = None):
        """Those whose overall satisfaction, told from 1 to 5, lies between the ends that are given."""
        told = self.alias(told=SATISFACTION)
        if least is not None:
            told = told.filter(told__gte=least)
        return told if most is None else told.filter(told__lte=most)
