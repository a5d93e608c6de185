"""`toeleiding check`: is everything in place, and what should you do if not?"""

import json
from dataclasses import asdict

import click


@click.command("check", help="Kijk instellingen, database, werker en buitenwereld na. Wijzigt niets.")
@click.option("--json", "as_json", is_flag=True, help="Schrijf JSON.")
def command(as_json: bool) -> int:
    """Print every finding; status 1 when one is wrong."""
    from toeleiding.site.setup import prepare

    prepare()
    from toeleiding.site.check import findings

    found = list(findings())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
    else:
        colours = {"goed": "green", "let op": "yellow", "fout": "red"}
        for finding in found:
            click.echo(click.style(f"{finding.verdict:7}", fg=colours[finding.verdict]), nl=False)
            click.echo(f"{finding.part:14} {finding.said}")
            if finding.advice:
                click.echo(f"{'':21} > {finding.advice}")
    return 1 if any(finding.verdict == "fout" for finding in found) else 0
