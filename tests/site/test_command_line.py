"""Wrong calls of the program end with one Dutch sentence that says what to do."""

import subprocess
import sys

import pytest


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toeleiding", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["beslis"], "Deze opdracht bestaat niet. Kies uit: run, decide"),
        (["decide", "--kleur"], "De optie --kleur bestaat niet."),
        (["demo", "--people", "veel"], "De waarde bij --people klopt niet"),
        (["decide", "--format"], "De optie --format heeft een waarde nodig."),
        (["simulate", "--port", "abc"], "De waarde bij --port klopt niet"),
    ],
)
def test_a_wrong_call_says_what_to_do(arguments: list[str], said: str) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_pure_verbs_do_not_load_django() -> None:
    code = (
        "import sys; from toeleiding.cli import toeleiding;"
        "[toeleiding.get_command(None, verb) for verb in ('decide', 'read', 'simulate')];"
        "assert 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
