from portcrm.exchange.readers.table import Table, TableOptions, open_table

__all__ = ["Table", "TableOptions", "open_table"]
