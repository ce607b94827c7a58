"""`gongzhi papers …`: the font and the templates of official papers."""

from __future__ import annotations

from pathlib import Path

import click

from gongzhi.papers.states import PaperKind

_KIND = click.Choice([one.value for one in PaperKind])


@click.group()
def papers() -> None:
    """See in which font official papers are printed, and what they say."""


@papers.command()
def font() -> None:
    """Tell which font papers are printed in; refuse where there is none."""
    from gongzhi.papers.printing import fonts_in_use

    found = fonts_in_use()
    click.echo(str(found.regular))
    if found.bold is not None:
        click.echo(str(found.bold))


@papers.group()
def template() -> None:
    """Show the template of a kind of paper, or put the city's own in its place."""


@template.command()
@click.argument("kind", type=_KIND)
def show(kind: str) -> None:
    """Print the template of KIND that is in force."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.papers.queries import template_text

    click.echo(template_text(PaperKind(kind), at=wall_clock()), nl=False)


@template.command()
@click.argument("kind", type=_KIND)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def put(kind: str, file: Path) -> None:
    """Let papers of KIND say from now on what FILE (UTF-8) says; it is checked first."""
    from gongzhi.kernel.actor import Actor, ActorKind
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.papers import operations, queries
    from gongzhi.people.states import Post

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise operations.TemplateWrong(line=0, why="not-utf-8", what=file.name) from fault
    terminal = Actor(id="terminal", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)
    operations.put_template(PaperKind(kind), text, seen=queries.edition(), by=terminal, at=wall_clock())


COMMANDS = (papers,)
