"""The command line ``ansinh``; its commands and their JSON are stable.

Every command has ``--json`` where it prints results; errors go to standard error and the exit code is not zero.
"""

from __future__ import annotations

import sys

import typer

from app.shadowing import ShadowedPackage, guard

application = typer.Typer(
    name="ansinh",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Trợ lý chính sách an sinh: BHYT, trợ cấp xã hội, vay vốn NHCSXH.",
)


def main() -> None:
    """Run the command line; name what is wrong instead of showing a traceback."""
    try:
        guard()
    except ShadowedPackage as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(1) from problem
    from app.cli import commands

    commands.register(application)
    application()
