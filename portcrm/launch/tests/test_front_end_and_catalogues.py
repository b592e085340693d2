"""Third-party files are copied by name; catalogues are compiled when they are stale."""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import polib
import pytest

from portcrm.launch import catalogues, frontend
from portcrm.launch.places import ROOT
from portcrm.launch.speech import Trouble

OUTLINE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" class="icon">'
    '<path stroke="none" d="M0 0h24v24H0z" fill="none"/><path d="M4 18l-1 -5h18l-2 4"/></svg>'
)


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    modules = tmp_path / "node_modules"
    icons = modules / "@tabler" / "icons" / "icons" / "outline"
    icons.mkdir(parents=True)
    (icons / "ship.svg").write_text(OUTLINE)
    (modules / "lib").mkdir()
    (modules / "lib" / "lib.min.js").write_text("let a=1;\n//# sourceMappingURL=lib.min.js.map\n")
    (modules / "lib" / "lib.min.css").write_text("a{b:c}\n/*# sourceMappingURL=lib.min.css.map */")
    return modules


def test_named_files_are_copied_without_the_address_of_their_source_map(modules: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "no-longer-named.js").touch()

    frontend.copy_files(modules, {"a.js": "lib/lib.min.js", "a.css": "lib/lib.min.css"}, ["ship"], vendor)

    contents = {path.name: path.read_text() for path in vendor.iterdir() if path.suffix != ".svg"}
    assert contents == {"a.js": "let a=1;\n", "a.css": "a{b:c}\n"}


def test_the_sprite_holds_each_named_icon_once_and_drops_the_empty_canvas(modules: Path) -> None:
    drawing = ElementTree.fromstring(frontend.sprite(modules / "@tabler/icons/icons", ["ship", "ship"]))

    symbols = [(symbol.attrib, [shape.attrib for shape in symbol]) for symbol in drawing]

    assert symbols == [({"id": "ship", "viewBox": "0 0 24 24", "fill": "none", "stroke": "currentColor"}, [{"d": "M4 18l-1 -5h18l-2 4"}])]


def test_an_icon_that_does_not_exist_is_refused_by_name(modules: Path, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"have no submarine\.svg"):
        frontend.copy_files(modules, {}, ["submarine"], tmp_path / "vendor")


def test_every_listed_file_comes_from_a_locked_package_without_an_address() -> None:
    listed = json.loads((ROOT / "portcrm" / "launch" / frontend.LIST).read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = tuple(f"{name}/" for name in locked if name)

    strangers = [source for source in listed["files"].values() if not f"node_modules/{source}".startswith(packages)]

    assert strangers == []
    assert [name for name, entry in locked.items() if "resolved" in entry] == []


def test_a_catalogue_is_compiled_when_it_is_newer_than_what_was_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.append(polib.POEntry(msgid="Customer", msgstr="客户"))
    catalogue.append(polib.POEntry(msgid="Vessel", msgstr="船", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Berth"))
    po = folder / "django.po"
    catalogue.save(str(po))

    first, second = catalogues.compile_stale(tmp_path), catalogues.compile_stale(tmp_path)
    os.utime(po, ns=(po.with_suffix(".mo").stat().st_mtime_ns + 1,) * 2)

    assert (first, second) == ([po], [])
    assert catalogues.mo_is_stale(po)
    assert [(entry.msgid, entry.msgstr) for entry in polib.mofile(str(po.with_suffix(".mo")))] == [("Customer", "客户")]
    assert catalogues.untranslated(po) == ["django.po: Vessel", "django.po: Berth"]
