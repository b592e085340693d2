"""Why a file cannot be read at all, as a sentence for the person who made it."""

from portcrm.errors import RuleBroken


class FileProblem(RuleBroken):
    """The file as a whole is at fault; nothing of it has been stored."""


class DecidedMeanwhile(RuleBroken):
    """Somebody else has decided on a row since the person saw it; the sentence says what."""
