"""The ledger of the sample trial: thirty-two years of oil imports, through the importer everybody uses."""

from cargo.samples.oil_imports import SAMPLE_FILES, sample_ledger

__all__ = ["SAMPLE_FILES", "sample_ledger"]
