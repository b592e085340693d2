"""What may be shown: small groups stay hidden, few answers are called indicative."""

from collections.abc import Mapping


def hidden_groups(sizes: Mapping[str, int], minimum: int = 5) -> frozenset[str]:
    """Groups that must not be shown one by one.

    A group below `minimum` answers is hidden. Where the hidden ones together stay below `minimum`, the smallest shown
    group is hidden as well: otherwise the total less the shown groups would give them away. Empty groups say nothing
    and count as hidden without hiding others.
    """
    hidden = {group for group, size in sizes.items() if size < minimum}
    for group, _size in sorted(sizes.items(), key=lambda pair: (pair[1], pair[0])):
        remainder = sum(sizes[name] for name in hidden)
        if remainder == 0 or remainder >= minimum:
            break
        hidden.add(group)
    return frozenset(hidden)


def is_indicative(n: int, threshold: int = 30) -> bool:
    """Fewer answers than `threshold` point in a direction and prove nothing."""
    return n < threshold
