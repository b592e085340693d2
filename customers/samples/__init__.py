"""Real lists from outside: Chinese companies and the importers of the oil ledger."""

from customers.samples.companies import sample_customers

__all__ = ["sample_customers"]
