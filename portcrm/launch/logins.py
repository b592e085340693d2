"""The last thing the reader sees at start: the address and the demo log-ins."""

import json
from pathlib import Path

from portcrm.launch.speech import table, width

HEADINGS = ("角色", "Role", "登录邮箱 · Log-in", "密码 · Password")


def banner(address: str, logins: Path | None) -> str:
    """The address; below it the demo log-ins, where there are any."""
    lines = ["", f"PortCRM  {address}", *_logins(logins), "Ctrl-C 停止 · Ctrl-C stops everything", ""]
    rule = "-" * min(100, max(width(line) for text in lines for line in text.splitlines() or [""]))
    return "\n".join([rule, *lines[1:-1], rule])


def _logins(path: Path | None) -> list[str]:
    if path is None or not path.exists():
        return []
    people = json.loads(path.read_text(encoding="utf-8"))
    rows = [(person["role_zh"], person["role"], person["email"], person["password"]) for person in people]
    return [table([HEADINGS, *rows])] if rows else []
