"""Opinion forms on paper: the questions of the online form with boxes, the code staff type in, and the personal link."""

import datetime as dt
import re
from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language, override

from feedback.forms.opinion import FormPage, whole_pages
from feedback.models import Invitation, QuestionnaireVersion, Wave
from feedback.services.answers import ReadAnswers
from feedback.services.invitations import closing_text
from feedback.services.links import invitation_url
from feedback.services.promises import promise_of
from portcrm.accounts.models import User
from portcrm.bilingual import pick
from portcrm.clock import now, port_date
from portcrm.paper.kinds import portion_in

OWN_LANGUAGE, WITH_MAIL = "own-language", "with-mail"
PORTION_NAME = re.compile(r"(\d{1,18})-(\d{1,18})")
MOST_FORMS = 50  # in one file: each takes a worker about a second, and one silent for minutes loses its job


def printable(user: User) -> QuerySet[Invitation]:
    """Whose form may still be filled in: one that could not be typed in any more would be written for nothing."""
    return Invitation.objects.visible_to(user).may_be_typed_in(now())


def opinion_form(record: Invitation, user: User, extras: Iterable[str]) -> dict:
    return _sheets(printable(user).filter(pk=record.pk), extras)


def opinion_forms(record: Wave, user: User, extras: Iterable[str]) -> dict:
    """Of everybody in the wave who is asked on paper and whom a mail would still be sent to; others on request."""
    meant, portion = _meant(record, user, extras), portion_in(extras)
    return _sheets(_of_portion(meant, portion) if portion else meant, extras)


def _of_portion(meant: QuerySet[Invitation], portion: str) -> QuerySet[Invitation]:
    ends = PORTION_NAME.fullmatch(portion)
    return meant.filter(pk__range=(int(ends[1]), int(ends[2]))) if ends else meant.none()


def portions(record: Wave, user: User, extras: Iterable[str]) -> list[str]:
    """The invitations of each file, from one to another. They are named when the forms are ordered: whoever answers before a file is
    made falls out of it, and nobody slips into the next one or between two."""
    keys = list(_meant(record, user, extras).values_list("pk", flat=True))
    parts = [keys[start : start + MOST_FORMS] for start in range(0, len(keys), MOST_FORMS)]
    return [f"{part[0]}-{part[-1]}" for part in parts]


def _meant(record: Wave, user: User, extras: Iterable[str]) -> QuerySet[Invitation]:
    meant = printable(user).filter(wave=record).still_to_be_asked().order_by("pk")
    return meant if WITH_MAIL in extras else meant.filter(address="")


def _sheets(invitations: QuerySet[Invitation], extras: Iterable[str]) -> dict:
    found = invitations.select_related("wave__version__questionnaire", "wave__programme", "customer", "contact")[: MOST_FORMS + 1]
    own_language, pages = OWN_LANGUAGE in list(extras), {}
    return {
        "forms": [_form(one, one.language if own_language else get_language(), pages) for one in found[:MOST_FORMS]],
        "more": len(found) > MOST_FORMS,
        "most": MOST_FORMS,
        "return_to": settings.PORT_SERVICE_ADDRESS,
        "port_email": settings.PORT_SERVICE_EMAIL,
        "port_phone": settings.PORT_SERVICE_PHONE,
    }


def _form(invitation: Invitation, language: str, pages: dict[str, list[FormPage]]) -> dict:
    """One person's form; the link in it is the key to their answers. `pages` by language are read once for a whole wave."""
    if language not in pages:
        pages[language] = empty_pages(invitation.wave.version, language)
    return {
        "invitation": invitation,
        "language": language,
        "link": invitation_url(invitation.public_id),
        "closes": closing_text(invitation.wave),
        "return_by": return_day(invitation.wave),
        "purpose": _purpose(invitation, language),
        "promise": _promise(invitation.wave, language),
        "pages": pages[language],
    }


def _purpose(invitation: Invitation, language: str) -> str:
    """What the form is for, as the mail says it."""
    with override(language):
        port = pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN)
        return invitation.wave.version.purpose(port=port, company=invitation.company)


def _promise(wave: Wave, language: str) -> str:
    with override(language):
        return promise_of(wave)


def return_day(wave: Wave) -> dt.date:
    """By when a paper should be on its way; it is still typed in for some days after."""
    return port_date(wave.ends_at)


def empty_pages(version: QuestionnaireVersion, language: str) -> list[FormPage]:
    """Every topic of the form, nothing filled in."""
    with override(language):
        return whole_pages(version, raw={}, read=ReadAnswers())
