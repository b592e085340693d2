"""Columns that hold the code of an entry of a list."""

from django.db import models


class CodeField(models.CharField):
    """The code of an entry in a list that the database does not tie it to; readers of the history see `said`, its name."""

    def deconstruct(self):
        """To the database, and so to migrations, a plain text."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def said(self, value: str) -> str:
        """How the code reads in the reader's language: as it is stored, where its list tells no name."""
        return value
