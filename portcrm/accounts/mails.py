"""Mails about accounts. The link in them is made at delivery and stands in no row."""

import uuid

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_email

INVITATION, NEW_PASSWORD = "accounts.invitation", "accounts.new_password"  # noqa: S105  kinds of mail


@action("person.invite")
def send_invitation(*, person: User, by: User) -> None:
    """Write the mail by which a new colleague chooses their password."""
    _queue(INVITATION, person, {"inviter": by.label})
    record(by=by, action="person.invite", target=person)


@action("password.ask")
def send_password_link(*, by: User) -> None:
    """Write the mail by which somebody who forgot their password chooses a new one."""
    _queue(NEW_PASSWORD, by, {})
    record(by=by, action="password.ask", target=by)


def reason_against(mail: OutgoingEmail):
    """Why the mail should not go after all: the account was closed in the meantime."""
    return "" if User.objects.active().filter(pk=int(mail.link_ref)).exists() else _("The account is closed.")


def _queue(kind: str, person: User, context: dict) -> None:
    name = kind.partition(".")[2]
    mail = render_mail(f"accounts/email/{name}", {"person": person, **context}, language=person.language)
    queue_email(
        EmailDraft(
            kind=kind,
            to_address=person.email,
            to_name=person.name,
            language=person.language,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            link_ref=str(person.pk),
            dedupe_key=f"{kind}:{uuid.uuid4()}",
            service_mail=True,
        )
    )
