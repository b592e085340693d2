from portcrm.exchange.services.choices import choose_for_all, choose_for_row
from portcrm.exchange.services.mending import leave_row_out, mend_row
from portcrm.exchange.services.rehearsed import leave_rehearsed_out, mend_rehearsed
from portcrm.exchange.services.reverting import decide_change, keep_what_is_left, refuse_what_cannot_be_taken_back, start_revert
from portcrm.exchange.services.runs import cancel, draft_again, import_rehearsed, set_mapping, start, take_in
from portcrm.exchange.services.whole import take_in_whole

__all__ = [
    "cancel",
    "choose_for_all",
    "choose_for_row",
    "decide_change",
    "draft_again",
    "import_rehearsed",
    "keep_what_is_left",
    "leave_rehearsed_out",
    "leave_row_out",
    "mend_rehearsed",
    "mend_row",
    "refuse_what_cannot_be_taken_back",
    "set_mapping",
    "start",
    "start_revert",
    "take_in",
    "take_in_whole",
]
