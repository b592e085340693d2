"""Texts that are too long are refused with a number, and nothing of them is cut off."""

from django import forms

from feedback.services.lengths import too_long


def check_length(form: forms.BaseForm, name: str, text: str | None) -> None:
    """Put a problem to the field where its text is longer than LONGEST_OPINION_TEXT."""
    if reason := too_long(text):
        form.add_error(name, reason)
