"""The one exception of broken rules: services raise it, one place turns it into a message or a 409."""


class RuleBroken(Exception):
    """A business rule forbids what was asked.

    `message` is a (lazily translated) sentence for the user; `field` names the form field it concerns, if one does.
    """

    def __init__(self, message, *, field: str = ""):
        super().__init__(message)
        self.message = message
        self.field = field
