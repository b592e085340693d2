from portcrm.accounts.services.people import system_user

__all__ = ["system_user"]
