"""`pk__among=[…]`: as `pk__in`, with all keys as one parameter. A thousand keys, each of them a parameter, cost ten milliseconds."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import AutoField, BigAutoField, Lookup

from portcrm.prepared import Place


@AutoField.register_lookup
@BigAutoField.register_lookup
class Among(Lookup):
    """One of these whole numbers; of none, no row, and nothing is asked."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        if not self.rhs:
            raise EmptyResultSet
        column, parameters = self.process_lhs(compiler, connection)
        keys = self.rhs if isinstance(self.rhs, Place) else [int(key) for key in self.rhs]
        return f"{column} = ANY(%s)", [*parameters, keys]
