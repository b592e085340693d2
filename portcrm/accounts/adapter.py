"""Accounts are made by an administrator; nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedDoorAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False
