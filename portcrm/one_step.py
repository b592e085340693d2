"""A migration step that makes many changes of the schema at once."""

from collections.abc import Iterator, Sequence

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

PARTS_OF_A_MODEL = (AddField, AddIndex, AddConstraint)


class OneStep(Operation):
    """`operations` as one: they may change a model each in one way only, for each sees the state after all of them.

    After every single operation Django renders the model and all that are related to it anew, which here means nearly all;
    with seven hundred operations a first start took two minutes of it. A model made in this step is made as it is at its
    end, so what the step adds to it later is in the table already.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, operations: Sequence[Operation]):
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # nothing is rendered while the models change; the first look renders all once
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for operation in self._in_the_database():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for operation in reversed([*self._in_the_database()]):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Change the schema in one step of {len(self.operations)} operations"

    def _in_the_database(self) -> Iterator[Operation]:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
        for operation in self.operations:
            if not (isinstance(operation, PARTS_OF_A_MODEL) and operation.model_name_lower in made):
                yield operation
