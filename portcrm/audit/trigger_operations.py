"""A migration step that adds the history triggers of many models at once."""

from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AddTriggers(Operation):
    """As pgtrigger's AddTrigger, for all first triggers of an app.

    Each single AddTrigger makes Django render every related model anew; with a hundred of them a first migration
    took most of a minute. `triggers` maps lower-case model names to their compiled triggers.
    """

    reversible = True

    def __init__(self, triggers: dict[str, list]):
        self.triggers = triggers

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for name, triggers in self.triggers.items():
            options = state.models[app_label, name].options
            options["triggers"] = [*options.get("triggers", []), *triggers]
        state.reload_models([(app_label, name) for name in self.triggers], delay=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for trigger in self._each():
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for trigger in self._each():
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Create {sum(map(len, self.triggers.values()))} history triggers"

    def _each(self):
        return (trigger for triggers in self.triggers.values() for trigger in triggers)
