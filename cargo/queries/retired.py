"""Cargo classes out of use: old files may name them, and somebody should know when one does."""

from django.db.models import Count

from cargo.models import CargoClass, Shipment, StatisticValue

OF_ROW = {Shipment: "cargo_class", StatisticValue: "series__cargo_class"}


def retired_in_import(run_id: int, model: type[Shipment | StatisticValue]) -> list[tuple[CargoClass, int]]:
    """Classes out of use that rows of an import have brought in anew, by code, each with how many rows. One question where none is."""
    retired = {one.pk: one for one in CargoClass.objects.filter(is_active=False).order_by("code")}
    if not retired:
        return []
    name = OF_ROW[model]
    rows = model._default_manager.filter(**{"import_run_id": run_id, f"{name}__in": retired}).order_by()
    found = dict(rows.values_list(name).annotate(Count("pk")))
    return [(one, found[key]) for key, one in retired.items() if key in found]
