"""One step of many operations leaves the tables that the operations one after the other would leave."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from portcrm.one_step import OneStep

pytestmark = pytest.mark.django_db

KEY = ("id", models.BigAutoField(primary_key=True))


def berth():
    return migrations.CreateModel(name="Berth", fields=[KEY, ("name", models.CharField(max_length=20))])


def in_a_quay():
    """A new table, what is added to it and to an older one afterwards."""
    return [
        migrations.CreateModel(name="Quay", fields=[KEY, ("name", models.CharField(max_length=20))]),
        migrations.AddField("quay", "metres", models.IntegerField()),
        migrations.AddIndex("quay", models.Index(fields=["name"], name="quay_by_name")),
        migrations.AddConstraint("quay", models.CheckConstraint(condition=models.Q(metres__gt=0), name="a_quay_is_long")),
        migrations.AddField("berth", "quay", models.ForeignKey("harbour.quay", models.PROTECT, null=True)),
        migrations.AddField("berth", "depth", models.DecimalField(max_digits=4, decimal_places=1, default=0)),
    ]


def run(operations) -> list[tuple[ProjectState, ProjectState]]:
    """The states before and after each operation, which has run in the database."""
    state, steps = ProjectState(), []
    for operation in operations:
        before = state.clone()
        operation.state_forwards("harbour", state)
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("harbour", editor, before, state)
        steps.append((before, state.clone()))
    return steps


def tables() -> dict[str, tuple]:
    """Columns and constraints with indexes of the tables made here."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(name for name in connection.introspection.table_names(cursor) if name.startswith("harbour_")):
            columns = [
                (column.name, column.type_code, column.null_ok) for column in connection.introspection.get_table_description(cursor, table)
            ]
            rules = connection.introspection.get_constraints(cursor, table)
            found[table] = (sorted(columns), sorted(str(sorted(rule.items(), key=str)) for rule in rules.values()))
    return found


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE harbour_berth, harbour_quay CASCADE")


def test_one_step_makes_the_tables_its_operations_make_one_by_one():
    run([berth(), *in_a_quay()])
    one_by_one = tables()
    drop()

    run([berth(), OneStep(in_a_quay())])

    assert list(one_by_one) == ["harbour_berth", "harbour_quay"]
    assert tables() == one_by_one


def test_one_step_can_be_taken_back():
    first = run([berth()])[-1][1]
    before = tables()
    step = OneStep(in_a_quay())
    after = first.clone()
    step.state_forwards("harbour", after)
    with connection.schema_editor(atomic=False) as editor:
        step.database_forwards("harbour", editor, first, after)
    with connection.schema_editor(atomic=False) as editor:
        step.database_backwards("harbour", editor, after, first)

    assert tables() == before
