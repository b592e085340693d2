"""One action for many rows of a list: a frozen set of rows, worked off in chunks, each row through the app's own service.

An app says in its registry.py what a list is and what may be done to its rows:

    register_bulk_list(BulkList("customers.customer", _("Customers"), "customers:customer_list", rows, CustomerFilter))
    register_bulk_action(BulkAction("customers.customer", "tag", _("Tag"), "tag", permission, TagForm, tag_row))

The list page hands `bulk=bulk_bar("customers.customer", request.user)` to its Listing, which then shows a box in every row.
"""
