"""Company names as search sees them: pure text in, text out."""

from customers.naming.keys import SearchKeys, initials_of, name_key, pinyin_of, search_keys, squash
from customers.naming.simplified import to_simplified

__all__ = ["SearchKeys", "initials_of", "name_key", "pinyin_of", "search_keys", "squash", "to_simplified"]
