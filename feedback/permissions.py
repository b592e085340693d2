from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import EVERY_ROLE, Permission, Role

VIEW_WAVE = "feedback.view_wave"
SEND_WAVE = "feedback.send_wave"
VIEW_RESPONSE = "feedback.view_response"
VIEW_COMPLAINT = "feedback.view_complaint"
ADD_COMPLAINT = "feedback.add_complaint"
ANSWER_COMPLAINT = "feedback.answer_complaint"
CHANGE_COMPLAINT = "feedback.change_complaint"

STAFF = frozenset({Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER})

PERMISSIONS: tuple[Permission, ...] = (
    Permission(VIEW_WAVE, _("See questionnaires, programmes, waves and their figures"), EVERY_ROLE),
    Permission(
        SEND_WAVE, _("Plan opinion programmes, start, pause and close waves"), frozenset({Role.MARKETING, Role.SERVICE, Role.MANAGER})
    ),
    Permission(VIEW_RESPONSE, _("Read the answers of a named customer"), STAFF | {Role.AUDITOR}),
    Permission(VIEW_COMPLAINT, _("Read complaints"), STAFF | {Role.AUDITOR}),
    Permission(ADD_COMPLAINT, _("Record a complaint"), STAFF),
    Permission(ANSWER_COMPLAINT, _("Work on a complaint: note and answer"), STAFF),
    Permission(CHANGE_COMPLAINT, _("Edit, assign and close complaints"), frozenset({Role.SERVICE, Role.MANAGER})),
)
