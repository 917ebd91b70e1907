"""The reference of the command line, as Markdown, from the commands themselves."""

from collections.abc import Iterator

import click

from frontdesk.cli.main import cli
from frontdesk.cli.settings import ALL
from frontdesk.cli.soak import TERMINATED, soak
from frontdesk.cli.stops import FAILED, WRONG_SETTING
from frontdesk.config import FILE, SETTINGS

# As it is typed in a checkout.
PROGRAM = "./start"
BY_NAME = {setting.name: setting for setting in SETTINGS}

# What a command ends with besides what every command may end with.
MORE_CODES = {soak: [TERMINATED]}

Command = tuple[tuple[str, ...], click.Command]


def commands() -> str:
    """All of them, each with a heading of its own."""
    return "\n".join(line for words, one in walked(cli) for line in _described(words, one))


def walked(group: click.Group, *words: str) -> Iterator[Command]:
    """Every group and command below this one, with the words that are typed for it."""
    for name, one in group.commands.items():
        yield (*words, name), one
        if isinstance(one, click.Group):
            yield from walked(one, *words, name)


def codes(one: click.Command) -> list[int]:
    """What it may end with."""
    told = {0, FAILED, click.UsageError.exit_code, *MORE_CODES.get(one, ())}
    if any(option.name == FILE.name for option in one.params):
        told.add(WRONG_SETTING)
    return sorted(told)


def _described(words: tuple[str, ...], one: click.Command) -> Iterator[str]:
    yield f"{'#' * (len(words) + 1)} {' '.join(words)}\n"
    usage = one.collect_usage_pieces(click.Context(one))
    yield f"    {' '.join([PROGRAM, *words, *usage])}\n"
    yield from (part.replace("\n", " ") + "\n" for part in (one.help or "").split("\n\n"))
    if isinstance(one, click.Group):
        return
    options = [option for option in one.params if isinstance(option, click.Option)]
    names = {option.name for option in options}
    if names >= {*ALL}:
        yield (
            "It takes every [setting of the server](settings.md#settings-of-the-server), as a flag,"
            " a variable or in a file.\n"
        )
        options = [one for one in options if one.name not in {*ALL, FILE.name}]
    if options:
        yield "| option | variable | default | takes | what it is for |"
        yield "| --- | --- | --- | --- | --- |"
        yield from map(_row, options)
        yield ""
    yield f"Exit codes: {', '.join(map(str, codes(one)))}.\n"


def _row(option: click.Option) -> str:
    variable, default, takes, help = _told(option)
    flags = ", ".join(f"`{flag}`" for flag in option.opts)
    cells = (flags, variable, default, takes, help.replace("|", "\\|"))
    return f"| {' | '.join(cell or '–' for cell in cells)} |"


def _told(option: click.Option) -> tuple[str, str, str, str]:
    """Variable, default, what it takes, and what it is for."""
    if option.name == FILE.name:
        return f"`{FILE.variable}`", "", "the path of a file", FILE.help
    setting = BY_NAME.get(option.name or "")
    if setting is not None:
        default = setting.default_in({})
        shown = f"`{default}`" if default else ""
        unit = f" ({setting.unit})" if setting.unit else ""
        return f"`{setting.variable}`", shown, setting.kind.wanted + unit, setting.help
    # A default that is no value stands behind the help.
    help, _, unsaid = (option.help or "").partition("  [default: ")
    is_shown = option.show_default and option.default is not None
    default = f"{option.default:g}" if isinstance(option.default, float) else f"{option.default}"
    return "", f"`{default}`" if is_shown else unsaid.rstrip("]"), _taken(option), help


def _taken(option: click.Option) -> str:
    match option.type:
        case _ if option.is_flag:
            return "nothing"
        case click.Choice(choices=choices):
            return ", ".join(f"`{choice}`" for choice in choices)
        case click.IntRange() | click.FloatRange() as bounded:
            whole = "a whole number" if isinstance(bounded, click.IntRange) else "a number"
            most = f" to {bounded.max:g}" if bounded.max is not None else " on"
            return f"{whole} from {bounded.min:g}{most}"
        case click.types.IntParamType():
            return "a whole number"
        case click.Path():
            return "a path"
        case _:
            return f"`{option.make_metavar(click.Context(click.Command('')))}`"
