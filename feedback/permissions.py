from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import EVERY_ROLE, Permission, Role

VIEW_WAVE = "feedback.view_wave"
SEND_WAVE = "feedback.send_wave"
VIEW_RESPONSE = "feedback.view_response"
ADD_RESPONSE = "feedback.add_response"
VIEW_COMPLAINT = "feedback.view_complaint"
ADD_COMPLAINT = "feedback.add_complaint"
CHANGE_SURVEY_RULES = "feedback.change_survey_rules"
ANSWER_COMPLAINT = "feedback.answer_complaint"
CHANGE_COMPLAINT = "feedback.change_complaint"
VIEW_SUGGESTION = "feedback.view_suggestion"
ADD_SUGGESTION = "feedback.add_suggestion"
DECIDE_SUGGESTION = "feedback.decide_suggestion"
CHANGE_SUGGESTION = "feedback.change_suggestion"
VIEW_SEMINAR = "feedback.view_seminar"
HOLD_SEMINAR = "feedback.hold_seminar"
CHANGE_QUESTIONNAIRE = "feedback.change_questionnaire"
VIEW_SENDER = "feedback.view_sender"
VIEW_OUR_OWN = "feedback.view_our_own"

STAFF = frozenset({Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER})

PERMISSIONS: tuple[Permission, ...] = (
    Permission(VIEW_WAVE, _("See questionnaires, programmes, waves and their figures"), EVERY_ROLE),
    Permission(
        SEND_WAVE, _("Plan opinion programmes, start, pause and close waves"), frozenset({Role.MARKETING, Role.SERVICE, Role.MANAGER})
    ),
    Permission(CHANGE_SURVEY_RULES, _("Change the rules of all surveys"), frozenset({Role.ADMIN, Role.MANAGER})),
    Permission(VIEW_RESPONSE, _("Read the answers of a named customer"), STAFF | {Role.AUDITOR}),
    Permission(
        VIEW_SENDER,
        _("See who gave a confidential answer"),
        frozenset({Role.SERVICE, Role.MANAGER}),
        note="Everybody else reads confidential answers only once their wave is over and has enough of them, without whoever gave them.",
    ),
    Permission(
        VIEW_OUR_OWN,
        _("Be responsible for surveys of our own people and read their answers"),
        frozenset({Role.MANAGER}),
        note="Always anonymous. Everybody else reads the figures only, and not who was asked.",
    ),
    Permission(ADD_RESPONSE, _("Type in answers given on paper, by telephone or at a visit"), STAFF),
    Permission(VIEW_COMPLAINT, _("Read complaints"), STAFF | {Role.AUDITOR}),
    Permission(ADD_COMPLAINT, _("Record a complaint"), STAFF),
    Permission(ANSWER_COMPLAINT, _("Work on a complaint: note and answer"), STAFF),
    Permission(CHANGE_COMPLAINT, _("Edit, assign and close complaints"), frozenset({Role.SERVICE, Role.MANAGER})),
    Permission(VIEW_SUGGESTION, _("Read suggestions and opinions heard"), STAFF | {Role.AUDITOR}),
    Permission(ADD_SUGGESTION, _("Record a suggestion or an opinion heard"), STAFF),
    Permission(DECIDE_SUGGESTION, _("Adopt or decline a suggestion"), STAFF),
    Permission(CHANGE_SUGGESTION, _("Edit, assign and publish suggestions"), frozenset({Role.SERVICE, Role.MANAGER})),
    Permission(VIEW_SEMINAR, _("See seminars, their guests and minutes"), STAFF | {Role.AUDITOR}),
    Permission(
        HOLD_SEMINAR, _("Plan seminars, invite guests and keep the minutes"), frozenset({Role.MARKETING, Role.SERVICE, Role.MANAGER})
    ),
    Permission(CHANGE_QUESTIONNAIRE, _("Build questionnaires and publish them"), frozenset({Role.ADMIN, Role.SERVICE, Role.MANAGER})),
)
