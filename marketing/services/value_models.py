"""Versions of the ranking's rules: drafted, put in force, retired; never changed once they were in force."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from marketing.enums import CriterionKey, ModelState
from marketing.models import ModelWeight, ValueModel
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import EditConflict, conflicts_of, set_changes
from portcrm.errors import RuleBroken

FIRST_WEIGHTS = {
    CriterionKey.TONNES: Decimal(25),
    CriterionKey.REVENUE: Decimal(20),
    CriterionKey.CONTRIBUTION: Decimal(20),
    CriterionKey.GROWTH: Decimal(10),
    CriterionKey.RECENCY: Decimal(10),
    CriterionKey.SATISFACTION: Decimal(15),
}
WEIGHTS = {f"weight_{key}": key for key in CriterionKey}  # how forms name the weight of a criterion
RULES = ("scaling", "window_months", "class_measure", "a_until", "b_until", "note")


@action("value_model.draft", _("Drafted a value model"))
def draft_value_model(*, by: User, based_on: ValueModel | None = None, note: str = "") -> ValueModel:
    """A new draft with the rules and weights of `based_on`, or with the first weights where there is none."""
    ValueModel.objects.select_for_update().order_by("pk").first()  # one numberer at a time
    version = (ValueModel.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    rules = {name: getattr(based_on, name) for name in RULES} if based_on else {}
    model = ValueModel.objects.create(**{**rules, "version": version, "note": note, "created_by": by})
    weights = {w.criterion: w.weight for w in based_on.weights.all()} if based_on else {}
    ModelWeight.objects.bulk_create(
        ModelWeight(model=model, criterion=key, weight=weights.get(key, Decimal(0)) if weights else first)
        for key, first in FIRST_WEIGHTS.items()
    )
    return model


@action("value_model.edit", _("Edited a value model"))
def edit_value_model(*, model: ValueModel, changes: Mapping[str, Any], seen: Mapping[str, object] | None = None, by: User) -> ValueModel:
    """Change rules and weights (`weight_tonnes` …) of a draft; versions that were in force stay as they are.

    What somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    seen = seen or {}
    model = ValueModel.objects.select_for_update().get(pk=model.pk)
    if not model.is_draft:
        raise RuleBroken(_("This version has been in force and is kept as it was. Draft a new version instead."))
    rules = {name: value for name, value in changes.items() if name not in WEIGHTS}
    weights = {f"weight_{weight.criterion}": weight for weight in model.weights.all()}
    _refuse_conflicts(model, weights, rules=rules, changes=changes, seen=seen)
    model.save(update_fields=set_changes(model, changes=rules, seen=seen))
    for name, weight in weights.items():
        if name in changes:
            weight.save(update_fields=set_changes(weight, changes={"weight": changes[name]}, seen={}))
    return model


def _refuse_conflicts(model: ValueModel, weights: Mapping[str, ModelWeight], *, rules, changes, seen) -> None:
    """Rules and weights lie in several rows; the editor is told of all conflicts at once."""
    conflicts = conflicts_of(model, changes=rules, seen=seen)
    for name in changes.keys() & seen.keys() & weights.keys():
        found = conflicts_of(weights[name], changes={"weight": changes[name]}, seen={"weight": seen[name]})
        conflicts += [dataclasses.replace(one, field=name) for one in found]
    if conflicts:
        raise EditConflict(sorted(conflicts, key=lambda one: list(changes).index(one.field)))


@action("value_model.put_in_force", _("Put a value model in force"))
def put_in_force(*, model: ValueModel, at: dt.datetime, by: User) -> ValueModel:
    """The draft becomes the version by which customers are ranked; the one before is retired."""
    versions = {version.pk: version for version in ValueModel.objects.select_for_update().order_by("pk")}  # one decider at a time
    model = versions[model.pk]
    if not model.is_draft:
        raise RuleBroken(_("Only a draft can be put in force."))
    total = sum((w.weight for w in model.weights.all()), Decimal(0))
    if total != 100:
        raise RuleBroken(_("The weights must add up to 100 per cent; now they add up to %(total)s.") % {"total": total})
    for version in versions.values():
        if version.state == ModelState.IN_FORCE:
            version.state, version.retired_at = ModelState.RETIRED, at
            version.save(update_fields=["state", "retired_at"])
    model.state, model.in_force_since, model.in_force_by = ModelState.IN_FORCE, at, by
    model.save(update_fields=["state", "in_force_since", "in_force_by"])
    return model


@action("value_model.discard", _("Discarded a draft of a value model"))
def discard_draft(*, model: ValueModel, by: User) -> None:
    """Remove a draft nobody used; its history stays."""
    model = ValueModel.objects.select_for_update().get(pk=model.pk)
    if not model.is_draft:
        raise RuleBroken(_("Only a draft can be discarded."))
    model.delete()
