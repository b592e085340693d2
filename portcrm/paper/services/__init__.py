from portcrm.paper.services.printouts import (
    LEASE,
    drop_expired,
    drop_printouts,
    keep_for,
    nudge_waiting,
    order_portions,
    order_printout,
    tell_taken,
)

__all__ = ["LEASE", "drop_expired", "drop_printouts", "keep_for", "nudge_waiting", "order_portions", "order_printout", "tell_taken"]
