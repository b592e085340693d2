"""The ledger of the sample trial: thirty-two years of oil imports, through the importer everybody uses."""

from cargo.samples.oil_imports import sample_ledger

__all__ = ["sample_ledger"]
