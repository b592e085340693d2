"""The mail that thanks for a suggestion. Service mail: rather twice than not at all."""

from django.utils.translation import override

from feedback.models import Suggestion
from feedback.services.strangers import may_be_a_strangers
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_email

THANKS = "feedback.suggestion_adopted"


def queue_thanks(suggestion: Suggestion) -> None:
    """Tell whoever suggested it that it was adopted: once, in their language, what was done in the other where it is told in that only.

    An address that may be a stranger's gets none of the words typed beside it.
    """
    if not suggestion.reply_address:
        return
    stranger = may_be_a_strangers(suggestion)
    with override(suggestion.language):
        context = {"suggestion": suggestion, "did": suggestion.did, "stranger": stranger}
    mail = render_mail("feedback/email/suggestion_adopted", context, language=suggestion.language)
    queue_email(
        EmailDraft(
            kind=THANKS,
            to_address=suggestion.reply_address,
            to_name="" if stranger else suggestion.reply_name,
            language=suggestion.language,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            dedupe_key=f"suggestion:{suggestion.pk}:adopted",
            link_ref=suggestion.public_id,
            service_mail=True,
            record="feedback.suggestion",
            record_pk=str(suggestion.pk),
        )
    )
