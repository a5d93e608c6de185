"""`toeleiding ...`: every verb in a module of its own, loaded only when it is asked for."""

import sys
from importlib import import_module

import click

_VERBS = {
    "run": "start alles: database, simulator, worker en web",
    "decide": "beslis over zaken uit een bestand (JSON Lines)",
    "read": "lees antwoorden van registers",
    "intake": "maak dossiers van registerantwoorden en beslis",
    "simulate": "de nagebootste buitenwereld op de echte lijn",
    "demo": "vul de oefenomgeving met verzonnen personen",
    "rebuild": "vouw alle tijdlijnen opnieuw en vergelijk",
    "rules": "regels bekijken, uitvoeren en van kracht maken",
    "exchange": "stand van de uitwisseling",
    "check": "kijk na of alles klaar staat, en wat je moet doen",
    "worker": "de werker die vragen verstuurt en 's nachts nakijkt",
}


class _Verbs(click.Group):
    """Loads `toeleiding.cli.<verb>` when it is used, so that `decide` never waits for Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        command = import_module(f"toeleiding.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Opdrachten"):
            formatter.write_dl(list(_VERBS.items()))


@click.group(cls=_Verbs, help="Toeleiding nieuwkomers: van inburgering naar werk, samen met VDAB.")
def toeleiding() -> None:
    """All verbs. Each one that changes something for others is dry unless `--apply` is given."""


def main(arguments: list[str] | None = None) -> None:
    """The program. Every wrong call ends with one Dutch sentence that says what to do, and status 2."""
    try:
        status = toeleiding(args=arguments, prog_name="toeleiding", standalone_mode=False)
    except click.ClickException as error:
        click.echo(dutch(error), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Gestopt.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def dutch(error: click.ClickException) -> str:
    """The sentence for a wrong call; our own sentences pass unchanged."""
    helped = " Zie `toeleiding --help`."
    if isinstance(error, click.NoSuchOption):
        return f"De optie {error.option_name} bestaat niet.{helped}"
    if isinstance(error, click.MissingParameter):
        return f"Er ontbreekt iets: geef {_name(error)} mee.{helped}"
    if isinstance(error, click.BadOptionUsage):
        return f"De optie {error.option_name} heeft een waarde nodig.{helped}"
    if isinstance(error, click.BadParameter):
        return f"De waarde bij {_name(error)} klopt niet. {_wanted(error.param)}{helped}"
    if isinstance(error, click.FileError):
        return f"Het bestand {error.ui_filename} kan niet geopend worden. Kijk de naam en de rechten na."
    if isinstance(error, click.UsageError):
        if error.message.startswith("No such command"):
            known = ", ".join(_VERBS)
            return f"Deze opdracht bestaat niet. Kies uit: {known}."
        if error.message.startswith(("Missing command", "Got unexpected")):
            return f"Deze aanroep klopt niet.{helped}"
    return error.message


def _wanted(param: click.Parameter | None) -> str:
    """What may stand there; click itself says it in English."""
    match param.type if param else None:
        case click.Choice(choices=choices):
            return f"Kies uit {', '.join(str(each) for each in choices)}."
        case click.IntRange(min=low, max=high) if low is not None and high is not None:
            return f"Geef een geheel getal van {low} tot en met {high}."
        case click.IntRange(min=low) if low is not None:
            return f"Geef een geheel getal vanaf {low}."
        case click.types.IntParamType():
            return "Geef een geheel getal."
        case click.Path() | click.File():
            return "Kijk na of dit bestand of deze map bestaat en of je ze mag lezen."
        case _:
            return "Kijk de waarde na."


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return error.param_hint if isinstance(error.param_hint, str) else "deze parameter"
    return error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
