"""Who may do what with customer files.

Marketing and operations staff keep the files together; customer service reads them and records contact; the manager
does everything; the administrator keeps the reference data; the auditor reads.
"""

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

VIEW_CUSTOMER = "customers.view_customer"
CHANGE_CUSTOMER = "customers.change_customer"
ASSIGN_CUSTOMER = "customers.assign_customer"
EXPORT_CUSTOMER = "customers.export_customer"
IMPORT_CUSTOMER = "customers.import_customer"
VIEW_CONTACT = "customers.view_contact"
VIEW_PERSONAL = "customers.view_personal"
RECORD_PERSONAL = "customers.record_personal"
MERGE_CUSTOMER = "customers.merge_customer"
PLACE_CREDIT_HOLD = "customers.place_credit_hold"
LIFT_CREDIT_HOLD = "customers.lift_credit_hold"
RECORD_INTERACTION = "customers.record_interaction"
MANAGE_REFERENCE = "customers.manage_reference"
RECORD_NEED = "customers.record_need"
CHANGE_CONTRACT = "customers.change_contract"
IMPORT_RECEIVABLES = "customers.import_receivables"
HAND_OUT_PERSONAL = "customers.hand_out_personal"
ERASE_PERSON = "customers.erase_person"

# What it takes to be given a customer, a place in a team, a follow-up or a visit: such work is done by keeping in contact.
TAKE_ON = RECORD_INTERACTION

KEEPERS = frozenset({Role.MARKETING, Role.OPERATIONS, Role.MANAGER})
READERS = KEEPERS | {Role.SERVICE}

MERGING_ENDS = (
    "account manager, department, service tier, key account and status are for `customers.assign_customer` to decide. Without it a "
    "merge keeps what stands in the kept file, and an undoing lists them for somebody who has it. One exception: a merge gives a "
    "file out of the pool the account manager of the other one, and whoever merged takes that back on the same day."
)

PERMISSIONS = (
    Permission(VIEW_CUSTOMER, _("Read customer files"), READERS | {Role.AUDITOR}),
    Permission(CHANGE_CUSTOMER, _("Create and edit customer files"), KEEPERS),
    Permission(ASSIGN_CUSTOMER, _("Decide service tier, key account and account manager"), frozenset({Role.MANAGER})),
    Permission(MERGE_CUSTOMER, _("Merge files of one firm, and undo it"), KEEPERS, note=MERGING_ENDS),
    Permission(PLACE_CREDIT_HOLD, _("Put a customer on credit hold"), KEEPERS),
    Permission(LIFT_CREDIT_HOLD, _("Lift a credit hold"), frozenset({Role.MANAGER})),
    Permission(EXPORT_CUSTOMER, _("Export customer lists"), KEEPERS),
    Permission(IMPORT_CUSTOMER, _("Import customers"), KEEPERS),
    Permission(VIEW_CONTACT, _("Read contacts"), READERS | {Role.AUDITOR}),
    Permission(VIEW_PERSONAL, _("Read the profile of persons in charge"), frozenset({Role.MARKETING, Role.MANAGER})),
    Permission(RECORD_PERSONAL, _("Record observations of persons in charge"), frozenset({Role.MARKETING, Role.MANAGER})),
    Permission(RECORD_INTERACTION, _("Record interactions and follow-ups"), READERS),
    Permission(CHANGE_CONTRACT, _("Keep contracts and prices"), KEEPERS),
    # A file settles what it no longer names and lifts what keeps a customer on hold: nobody whose own customers owe takes it in.
    Permission(IMPORT_RECEIVABLES, _("Take in files of receivables"), frozenset({Role.MANAGER})),
    Permission(MANAGE_REFERENCE, _("Keep channels, regions and code lists"), frozenset({Role.ADMIN})),
    Permission(RECORD_NEED, _("Record the own department's view of a customer"), READERS),
    Permission(HAND_OUT_PERSONAL, _("Take out all we hold about a person as a file"), frozenset({Role.MANAGER})),
    Permission(ERASE_PERSON, _("Erase the data about a person"), frozenset({Role.MANAGER})),
)
