"""Known vulnerabilities in what the locks install: a report, which says so when it could not look.

Behind a mirror pip-audit may skip every package and still find "no known vulnerabilities"; skipped is not looked at.
"""

import json
import subprocess
import sys
from pathlib import Path

LAUNCH = Path(__file__).resolve().parents[1] / "portcrm" / "launch"


def main() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        for line in report(lock):
            print(line)  # noqa: T201


def report(lock: str) -> list[str]:
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "--format", "json"]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, "--progress-spinner", "off", "--requirement", str(LAUNCH / lock)],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        packages = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return [f"pip-audit could not look at {lock}: no answer within 240 s"]
    except (ValueError, KeyError):
        reason = done.stderr.strip().splitlines()[-1:] or ["no output"]
        return [f"pip-audit could not look at {lock}: {reason[0]}"]
    return lines(lock, packages)


def lines(lock: str, packages: list[dict]) -> list[str]:
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [(package, known) for package in packages for known in package.get("vulns", [])]
    told = [f"{package['name']} {package['version']}: {known['id']}, fixed in {known['fix_versions']}" for package, known in found]
    told.append(f"pip-audit looked at {len(packages) - len(skipped)} of {len(packages)} packages of {lock}: {len(found)} known problems")
    return [*told, f"could not look at: {', '.join(skipped)}"] if skipped else told


if __name__ == "__main__":
    main()
