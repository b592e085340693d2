"""One line of the self-check: what was looked at, what it is worth, what was found, and what to enter in the DNS."""

from dataclasses import dataclass, field

from portcrm.bilingual import both
from portcrm.outbox.enums import CheckState

LONGEST_RECORD = 600  # characters of a record that are shown

Said = dict[str, str]


@dataclass(frozen=True)
class Line:
    """Sentences in both languages, for whoever reads them later. `records`: what the DNS said, word for word.
    `entry`: (name, kind, value) to enter in the DNS, or ()."""

    about: Said
    state: CheckState
    found: Said
    advice: Said = field(default_factory=dict)
    records: tuple[str, ...] = ()
    entry: tuple[str, str, str] | tuple[()] = ()

    def kept(self) -> dict:
        """As it is stored."""
        return {
            "about": self.about,
            "state": self.state.value,
            "found": self.found,
            "advice": self.advice,
            "records": [text[:LONGEST_RECORD].replace("\x00", "") for text in self.records],
            "entry": list(self.entry),
        }


def told(sentence, **words: object) -> Said:
    """A lazily translated sentence in both languages with its words put in."""
    return {language: text % words if words else text for language, text in both(sentence).items()}
