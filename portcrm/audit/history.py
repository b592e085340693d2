"""Field history by database triggers on the models that are named `@tracked`."""

import pghistory


def tracked(*, exclude: tuple[str, ...] = ()):
    """Record insert, update and delete of a model; fields in `exclude` neither fire the trigger nor are kept."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=list(exclude)) if exclude else pghistory.AnyChange()),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
    )
