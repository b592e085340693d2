"""What a wave promises those it asks about who will know what they said: the same sentence in the mail, on the form and on paper."""

from django.utils.translation import gettext as _

from feedback.models import Wave
from feedback.queries.rules import fewest_shown


def promise_of(wave: Wave) -> str:
    """In the language that is active; "" for a named wave, whose mails and pages say it in words of their own."""
    if wave.is_anonymous and wave.asks_our_own:
        return _(
            "This survey is anonymous. What is kept is that you answered and on which day, so that you are not reminded, and nothing that"
            " leads from your answers to you or your department. They are stored mixed with those of others, without a time, and shown from"
            " %(number)d answers on; what is written is read by our managers alone. Please write no names into them. Once sent they cannot"
            " be changed or taken back, for nobody can tell which are yours."
        ) % {"number": fewest_shown(wave)}
    if wave.is_anonymous:
        return _(
            "This survey is anonymous. We keep that you answered and on which day, so that you are not reminded, and nothing that leads"
            " from your answers to you or your company. They are stored mixed with those of others, without a time, and shown from"
            " %(number)d answers on. Please write no names into them. Once sent they cannot be changed or taken back, for nobody can"
            " tell which are yours."
        ) % {"number": fewest_shown(wave)}
    if wave.is_confidential:
        return _(
            "This survey is confidential. Your answers are kept with your invitation, so that you can change them until it closes. Only our"
            " customer service and our managers can see whose they are; they may get in touch with you where you are not satisfied."
            " Everybody else reads answers without names, companies or times, and only when the survey is over and at least %(number)d"
            " have come. Please write no names into them."
        ) % {"number": fewest_shown(wave)}
    return ""
