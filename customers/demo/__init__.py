"""Made-up customer files for the demo: every firm, person and figure is invented and recognisable as such."""

from customers.demo.seed import seed_customers

__all__ = ["seed_customers"]
