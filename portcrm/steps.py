"""Several pieces of work in a row, none of which holds up the others."""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)


def run_all(*steps: Callable[..., object], **given: object) -> None:
    """Take every step with these arguments, each after the one before has ended or failed; what failed is raised together at the end,
    so that the job as a whole counts as failed and its report names each."""
    failures = []
    for step in steps:
        try:
            step(**given)
        except Exception as failure:  # whatever it is, the steps after it must not miss their night
            logger.exception("steps.failed", extra={"step": getattr(step, "__qualname__", str(step))})
            failures.append(failure)
    if failures:
        raise ExceptionGroup("steps failed", failures)
