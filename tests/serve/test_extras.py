"""Whoever installs one extra has all that its door imports: what another extra brings may not be there."""

import ast
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
DOORS = {
    "remote": ("serve.remote", "serve.remote_tokens", "serve.gradio_line", "serve.ray_line"),
    "serve": ("serve.gradio_app", "serve.page", "serve.places", "serve.decoding"),
    "cluster": ("serve.ray_app", "serve.ray_ingress", "serve.ray_replica", "serve.places"),
}


def file_of(module):
    """Of one of ours, by its name; None where it is none."""
    base = ROOT.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def imported(path):
    """What a file imports when it is imported itself: not what its functions do, nor what is for type checkers alone."""
    waiting, found = list(ast.parse(path.read_text(encoding="utf-8")).body), set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names if file_of(f"{node.module}.{alias.name}"))}
        elif isinstance(node, ast.With | ast.Try) or (isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test)):
            waiting += node.body
    return found


def others_of(modules):
    """Packages of others that these import, by themselves or by what they import of ours; and who does."""
    waiting, seen, others = [f"unloop_py.{module}" for module in modules], set(), {}
    while waiting:
        module = waiting.pop()
        if module in seen or (path := file_of(module)) is None:
            continue
        seen.add(module)
        for name in imported(path):
            top = name.partition(".")[0]
            if top == "unloop_py":
                waiting.append(name)
            elif top not in sys.stdlib_module_names:
                others[top] = module
    return others


def installed_by(texts):
    """Names of all that is installed with these requirements."""
    waiting, seen = [Requirement(text) for text in texts], set()
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) in seen:
                continue
            seen.add((wanted.name, extra))
            try:
                needs = [Requirement(text) for text in metadata.requires(wanted.name) or []]
            except metadata.PackageNotFoundError:  # of another platform
                continue
            waiting += [one for one in needs if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {canonicalize_name(name) for name, _ in seen}


@pytest.mark.parametrize("extra", DOORS)
def test_an_extra_brings_what_its_door_imports(extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    there = installed_by([*project["dependencies"], *project["optional-dependencies"][extra]])
    homes = metadata.packages_distributions()
    missing = {name: module for name, module in others_of(DOORS[extra]).items()
               if not any(canonicalize_name(home) in there for home in homes.get(name, [name]))}
    assert missing == {}, f"pip install unloop[{extra}] does not bring them"
