"""Several callers in the same moment, each with a connection of its own, for tests with committed rows."""

import threading

from django.db import connection

from portcrm.errors import RuleBroken


def at_once(*works) -> list:
    """What each work returned, or the rule it broke; all start together. Any other exception leaves a None."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work) -> None:
        start.wait(timeout=20)
        try:
            results[number] = work()
        except RuleBroken as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
