from django.utils.translation import gettext_lazy as _

from customers.services.merge_rules import register_after_merge, register_merge_rule
from marketing.demo.rankings import seed_rankings
from marketing.filters import RankingQuantityFilter, RankingRowFilter
from marketing.permissions import RUN_RANKING, VIEW_KEY_ACCOUNTS, VIEW_RANKING
from marketing.samples.rankings import rank_sample_years
from marketing.services.merging import MERGE_RULES, renew_standing
from portcrm.audit.events import Told, register_event
from portcrm.exchange.exported import register_export
from portcrm.pages.registry import (
    CreateItem,
    DemoSeed,
    NavItem,
    Panel,
    SampleStep,
    Tab,
    register_create,
    register_demo_seed,
    register_nav,
    register_panel,
    register_sample_step,
    register_tab,
)

register_nav(NavItem("marketing", "dashboard", _("Key accounts"), "marketing:dashboard", "star", 10, VIEW_KEY_ACCOUNTS))
register_nav(NavItem("marketing", "newest_ranking", _("Value ranking"), "marketing:newest_ranking", "trophy", 20, VIEW_RANKING))
register_nav(NavItem("marketing", "run_list", _("Ranking runs"), "marketing:run_list", "history", 30, VIEW_RANKING))
register_nav(NavItem("marketing", "model_list", _("Value model"), "marketing:model_list", "scale", 40, VIEW_RANKING))
register_create(CreateItem("ranking", _("Ranking"), "marketing:run_create", "trophy", RUN_RANKING))
register_tab(Tab("customers.customer", "value", _("Value"), "marketing:customer_value", 40, VIEW_RANKING))
register_panel(Panel("value", _("Customer value"), "marketing:home_value", 30, VIEW_RANKING))
register_demo_seed(DemoSeed("marketing", 40, seed_rankings))
register_sample_step(SampleStep("marketing", 40, rank_sample_years))

register_event("ranking.run", _("Asked for a ranking"), Told(as_of=_("As of"), version=_("Version of the value model")))
register_export("marketing.rankingrow", _("Value ranking"), RankingRowFilter)
register_export("marketing.rankingquantity", _("Ranking by quantity"), RankingQuantityFilter)
register_event("ranking.cancel", _("Cancelled a ranking"))
register_event("ranking.check", _("Checked a ranking against the ledger"), Told(agrees=_("Agrees")))

register_merge_rule(*MERGE_RULES)
register_after_merge(renew_standing)
