"""What printed forms of cargo say."""

from cargo.models import CargoMeeting
from cargo.queries.meeting import agenda
from portcrm.clock import port_today


def meeting_sheet(meeting: CargoMeeting, user, _extras) -> dict:
    """The month's figures, movements, leads and decisions; it has to fit on one sheet."""
    return {"meeting": meeting, "agenda": agenda(user, meeting.month, today=port_today())}
