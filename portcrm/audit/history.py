"""Field history by database triggers, on the models that say `@tracked`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pghistory
from django.db import models
from pghistory.models import Event


class HistoryEvent(Event):
    """A stored state of a tracked row. Nobody changes or deletes one: a trigger refuses."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Tracking:
    """How a model is tracked: what is left out, and which fields only some people may see."""

    exclude: frozenset[str]
    restricted: Mapping[str, frozenset[str]] = field(default_factory=dict)  # permission name -> field names

    def hidden_from(self, user) -> frozenset[str]:
        """The fields whose history this user may not read."""
        refused = (names for permission, names in self.restricted.items() if not user.has_perm(permission))
        return frozenset().union(*refused)


_tracked: dict[type[models.Model], Tracking] = {}


def tracked(
    *,
    exclude: tuple[str, ...] = (),
    restricted: Mapping[str, tuple[str, ...]] | None = None,
    part_of: str | tuple[str, ...] = (),
    indexes: tuple[models.Index, ...] = (),
) -> Callable[[type[models.Model]], type[models.Model]]:
    """Record insert, update and delete of a model with actor, action and channel, in `<Model>Event`.

    `exclude`: fields that neither fire the trigger nor are stored (facts other apps compute, search keys).
    `restricted`: permission name -> fields whose history only its holders read (personal data).
    `part_of`: the foreign key (or keys) to the record this row is shown with; its states are then found through an index.
    `indexes`: what else the states are looked up by.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        of_record = _indexes(model.__name__.lower(), part_of) if part_of else []
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[*exclude],
            base_model=HistoryEvent,
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="+", related_query_name="+", db_index=True),
            context_field=pghistory.ContextForeignKey(db_index=False),
            append_only=True,
            level=pghistory.Statement,  # one trigger call and one context per statement: bulk writes stay fast
            meta={"indexes": [*of_record, *indexes]} if of_record or indexes else {},
        )(model)
        limits = {permission: frozenset(names) for permission, names in (restricted or {}).items()}
        _tracked[model] = Tracking(exclude=frozenset(exclude), restricted=limits)
        return model

    return decorate


def _indexes(model: str, part_of: str | tuple[str, ...]) -> list[models.Index]:
    keys = {f"{model}_history": part_of} if isinstance(part_of, str) else {f"{model}_history_{key}": key for key in part_of}
    return [models.Index(fields=(key, "pgh_id"), name=name) for name, key in keys.items()]


def tracked_models() -> dict[type[models.Model], Tracking]:
    return dict(_tracked)


def tracking_of(model: type[models.Model]) -> Tracking | None:
    """How this model is tracked, or None where it is not."""
    return _tracked.get(model._meta.concrete_model)
