"""One decorator makes a function a service: an actor, one transaction, one history context."""

import functools
import inspect
import json
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection, transaction

from portcrm.audit.channel import current_channel

Service = TypeVar("Service", bound=Callable[..., Any])

_running: ContextVar[str] = ContextVar("running_action", default="")
_named_actions: dict[str, str] = {}

_SET_CONTEXT = "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"


def action(name: str, label: str = "", *, savepoint: bool = True) -> Callable[[Service], Service]:
    """Run the service in one transaction whose history rows carry the actor, the action `name` and the channel.

    The service takes keywords only and one of them is `by`, the user who acts. The outermost action names the
    history; services called inside join its transaction and its context. `label` says the action to readers of the
    history; without one the verb after the dot is translated.

    A service that fails inside another one is undone alone, and whoever called it may go on. Not with `savepoint=False`: it spares
    two statements where it is called, and its failure undoes the work of the caller as far as the caller's own savepoint.
    """
    _named_actions[name] = label or _named_actions.get(name, "")

    def decorate(service: Service) -> Service:
        _demand_keywords(service)

        @functools.wraps(service)
        def run(*, by, **arguments):
            if getattr(by, "pk", None) is None:
                raise TypeError(f"{service.__qualname__} needs by=, a stored user who acts")
            inside = bool(_running.get())
            with transaction.atomic(savepoint=savepoint or not inside):
                if inside:
                    return service(by=by, **arguments)
                token = _running.set(name)
                nested = len(connection.savepoint_ids) > 0
                try:
                    _open_context(actor=by.pk, action=name)
                    result = service(by=by, **arguments)
                    if nested:
                        _close_context()
                    return result
                finally:
                    _running.reset(token)

        run.action_name = name
        return run

    return decorate


def running_action() -> str:
    """The name of the action that runs now, or nothing."""
    return _running.get()


def named_actions() -> dict[str, str]:
    """Every action name of the imported services with its label (empty where the verb speaks for itself)."""
    return dict(_named_actions)


def _demand_keywords(service: Callable) -> None:
    parameters = inspect.signature(service).parameters
    if "by" not in parameters:
        raise TypeError(f"{service.__qualname__} is an action and needs a keyword by=")
    positional = [name for name, one in parameters.items() if one.kind not in (one.KEYWORD_ONLY, one.VAR_KEYWORD)]
    if positional:
        raise TypeError(f"{service.__qualname__} takes keywords only; make {', '.join(positional)} keyword-only")


def _open_context(*, actor: int, action: str) -> None:
    """Tell the triggers who acts, for the rest of this transaction.

    Set in the session of the database and not added to each statement: COPY, executemany and functions that write
    would slip past a hook on cursor.execute.
    """
    metadata = json.dumps({"actor": actor, "action": action, "channel": current_channel()})
    with connection.cursor() as cursor:
        cursor.execute(_SET_CONTEXT, [str(uuid.uuid4()), metadata])


def _close_context() -> None:
    """End the context where an outer transaction (a test, a command) goes on after the action."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_CONTEXT, ["", ""])
