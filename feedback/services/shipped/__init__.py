"""The forms that come with the product."""

from feedback.services.shipped import after_contact, employees, opinion, panel, seminar, suggestions

SHIPPED = (opinion.FIRST, opinion.SECOND, suggestions.FORM, panel.FIRST, panel.SECOND, after_contact.FORM, seminar.FORM, employees.FORM)
