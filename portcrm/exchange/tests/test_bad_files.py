"""Files as people really send them. Each is refused with a sentence that says what to do, or read rightly."""

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from portcrm.exchange.matching import titles
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.readers import TableOptions, archive, formulas, open_table
from portcrm.exchange.readers.formulas import NoResult
from portcrm.exchange.reading import RowParser
from portcrm.exchange.tests.factories import make_file


def read(path: Path, **options) -> tuple[list[str], list[tuple[int, list]]]:
    table = open_table(path, TableOptions(**options))
    return table.columns, list(table.rows())


def refusals(path: Path, **options) -> tuple[str, str]:
    """The sentence in Chinese and in English with which the file is refused."""
    with pytest.raises(FileProblem) as refusal:
        read(path, **options)
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(refusal.value.message))
    return said[0], said[1]


def make_workbook(folder: Path, fill) -> Path:
    folder.mkdir(exist_ok=True)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    fill(book)
    book.close()
    return make_file(folder, content.getvalue(), "book.xlsx")


def make_archive(folder: Path, parts: dict[str, bytes]) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return make_file(folder, content.getvalue(), "book.xlsx")


def grid_of(rows: int, columns: int):
    def grid(book):
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, ["x"] * columns)

    return grid


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\x00" * 100])
def test_an_empty_file(tmp_path, content):
    assert refusals(make_file(tmp_path, content)) == ("文件是空的。", "The file is empty.")


@pytest.mark.parametrize(
    ("head", "zh", "en"),
    [
        (b"%PDF-1.7\n", "PDF 文件", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n", "图片", "a picture"),
        (b"\xff\xd8\xff\xe0", "图片", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Excel（.xls）或加密文件", "an old Excel file (.xls) or one protected by a password"),
        (b"\x1f\x8b\x08", "压缩文件", "a compressed file"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, head, zh, en):
    path = make_file(tmp_path, head + bytes(range(256)), "customers.csv")

    assert refusals(path) == (
        f"这是{zh}，请将表格另存为 .xlsx 或 .csv。",
        f"This is {en}. Please save the table as .xlsx or .csv.",
    )


def test_binary_data(tmp_path):
    assert refusals(make_file(tmp_path, b"MZ\x90\x00\x03\x00\x00"))[1] == (
        "This is not a table: the file holds binary data. Please save the table as .xlsx or .csv."
    )


def test_characters_of_an_unknown_encoding(tmp_path):
    assert refusals(make_file(tmp_path, b"name\n\xff\xff\xfe\n"))[1] == (
        "The characters cannot be read: the file is in neither UTF-8 nor GB18030. Please save it as “CSV UTF-8”."
    )


def test_an_encoding_that_was_chosen_wrongly(tmp_path):
    path = make_file(tmp_path, "名称\n上海\n".encode("gb18030"))

    assert refusals(path, encoding="utf-8-sig") == ("文件编码不是 UTF-8。", "The file is not written in UTF-8.")


def test_a_quotation_mark_that_is_not_closed(tmp_path):
    path = make_file(tmp_path, 'code,name\na,"Gate\nb,Berth\nc,Yard\n')

    assert refusals(path)[1] == ("The table is broken from line 2 on: a quotation mark is not closed, or a cell is far too long.")


def test_a_cell_that_is_far_too_long(tmp_path):
    path = make_file(tmp_path, "code,name\na,Gate\nb," + "x" * 200_000 + "\n")

    assert refusals(path)[1].startswith("The table is broken from line 3 on")


def test_the_longest_cell_of_a_csv_is_a_setting(tmp_path, settings):
    settings.MAX_IMPORT_CELL_CHARACTERS = 10
    fits, too_long = (make_file(tmp_path, f"code,name\na,{'x' * length}\n", f"{length}.csv") for length in (10, 11))

    assert read(fits)[1] == [(2, ["a", "x" * 10])]
    assert refusals(too_long)[1].startswith("The table is broken from line 2 on")


def test_an_archive_that_is_no_workbook(tmp_path):
    assert refusals(make_archive(tmp_path, {"readme.txt": b"hello"}))[1] == (
        "This archive is not an Excel workbook. Please save the table as .xlsx or .csv."
    )


def test_a_workbook_cut_short(tmp_path):
    path = make_workbook(tmp_path, lambda book: book.add_worksheet().write_row(0, 0, ["code"]))
    path.write_bytes(path.read_bytes()[:-400])

    assert refusals(path)[1] == "The workbook is damaged and cannot be opened. Please save it again."


def test_a_workbook_with_broken_parts(tmp_path):
    path = make_archive(tmp_path, {"xl/workbook.xml": b"<workbook", "[Content_Types].xml": b"<"})

    assert refusals(path)[1] == "The workbook is damaged and cannot be opened. Please save it again."


def test_a_workbook_that_unpacks_to_more_than_the_limit(tmp_path, settings):
    settings.MAX_IMPORT_UNPACKED_BYTES = 4 * 1024 * 1024
    path = make_archive(tmp_path, {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (5 * 1024 * 1024)})

    assert path.stat().st_size < 10_000
    assert refusals(path) == (
        "工作簿解压后超过 4 MB，请将表格另存为 CSV。",
        "The workbook would unpack to more than 4 MB. Please save the table as CSV.",
    )


def test_a_workbook_that_lies_about_its_size(tmp_path, settings):
    settings.MAX_IMPORT_UNPACKED_BYTES = 4 * 1024 * 1024
    path = make_archive(tmp_path, {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (5 * 1024 * 1024)})
    true_size, stated_size = struct.pack("<I", 5 * 1024 * 1024), struct.pack("<I", 10)
    path.write_bytes(path.read_bytes().replace(true_size, stated_size))

    assert refusals(path)[1] == "The workbook would unpack to more than 4 MB. Please save the table as CSV."


def test_a_small_workbook_whose_last_cell_lies_in_the_far_corner(tmp_path, settings):
    def two_corners(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "code")
        sheet.write(1_048_575, 16_383, "x")

    assert refusals(make_workbook(tmp_path, two_corners))[1] == (
        "The sheet spans 17,179,869,184 cells; 10,000,000 are allowed. Delete unused rows and columns, or save it as CSV."
    )


def test_the_most_cells_of_a_sheet_are_a_setting(tmp_path, settings):
    settings.MAX_IMPORT_CELLS = 6
    fits, too_many = (make_workbook(tmp_path / name, grid_of(rows, 2)) for name, rows in (("a", 3), ("b", 4)))

    assert len(read(fits)[1]) == 2
    assert refusals(too_many)[1] == "The sheet spans 8 cells; 6 are allowed. Delete unused rows and columns, or save it as CSV."


def test_the_most_merged_cells_of_a_sheet_are_a_setting(tmp_path, settings):
    def merged(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["company", "class"])
        sheet.merge_range(1, 0, 3, 0, "Ocean")
        sheet.write_column(1, 1, ["coal", "ore", "grain"])

    path = make_workbook(tmp_path, merged)
    settings.MAX_IMPORT_MERGED_CELLS = 3
    allowed = read(path)[1]
    settings.MAX_IMPORT_MERGED_CELLS = 2

    assert [cells[0] for _number, cells in allowed] == ["Ocean"] * 3
    assert refusals(path)[1] == "Too many cells of the sheet are merged. Please undo the merging or save the table as CSV."


def test_a_workbook_without_a_visible_sheet_of_cells(tmp_path):
    path = make_workbook(tmp_path, lambda book: (book.add_worksheet("数据"), book.add_worksheet("隐藏").hide()))

    assert refusals(path, sheet="隐藏")[1] == "The workbook has no sheet “隐藏”."


def test_formulas_count_as_the_values_they_show(tmp_path):
    def calculated(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "size"])
        sheet.write(1, 0, "a")
        sheet.write_formula(1, 1, "=6*7", None, 42)

    assert read(make_workbook(tmp_path, calculated)) == (["code", "size"], [(2, ["a", 42.0])])


def uncalculated(book):
    """As a program writes it: formulas, some without a result; 工作表 & 2 is the second sheet."""
    book.add_worksheet("说明").write(0, 0, "另一张表")
    sheet = book.add_worksheet("工作表 & 2")
    sheet.write_row(1, 1, ["code", "size", "name_en"])
    sheet.write_row(2, 1, ["a", 5])
    sheet.write_formula(2, 3, '=IF(1=1,"","x")', None, "")
    sheet.write(3, 1, "b")
    sheet.write_formula(3, 2, '=6*7&"吨"', None, "")
    sheet.write_formula(4, 1, "=说明!A1", None, "")


def strip_text_type(path: Path) -> Path:
    """Formulas of a text keep their kind in Excel's files; a program that does not calculate writes none."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet2.xml"
    parts[name] = parts[name].replace(b'<c r="D3"><f>', b'<c r="D3" t="str"><f>')
    return make_archive(path.parent, parts)


def test_a_formula_without_a_result_is_told_apart_from_an_empty_cell(tmp_path):
    path = strip_text_type(make_workbook(tmp_path, uncalculated))

    columns, rows = read(path, sheet="工作表 & 2")

    assert (columns, rows) == (["code", "size", "name_en"], [(3, ["a", 5.0, ""]), (4, ["b", '=6*7&"吨"', ""]), (5, ["=说明!A1"])])
    assert [[type(cell) is NoResult for cell in cells] for _number, cells in rows] == [[False] * 3, [False, True, False], [True]]


def test_a_formula_without_a_result_is_a_problem_of_its_cell_and_of_no_other(tmp_path, departments):
    path = strip_text_type(make_workbook(tmp_path, uncalculated))
    columns, rows = read(path, sheet="工作表 & 2")

    chunk = RowParser(departments, columns, {"code": 0, "size": 1}, {}).parse(rows)
    unconcerned = RowParser(departments, columns, {"code": 0}, {}).parse(rows)

    told = {number: [(each["column"], each["value"], each["message"]["en"]) for each in found] for number, found in chunk.rejected.items()}
    sentence = "This cell holds a formula without a result. Open the workbook in Excel, save it and take it in again."
    assert told == {4: [("size", '=6*7&"吨"', sentence)], 5: [("code", "=说明!A1", sentence)]}
    assert chunk.rejected[4][0]["message"]["zh"].startswith("此单元格是公式")
    assert ([row.number for row in chunk.rows], [row.number for row in unconcerned.rows]) == ([3], [3, 4])


def test_formulas_are_found_whatever_block_of_the_sheet_they_fall_into(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_BLOCK", 7)

    rows = read(strip_text_type(make_workbook(tmp_path, uncalculated)), sheet="工作表 & 2")[1]

    assert [cells for _number, cells in rows][1:] == [["b", '=6*7&"吨"', ""], ["=说明!A1"]]


def test_a_workbook_that_was_never_calculated_is_refused_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(formulas, "MOST_WITHOUT_RESULT", 1)

    assert refusals(make_workbook(tmp_path, uncalculated), sheet="工作表 & 2") == (
        "工作表中的公式从未计算过，请在 Excel 中打开并保存后重新导入。",
        "The formulas of the sheet were never calculated. Please open it in Excel, save it and take it in again.",
    )


def test_a_merged_cell_counts_for_every_row_it_covers(tmp_path):
    def merged(book):
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, ["公司", "货类"])
        sheet.merge_range(3, 1, 5, 1, "远洋公司")
        sheet.write_column(3, 2, ["煤炭", "矿石", "粮食"])

    assert read(make_workbook(tmp_path, merged)) == (
        ["公司", "货类"],
        [(4, ["远洋公司", "煤炭"]), (5, ["远洋公司", "矿石"]), (6, ["远洋公司", "粮食"])],
    )


def test_dates_of_a_workbook_are_dates(tmp_path):
    def dates(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "since")
        sheet.write_datetime(1, 0, dt.datetime(2024, 2, 29), book.add_format({"num_format": "yyyy/m/d"}))

    assert read(make_workbook(tmp_path, dates))[1] == [(2, [dt.date(2024, 2, 29)])]


def test_a_sheet_of_two_hundred_columns(tmp_path):
    names = [f"column {number}" for number in range(200)]

    columns, rows = read(make_file(tmp_path, ",".join(names) + "\n" + ",".join("x" * 200) + "\n"))

    assert columns == names
    assert rows == [(2, ["x"] * 200)]


def test_repeated_and_missing_column_names_are_told_apart():
    assert titles(["name", "", "name", "name"]) == ["name", "#2", "name (2)", "name (3)"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found_out(tmp_path, encoding, delimiter):
    content = f'名称{delimiter}地址\n"远洋{delimiter}公司"{delimiter}"东大街\n1号"\n'

    assert read(make_file(tmp_path, content.encode(encoding))) == (["名称", "地址"], [(2, [f"远洋{delimiter}公司", "东大街\n1号"])])


def test_line_numbers_count_empty_lines_and_lines_inside_quotes(tmp_path):
    path = make_file(tmp_path, 'code,name\n\na,"two\nlines"\n\nb,one\n')

    assert [number for number, _cells in read(path)[1]] == [3, 6]


def test_windows_line_ends_are_no_part_of_the_cells(tmp_path):
    assert read(make_file(tmp_path, "code,name\r\na,Gate\r\n"))[1] == [(2, ["a", "Gate"])]
