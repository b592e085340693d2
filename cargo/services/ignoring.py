"""Rules that keep companies off the desk: made, applied to what waits there, and lifted again."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cargo.enums import CandidateState, RuleKind
from cargo.models import Candidate, IgnoreRule
from cargo.queries.ignoring import RulesInForce, rule_key, rules_in_force
from cargo.services.found import settle_state
from cargo.services.turns import change_rules, hold_names, locked_candidates
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken

PORTION = 500
FIELDS = ("state", "rule", "decided_by", "decided_at", "version")


@action("ignore_rule.make", _("Rule made that ignores companies"))
def make_rule(*, kind: str, text: str, reason: str, by: User) -> IgnoreRule:
    """Ignore a company, or every company with a word, from now on: what waits on the desk goes too. The same rule stands once."""
    text = " ".join(text.split())
    if kind not in RuleKind.values:
        raise RuleBroken(_("Say what the rule applies to."), field="kind")
    if not (key := rule_key(kind, text)):
        raise RuleBroken(_("Write a name or a word."), field="text")
    change_rules()
    rule = IgnoreRule(kind=kind, text=text, key=key, reason=reason.strip(), made_by=by, made_at=now())
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as error:
        raise RuleBroken(_("This rule is in force already."), field="text") from error
    _apply(rule, by)
    return rule


def _apply(rule: IgnoreRule, by: User) -> None:
    """To every candidate that waits; a word may be in many names, so that names alone are read.

    Of two with one folded name one carries the rule that keeps the name away; the other is ignored beside it.
    """
    rules, waiting = RulesInForce.of([rule]), Candidate.objects.open()
    if rule.kind == RuleKind.NAME:
        waiting = waiting.filter(name_key=rule.key)
    hit = [pk for pk, name, key in waiting.values_list("pk", "name", "name_key").iterator() if rules.rule_for(name, key)]
    rows = [row for row in locked_candidates(hit) if row.is_open]
    ruled = Candidate.objects.filter(name_key__in={row.name_key for row in rows}, rule__isnull=False)
    kept_away = set(ruled.values_list("name_key", flat=True))
    for row in rows:
        row.state, row.decided_by, row.decided_at = CandidateState.IGNORED, by, rule.made_at
        row.rule = None if row.name_key in kept_away else rule
        row.version += 1
    Candidate.objects.bulk_update(rows, FIELDS, batch_size=PORTION)


@action("ignore_rule.lift", _("Rule lifted that ignored companies"))
def lift_rule(*, rule: IgnoreRule, by: User) -> int:
    """End a rule; what it kept off the desk comes back, and how many that are. A company seen again meanwhile is there already, and
    one that another rule means as well stays away by that."""
    change_rules()
    rule = IgnoreRule.objects.select_for_update().get(pk=rule.pk)
    if rule.lifted_at:
        raise RuleBroken(_("Somebody has lifted this rule already."))
    rule.lifted_by, rule.lifted_at = by, now()
    rule.save(update_fields=["lifted_by", "lifted_at"])
    kept_away = dict(Candidate.objects.filter(rule=rule).values_list("pk", "name_key"))
    hold_names(kept_away.values())
    rows, others = locked_candidates(kept_away), rules_in_force()
    there = Candidate.objects.filter(name_key__in=[row.name_key for row in rows]).exclude(state=CandidateState.IGNORED)
    taken = set(there.values_list("name_key", flat=True))
    back = []
    for row in rows:
        row.rule = others.rule_for(row.name, row.name_key)
        if row.rule is None and row.name_key not in taken:
            row.state, row.decided_by, row.decided_at = CandidateState.OPEN, None, None
            settle_state(row)
            taken.add(row.name_key)
            back.append(row)
        row.version += 1
    Candidate.objects.bulk_update(rows, FIELDS, batch_size=PORTION)
    return sum(row.is_open for row in back)
