"""Write who may do what as a table: `./run permission_table > docs/permissions.md`."""

from django.core.management.base import BaseCommand
from django.utils import translation

from portcrm.accounts.roles import Role, all_permissions

HEAD = """# Who may do what

Made by `./run permission_table > docs/permissions.md` from each app's permissions.py; a test compares it with the code.
Two roles of one person add up. Which rows a permission covers is for each record's visible_to() to say.
"""


class Command(BaseCommand):
    help = "Print the table of roles and permissions as Markdown."
    requires_system_checks = ()

    def handle(self, *args, **options) -> None:
        with translation.override("en"):
            self.stdout.write("\n".join(table_lines()))


def table_lines() -> list[str]:
    """The document, line by line: for each app one table, and what is to be said of its permissions below it."""
    lines, notes, app = [HEAD], [], ""
    for name, permission in sorted(all_permissions().items()):
        if name.partition(".")[0] != app:
            lines += _below(notes)
            app, notes = name.partition(".")[0], []
            lines += [f"\n## {app}\n", f"| | | {' | '.join(str(role.label) for role in Role)} |", f"|---|---|{'---|' * len(Role)}"]
        marks = " | ".join("yes" if role in permission.roles else "–" for role in Role)
        lines.append(f"| {permission.label} | `{name}` | {marks} |")
        notes += [f"- `{name}`: {permission.note}"] if permission.note else []
    return lines + _below(notes)


def _below(notes: list[str]) -> list[str]:
    return ["", *notes] if notes else []
