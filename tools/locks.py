"""The locks: `python -m tools.locks [--upgrade]` writes them anew, `problems()` names what is wrong."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
HOW = [
    "--python-version",
    "3.11",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--quiet",
]
# the widest first: the others take its pins
GROUPS = {
    "requirements-dev.lock": ["test", "lint"],
    "requirements-test.lock": ["test"],
    "requirements.lock": [],
}


def main() -> int:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    wishes = sys.argv[1:]
    for lock, groups in GROUPS.items():
        more = [part for group in groups for part in ("--group", group)]
        pins = wishes if lock == "requirements-dev.lock" else ["--constraint", "requirements-dev.lock"]
        compile_lock(uv, "pyproject.toml", *more, *pins, "--output-file", lock)
    compile_lock(uv, "--group", "installer", *wishes, "--output-file", "requirements-uv.lock")
    return 0


def compile_lock(uv: str, *words: str) -> None:
    subprocess.run([uv, "pip", "compile", *HOW, *words], cwd=ROOT, check=True)


def problems() -> str:
    """A lock names no host and no option, and pins every direct dependency inside its range."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [line for lock in sorted(ROOT.glob("requirements*.lock")) for line in foreign_lines(lock)]
    for lock, groups in GROUPS.items():
        wanted = list(project["project"]["dependencies"])
        wanted += [line for group in groups for line in project["dependency-groups"][group]]
        lines += [f"{lock}: {line} is not pinned so" for line in unmet(wanted, ROOT / lock)]
    return "\n".join(lines)


def foreign_lines(lock: Path) -> list[str]:
    lines = enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1)
    return [f"{lock.name}:{n}: {line}" for n, line in lines if "://" in line or line.startswith("-")]


def unmet(wanted: list[str], lock: Path) -> list[str]:
    pins = dict(pin(line) for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    return [line for line in wanted if not is_met(Requirement(line), pins)]


def pin(line: str) -> tuple[str, str]:
    name, _, rest = line.partition("==")
    return name.strip().lower(), rest.split()[0]


def is_met(requirement: Requirement, pins: dict[str, str]) -> bool:
    version = pins.get(requirement.name.lower())
    return version is not None and requirement.specifier.contains(version)


if __name__ == "__main__":
    sys.exit(main())
