"""`gongzhi bench NAME`: run one benchmark of this checkout."""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
from pathlib import Path
from types import ModuleType

import click


@click.command()
@click.argument("name")
@click.option("--quick", is_flag=True, help="A small size, for a first look and for CI.")
@click.option("--cases", type=click.IntRange(min=1), help="How many cases, where the benchmark is one of cases.")
def bench(name: str, quick: bool, cases: int | None) -> None:
    """Run benchmark NAME; its last line is one JSON object whose `figure` is the number it is about."""
    run = _benchmark(name).run
    if cases is not None and "cases" not in inspect.signature(run).parameters:
        raise click.UsageError(f"the benchmark {name} takes no --cases")
    result = run(quick=quick) if cases is None else run(quick=quick, cases=cases)
    click.echo(json.dumps(result, ensure_ascii=False))


def _benchmark(name: str) -> ModuleType:
    import gongzhi

    folder = Path(gongzhi.__file__).resolve().parent.parent / "benchmarks"
    path = folder / f"{name.replace('-', '_')}.py"
    if not path.is_file():
        known = sorted(one.stem.replace("_", "-") for one in folder.glob("[a-z]*.py"))
        raise click.UsageError(f"no benchmark {name!r}; there are: {', '.join(known) or 'none in this installation'}")
    spec = importlib.util.spec_from_file_location(f"benchmarks.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise click.UsageError(f"{path.name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


COMMANDS = (bench,)
