"""Files that are answers: [{"file": number of the attachment, "name": its name}, …]."""

from collections.abc import Iterable

from django.db.models import QuerySet

from feedback.models import Invitation, Response, ResponseVersion
from portcrm.accounts.models import User
from portcrm.files.models import Attachment

INVITATION = "feedback.invitation"  # what carries them: a draft has no response yet


def files_in(value) -> list[dict]:
    """The files of one answer; none where it is an answer of another kind."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def without_files(answers: dict) -> dict:
    """The answers without the names of files, which may tell who sent them."""
    return {key: value for key, value in answers.items() if not files_in(value)}


def numbers_in(texts: Iterable[dict]) -> set[int]:
    """Of all files named in these answers."""
    return {one["file"] for answers in texts for value in answers.values() for one in files_in(value)}


def files_sent(response: Response, versions: Iterable[ResponseVersion]) -> QuerySet[Attachment]:
    """What came with the versions; a file on its way to the next one is not sent yet."""
    numbers = numbers_in(version.answers for version in versions)
    return Attachment.objects.of(INVITATION, response.invitation_id).filter(pk__in=numbers).order_by("pk")


def files_by_number(versions: Iterable[ResponseVersion]) -> dict[int, Attachment]:
    """The files these versions name, by their numbers, with what is stored."""
    numbers = numbers_in(version.answers for version in versions)
    return Attachment.objects.filter(record=INVITATION).select_related("stored").in_bulk(numbers) if numbers else {}


def answered_by(user: User) -> QuerySet[Invitation]:
    """Invitations whose answers the user may read, and with them the files: these tell who sent them."""
    return Invitation.objects.filter(response__in=scanned(user))


def scanned(user: User) -> QuerySet[Response]:
    """Answers whose paper the user may see: a hand, and perhaps a name."""
    return Response.objects.visible_to(user).of_known_sender(user)
