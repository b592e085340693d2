from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record


@action("password.change")
def change_password(*, password: str, by: User) -> User:
    """Set one's own password, after a log-in or by a mailed link; every other session of theirs ends."""
    by.set_password(password)
    by.save(update_fields=["password"])
    record(by=by, action="password.change", target=by)
    return by
