from django.urls import path

from customers.views import as_of, contacts, customer, customer_create, customer_list, dated, history, home, interactions, reference
from portcrm.files.views import record_files

app_name = "customers"
urlpatterns = [
    path("", customer_list.customer_list, name="customer_list"),
    path("new/", customer_create.customer_create, name="customer_create"),
    path("duplicates/", customer_create.duplicates, name="duplicates"),
    path("<int:pk>/", customer.customer, name="customer"),
    path("<int:pk>/file/", dated.file_tab, name="file_tab"),
    path("<int:pk>/history/", history.history_tab, name="history_tab"),
    path("<int:pk>/as-of/", as_of.file_as_of, name="file_as_of"),
    path("<int:pk>/files/", record_files, {"record": "customers.customer"}, name="files_tab"),
    path("<int:pk>/contacts/", contacts.contacts_tab, name="contacts_tab"),
    path("<int:pk>/contacts/new/", contacts.contact_create, name="contact_create"),
    path("<int:pk>/interactions/new/", interactions.interaction_create, name="interaction_create"),
    path("<int:pk>/follow-ups/new/", interactions.follow_up_create, name="follow_up_create"),
    path("<int:pk>/problems/new/", interactions.problem_create, name="problem_create"),
    path("<int:pk>/section/<slug:key>/", customer.section, name="section"),
    path("<int:pk>/section/<slug:key>/edit/", customer.section_edit, name="section_edit"),
    path("<int:pk>/section/<slug:key>/verify/", customer.verify, name="verify"),
    path("<int:pk>/dated/<slug:key>/", dated.dated, name="dated"),
    path("<int:pk>/dated/<slug:key>/add/", dated.dated_add, name="dated_add"),
    path("problems/<int:pk>/solve/", interactions.problem_solve, name="problem_solve"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/change/<slug:change>/", contacts.contact_change, name="contact_change"),
    path("contacts/<int:pk>/profile/", contacts.profile, name="profile"),
    path("contacts/<int:pk>/observations/", contacts.observation_create, name="observation_create"),
    path("observations/<int:pk>/withdraw/", contacts.observation_withdraw, name="observation_withdraw"),
    path("follow-ups/", interactions.follow_up_list, name="follow_up_list"),
    path("follow-ups/<int:pk>/", interactions.follow_up, name="follow_up"),
    path("follow-ups/<int:pk>/close/", interactions.follow_up_close, name="follow_up_close"),
    path("panels/follow-ups/", home.my_follow_ups, name="my_follow_ups"),
    path("panels/customers/", home.my_customers, name="my_customers"),
    path("code-lists/<slug:key>/", reference.reference, name="reference"),
    path("code-lists/", reference.reference, name="reference_home"),
    path("code-lists/<slug:key>/new/", reference.reference_edit, name="reference_create"),
    path("code-lists/<slug:key>/<int:pk>/", reference.reference_edit, name="reference_edit"),
]
