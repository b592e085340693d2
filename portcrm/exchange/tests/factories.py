"""An importer of the tests: departments, the smallest thing the frame has."""

from pathlib import Path

from portcrm.accounts.models import Department
from portcrm.errors import RuleBroken
from portcrm.exchange import parsing
from portcrm.exchange.importing import Importer, ImportField, Problem, WriteResult


class DepartmentImporter(Importer):
    """New codes are created, known ones renamed; "broken" breaks a rule, "odd" is reported as a problem."""

    key = "departments"
    label = "Departments"
    permission = "exchange.import_file"
    chunk_rows = 3
    mends_rows = True
    fields = (
        ImportField("code", "Code", parsing.text_up_to(40), required=True, aliases=("编号", "代码")),
        ImportField("name_zh", "Chinese name", parsing.text_up_to(200), aliases=("名称",)),
        ImportField("name_en", "English name", parsing.text),
        ImportField("size", "Size", parsing.integer, aliases=("人数",)),
        ImportField("since", "Since", parsing.date, aliases=("成立日期",)),
    )
    finished = 0

    def write(self, rows, *, run, by):
        result = WriteResult()
        for row in rows:
            code = row.values["code"]
            if code == "broken":
                raise RuleBroken("This department must not exist.")
            if code == "odd":
                result.problems.append(Problem(row.number, "This code is odd.", "code"))
                continue
            _row, created = Department.objects.update_or_create(
                code=code, defaults={"name_zh": row.values.get("name_zh") or "", "name_en": row.values.get("name_en") or ""}
            )
            result.created += created
            result.updated += not created
        return result

    def finish(self, *, run, by):
        type(self).finished += 1


def make_file(folder: Path, content: bytes | str, name: str = "departments.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
