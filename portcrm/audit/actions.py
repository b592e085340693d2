"""One decorator makes a function a service: an actor, one transaction, one history context."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import TypeVar

import pghistory
from django.db import transaction

from portcrm.audit.channel import current_channel

Service = TypeVar("Service", bound=Callable)
_running: ContextVar[str] = ContextVar("running_action", default="")


def action(name: str) -> Callable[[Service], Service]:
    """Run the service in one transaction whose history rows carry actor, action `name` and channel.

    The outermost action names the history; services it calls add to the same transaction.
    """

    def decorate(service: Service) -> Service:
        @wraps(service)
        def run(*, by, **arguments):
            with transaction.atomic():
                if _running.get():
                    return service(by=by, **arguments)
                token = _running.set(name)
                try:
                    with pghistory.context(actor=by.pk, action=name, channel=current_channel()):
                        return service(by=by, **arguments)
                finally:
                    _running.reset(token)

        run.action_name = name
        return run

    return decorate
