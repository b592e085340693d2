TOKEN_PREFIX = "portcrm_"  # noqa: S105  marks our keys, so that one that leaked into a text is found
