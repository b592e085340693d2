from portcrm.bulk.forms import BulkForm


class SendAgainForm(BulkForm):
    """Asks for nothing: which mails is what was ticked."""
