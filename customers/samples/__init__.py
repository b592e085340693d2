"""Real lists from outside: Chinese companies and the importers of the oil ledger."""

from customers.samples.companies import SAMPLE_FILES, sample_customers

__all__ = ["SAMPLE_FILES", "sample_customers"]
