"""Three years of made-up handled cargo and cargo leads for the demo's made-up customers, statistics and documents received."""

from cargo.demo.documents import seed_documents
from cargo.demo.leads import seed_leads
from cargo.demo.ledger import seed_ledger
from cargo.demo.statistics import seed_statistics
from cargo.demo.targets import seed_targets

__all__ = ["seed_cargo"]


def seed_cargo(rng, users, say) -> None:
    seed_ledger(rng, users, say)
    seed_leads(rng, users, say)
    seed_statistics(rng, users, say)
    seed_targets(rng, users, say)
    seed_documents(users, say)
