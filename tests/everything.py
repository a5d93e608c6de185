"""`make test`: formatting, lint, types, floors, leaks, migrations and all tests, one after the other.

Each check prints one line; what fails prints its output. Status 1 when anything failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

PYTEST = [str(BIN / "pytest"), "-q", "-n", "2", "--dist", "loadfile"]
NO_DATABASE = {"TOELEIDING_NO_DATABASE": "1"}
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("opmaak", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], {}),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."], {}),
    ("verdiepingen", [str(BIN / "lint-imports")], {}),
    ("types", [str(BIN / "mypy")], NO_DATABASE),
    ("sjablonen", [str(BIN / "djlint"), "--lint", "--quiet", "src"], {}),
    ("migraties", [str(BIN / "python"), "-m", "django", "makemigrations", "--check", "--dry-run"], {}),
    ("tests", [*PYTEST, "-m", "not browser", "--create-db"], {}),
    # Apart: the browser driver keeps an event loop in its process, in which Django refuses to touch a database.
    ("in de browser", [*PYTEST, "-m", "browser"], {}),
]


def main() -> int:
    """Run every check and say how long each took."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "toeleiding.site.settings",
        "TOELEIDING_HOME": os.environ.get("TOELEIDING_HOME", str(ROOT / "var" / "test")),
        "PYTHONWARNINGS": "default",
    }
    failed = []
    for name, command, more in CHECKS:
        begun = time.monotonic()
        print(f"== {name}", flush=True)  # noqa: T201
        status = subprocess.run(command, cwd=ROOT, env={**environment, **more}, check=False).returncode
        print(f"   {'goed' if status == 0 else 'MISLUKT'} in {time.monotonic() - begun:.0f} s", flush=True)  # noqa: T201
        if status:
            failed.append(name)
    print(f"Mislukt: {', '.join(failed)}." if failed else "Alles is goed.", flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
