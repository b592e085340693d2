"""What complaints, suggestions and opinions heard have in common: somebody of a company said something in words of their own."""

from collections.abc import Callable

from django.utils.text import Truncator

from portcrm.clock import port_today

TITLE = 60  # characters


class Answerable:
    """Of a row with `customer`, `contact` and what was typed of company and reporter: who spoke, and where we write to."""

    @property
    def company(self) -> str:
        return self.customer.label if self.customer else self.company_name

    @property
    def reply_address(self) -> str:
        """Where we write to: the address given with it, else the contact's while they are at that firm; or ""."""
        if self.reporter_email or self.contact is None:
            return self.reporter_email
        return self.contact.email if self.contact.is_on_staff(port_today()) else ""

    @property
    def reply_name(self) -> str:
        return self.reporter_name or (self.contact.name if self.contact else "")


class Worded:
    """Of a row with a `text`: its words in a line, and as they leave the house."""

    reading: Callable[[str], str] = str  # set by queries.told_words

    @property
    def told_text(self) -> str:
        return self.reading(self.text)

    @property
    def title(self) -> str:
        """The words cut to a line."""
        return Truncator(" ".join(self.text.split())).chars(TITLE)
