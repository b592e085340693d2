from django.urls import path

from cargo.views import customer_tabs, documents, joining, leads, overview, shipments, won_leads

app_name = "cargo"
urlpatterns = [
    path("shipments/", shipments.shipment_list, name="shipment_list"),
    path("shipments/<int:pk>/", shipments.shipment, name="shipment"),
    path("shipments/<int:pk>/correct/", shipments.shipment_correct, name="shipment_correct"),
    path("documents/", documents.document_list, name="document_list"),
    path("documents/new/", documents.document_upload, name="document_upload"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/file/", documents.document_file, name="document_file"),
    path("overview/", overview.overview, name="overview"),
    path("overview/months/", overview.overview_months, name="overview_months"),
    path("overview/classes/", overview.overview_classes, name="overview_classes"),
    path("reconciliation/", overview.reconciliation, name="reconciliation"),
    path("reconciliation/now/", overview.check_now, name="check_now"),
    path("reconciliation/<int:pk>/", overview.check, name="check"),
    path("leads/", leads.lead_list, name="lead_list"),
    path("leads/board/", leads.lead_board, name="lead_board"),
    path("leads/new/", leads.lead_create, name="lead_create"),
    path("leads/<int:pk>/", leads.lead, name="lead"),
    path("leads/<int:pk>/edit/", leads.lead_edit, name="lead_edit"),
    path("leads/<int:pk>/move/", leads.lead_move, name="lead_move"),
    path("leads/twins/", joining.lead_twins, name="lead_twins"),
    path("leads/join/", joining.lead_join, name="lead_join"),
    path("leads/lost/", joining.lost_leads, name="lost_leads"),
    path("leads/<int:pk>/file/", joining.lead_file, name="lead_file"),
    path("leads/<int:pk>/agreed/", won_leads.lead_agreed, name="lead_agreed"),
    path("panels/leads/", leads.panel_leads, name="panel_leads"),
    path("customers/<int:pk>/cargo/", customer_tabs.customer_cargo, name="customer_cargo"),
    path("customers/<int:pk>/cargo/months/", customer_tabs.customer_cargo_months, name="customer_cargo_months"),
    path("customers/<int:pk>/leads/", customer_tabs.customer_leads, name="customer_leads"),
]
