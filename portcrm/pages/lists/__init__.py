"""Lists that stay fast at any size.

    listing = Listing(request, record="customers.customer", queryset=Customer.objects.visible_to(request.user).for_list(),
                      filterset_class=CustomerFilter, columns=COLUMNS, orderings=ORDERINGS,
                      empty=Empty(_("No customers yet"), _("Add the first one or import a file."), _("New customer"), url),
                      presets=(Preset("mine", _("My customers"), "manager=me"),), export_permission="customers.export_customer")
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/customer_list.html", {"listing": listing}, fragments=listing.fragments)

The template: {% extends "pages/list.html" %} and fills the blocks title, actions (buttons at top right) and lead (text above).
Filters: a filter named `q` becomes the search box of the list, all others sit behind "Filter" and show as chips when set.
Paging is by keyset (?after=, ?before=), so page 1,000 costs what page 1 costs; counting stops at 1,000 until asked (?exact=1).
`bulk` puts a box into every row and a bar below (portcrm.bulk.actions.bulk_bar); `looks` are other ways to show the same rows, chosen
by ?look=; `preview=True` opens <record>/preview/ beside the list; `keeps_default` lets each person choose the view it opens with;
`walks=True` lets the page of a row lead to the rows before and after it (`neighbour`);
`source=Source(…)` in the place of queryset, columns, orderings and reads has the pages compiled once (lists/sources.py);
`editable` names the fields this reader may change in their cells, at <record>/cell/<field>/.
Queries: the rows, the count (none when the first page holds everything), the saved views.
"""

import portcrm.pages.lists.among  # noqa: F401  the lookup is there as soon as a list is
from portcrm.pages.lists.addressed import IN_LIST
from portcrm.pages.lists.columns import Column, Empty, Look, Preset
from portcrm.pages.lists.keyset import Ordering
from portcrm.pages.lists.listing import Listing

__all__ = ["IN_LIST", "Column", "Empty", "Listing", "Look", "Ordering", "Preset"]
