"""The entries of cargo in the sidebar."""

from collections import Counter

from portcrm.pages.registry import registry


def test_no_two_entries_of_cargo_share_a_sign():
    signs = Counter(entry.icon for entry in registry.nav if entry.group == "cargo")

    assert [sign for sign, times in signs.items() if times > 1] == []
