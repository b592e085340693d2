"""What the port's code lists show, and how they sort."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering

CODE = Column("code", _("Code"), template="cargo/_cell_entry.html", attribute="pk")
NAMES = (Column("name_zh", _("Name in Chinese")), Column("name_en", _("Name in English")))
STATE = (
    Column("is_active", _("In use"), template="cargo/_cell_in_use.html", value=lambda row: row.is_active),
    Column("is_own", _("Added or changed here"), template="cargo/_cell_own.html", value=lambda row: row.is_own),
)
BY_CODE = (Ordering("code", _("Code"), ("pk",)),)

CARGO_CLASSES = (CODE, *NAMES, Column("hint", pgettext_lazy("cargo class", "Hint"), default=False), *STATE)
CARGO_SUBCLASSES = (CODE, *NAMES, Column("cargo_class", _("Cargo class"), attribute="cargo_class.short"), *STATE)
GOODS_RULES = (
    Column("pattern", _("HS code or word"), template="cargo/_cell_entry.html", ordering="pattern"),
    Column("cargo_class", _("Cargo class"), attribute="cargo_class.short"),
    Column("subclass", _("Sub-class"), attribute="subclass.label"),
    Column("is_general", pgettext_lazy("goods rule", "General word"), template="cargo/_cell_own.html", value=lambda row: row.is_general),
    *STATE,
)
GOODS_RULE_ORDERINGS = (
    Ordering("pattern", _("HS code or word"), ("pattern", "pk")),
    Ordering("newest", _("Newest first"), ("-pk",)),
)
ALIASES = Column("aliases", _("Also written as"), value=lambda row: ", ".join(row.aliases), shape="roomy")
TAKES_TEU = Column("takes_teu", _("May have TEU"), template="cargo/_cell_own.html", value=lambda row: row.takes_teu)
CARGO_FORMS = (CODE, *NAMES, TAKES_TEU, ALIASES, *STATE)
TRADE_KINDS = (CODE, *NAMES, ALIASES, *STATE)
MOVEMENTS = (CODE, *NAMES, ALIASES, *STATE)
UNITS = (
    CODE,
    *NAMES,
    Column("kind", pgettext_lazy("unit", "Counts"), attribute="get_kind_display"),
    Column("tonnes_per_unit", _("Tonnes a unit"), numeric=True),
    Column("teu_per_unit", _("TEU a unit"), numeric=True),
    ALIASES,
    Column("source", pgettext_lazy("unit", "Source of the factor"), default=False),
    *STATE,
)
BY_POSITION = (Ordering("position", _("Order"), ("position", "pk")), Ordering("code", _("Code"), ("pk",)))
PORTS = (
    Column("unlocode", "UN/LOCODE", template="cargo/_cell_entry.html", ordering="unlocode"),
    *NAMES,
    Column("aliases", pgettext_lazy("port", "Also written as"), value=lambda row: row.aliases_text, shape="roomy"),
    *STATE,
)
PORT_ORDERINGS = (Ordering("unlocode", "UN/LOCODE", ("unlocode", "pk")),)
