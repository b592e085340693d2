"""The form of a programme."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.enums import ContactRole, CustomerStatus, Tier
from feedback import permissions
from feedback.enums import Occasion, Respondents
from feedback.models import Programme, Questionnaire
from feedback.queries.whom import CUSTOMERS, GONE
from feedback.services.programmes import FIELDS
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.pages.forms import DateInput, EditForm
from portcrm.pages.models import SavedView

# A form that does not send them, of a page that was opened before they came, leaves them as they are.
KEPT_WHERE_NOT_SENT = ("anonymity", "occasion", "after_shipments", "days_after_closing")

NOT_OF_SEMINARS = (
    "customer_view", "customer_statuses", "customer_tiers", "contact_roles", "staff_roles", "sample_size", "occasion", "period",
    "next_run_on", "after_shipments", "days_after_closing", "is_active",
)  # fmt: skip


class QuestionnaireSelect(forms.Select):
    """Its options say whom they ask: the page shows what belongs to those (static/css/programme.css)."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        chosen = getattr(value, "instance", None)
        if chosen is not None:
            option["attrs"]["data-asks"] = chosen.respondents
        return option


class ProgrammeForm(EditForm):
    """Whom, with what, how often. Nothing ticked means everybody."""

    customer_statuses = forms.MultipleChoiceField(
        label=_("Customer status"), choices=CustomerStatus.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )  # fmt: skip
    customer_tiers = forms.MultipleChoiceField(
        label=_("Service tier"), choices=Tier.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )  # fmt: skip
    contact_roles = forms.MultipleChoiceField(
        label=_("Contact roles"), choices=ContactRole.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )  # fmt: skip

    staff_roles = forms.MultipleChoiceField(
        label=_("Roles of our own people"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Of a form for our own people; nothing ticked: all who work here. At least ten must be asked."),
    )  # fmt: skip

    class Meta:
        model = Programme
        fields = FIELDS
        labels = {"name_zh": _("Name in Chinese"), "name_en": _("Name in English")}
        help_texts = {
            "period": _("Contacts have their rest and are asked a few times a year at most: every month is too often for the same people."),
            "customer_view": _(
                "A view saved on the list of customers, shared with the person responsible; what it finds on the day is asked. Save one"
                " there first."
            ),
            "sample_size": _(
                "So many are drawn of those who can be asked, the more tonnes in 12 months the likelier; empty: all. Not by occasion, where"
                " whoever has reached it is asked."
            ),
            "occasion": _("By occasion, at most one wave a day opens in the morning, for the customers that have reached it by then."),
            "after_shipments": _(
                "So many more than when the customer was asked last; counted from the day the programme begins. What is taken back"
                " does not count."
            ),
            "days_after_closing": _(
                "The contact who complained is asked; where the case names none, those with the roles ticked above. Nobody is asked about"
                " complaints that were withdrawn or recorded twice."
            ),
            "next_run_on": _("The wave opens by itself on this day, tomorrow at the earliest; empty: by hand only."),
            "reminders": _("0 to 2; never to somebody who has answered, does not want to be asked or cannot be reached."),
            "remind_after_days": _("5 at least, counted from the day the last mail was sent."),
            "anonymity": _(
                "Said in the mail and on page one; a wave keeps the mode it began with. Confidential: only customer service and managers"
                " see whose an answer is, low scores are told to them alone. Anonymous: nothing leads from an answer to whoever gave it, so"
                " there are no follow-ups, no changes, and no figures by customer; ask at least ten people, and not by occasion."
            ),
            "asks_on_paper": _("They get a printed form with a code; you print it on the wave's page and type the answers in."),
            "days_open": _("Closes at 18:00 port time of the last day."),
            "owner": _("Signs the mail; takes follow-ups of customers without an account manager."),
            "low_overall_at_most": _("On the scale from 1 to 5."),
            "low_recommend_at_most": _("On the scale from 0 to 10."),
        }
        widgets = {"next_run_on": DateInput(), "questionnaire": QuestionnaireSelect}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        offered = Questionnaire.objects.published()
        self.fields["questionnaire"].queryset = offered | Questionnaire.objects.filter(pk=self.instance.questionnaire_id)
        self._offer_views(user)
        self.fields["questionnaire"].empty_label = _("Choose")
        self.fields["owner"].queryset = User.objects.able(permissions.SEND_WAVE, held=[self.instance.owner_id])
        if self.instance.of_seminars:
            self._keep_to_guests()
        else:
            self.fields["occasion"].choices = [one for one in Occasion.choices if one[0] != Occasion.SEMINAR]
        for name in self._kept:
            self.fields[name].required = not self.is_bound or self.add_prefix(name) in self.data
        sets = (
            (_("What"), ("name_zh", "name_en", "questionnaire", "anonymity", "owner")),
            (
                _("Whom"),
                ("customer_view", "customer_statuses", "customer_tiers", "contact_roles", "asks_on_paper", "sample_size", "staff_roles"),
            ),
            (_("When"), ("occasion", "period", "next_run_on", "after_shipments", "days_after_closing", "days_open", "is_active")),
            (_("Who has not answered"), ("reminders", "remind_after_days")),
            (_("When a score is low"), ("low_overall_at_most", "low_recommend_at_most")),
        )
        self.fieldsets = tuple((title, tuple(name for name in names if name in self.fields)) for title, names in sets)

    def _leave_out_what_the_form_does_not_ask_for(self, cleaned: dict) -> None:
        """What is out of sight once a questionnaire is chosen is not meant, as the status of customers that a new plan begins with."""
        chosen = cleaned.get("questionnaire")
        if chosen is None:
            return
        empty = {"customer_view": None, "customer_statuses": [], "customer_tiers": [], "contact_roles": [], "sample_size": None}
        out_of_sight = empty | {"asks_on_paper": False} if chosen.asks_our_own else {"staff_roles": []}
        cleaned |= {name: value for name, value in out_of_sight.items() if name in self.fields}

    @property
    def _kept(self) -> list[str]:
        return [name for name in KEPT_WHERE_NOT_SENT if name in self.fields]

    def _keep_to_guests(self) -> None:
        """Whoever came to the seminar is asked, when somebody says so: nothing of whom and when is chosen here."""
        for name in NOT_OF_SEMINARS:
            del self.fields[name]
        self.fields["questionnaire"].queryset = Questionnaire.objects.published().filter(respondents=Respondents.GUESTS)

    def _offer_views(self, user: User) -> None:
        """Where the view it had was deleted, another one must be chosen: what the browser sends for it is empty, as for "all"."""
        field, had = self.fields["customer_view"], self.instance.customer_view_id
        views = SavedView.objects.of_list(CUSTOMERS)
        kept = views.filter(pk=had) if had else views.none()
        field.queryset = (views.visible_to(user) | kept).distinct()
        field.empty_label = _("All customers")
        if had and not kept.exists():
            field.required, field.error_messages["required"] = True, GONE
            field.empty_label = "–"

    def clean(self):
        cleaned = super().clean()
        for name in self._kept:
            if cleaned.get(name) in ("", None) and not self.fields[name].required:
                cleaned[name] = getattr(self.instance, name)
        self._leave_out_what_the_form_does_not_ask_for(cleaned)
        if not cleaned.get("name_zh") and not cleaned.get("name_en"):
            self.add_error("name_zh", _("Give the programme a name in one language at least."))
        return cleaned
