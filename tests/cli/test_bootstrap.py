"""What scripts/unloop and scripts/test do before unloop itself runs."""

import ast
import os
import re
import runpy
import subprocess
import sys
import tomllib
from importlib import metadata
from importlib.machinery import SourceFileLoader
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from unloop_py.evaluation import packages

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = ("evaluation", "serve", "cluster", "tests")
NAME = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    text = (ROOT / "scripts" / file).read_text(encoding="utf-8")
    return {normal(name): version for name, version in NAME.findall(text)}


def load():
    loader = SourceFileLoader("_bootstrap", str(ROOT / "scripts" / "_bootstrap.py"))
    module = module_from_spec(spec_from_loader("_bootstrap", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The bootstrap on a folder of its own, with what it would run written down and not run."""
    module = load()
    (tmp_path / "scripts").mkdir()
    (tmp_path / "unloop_py" / "engine").mkdir(parents=True)
    for path in (ROOT / "pyproject.toml", *(ROOT / "scripts").glob("*.lock")):
        copy = tmp_path / path.relative_to(ROOT)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "unloop_py" / "engine" / "engine.py").write_text("")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "unloop-stamp.json")
    monkeypatch.setattr(module, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "LOCKS", [tmp_path / "scripts" / path.name for path in module.LOCKS])
    monkeypatch.setattr(module, "EXTRA_LOCKS", {extra: tmp_path / "scripts" / path.name for extra, path in module.EXTRA_LOCKS.items()})
    monkeypatch.setattr(module, "apt_install", lambda package: False)
    module.ran = []

    def run(command, failure):
        module.ran.append(command)
        if "venv" in command:
            make_venv(tmp_path / ".venv", ".".join(map(str, sys.version_info[:3])))

    monkeypatch.setattr(module, "run", run)
    return module


def make_venv(folder: Path, version: str) -> None:
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").write_text("")
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")


def kinds(module) -> list[str]:
    """What was run, in a word each."""
    words = {"venv": "venv", "-r": "lock", "-e": "unloop", module.COMPILE: "engine"}
    found = [next(word for mark, word in words.items() if mark in command) for command in module.ran]
    module.ran.clear()
    return found


def test_the_first_start_makes_everything_and_the_second_nothing(bootstrap) -> None:
    bootstrap.prepare()
    assert kinds(bootstrap) == ["venv", "lock", "lock", "unloop", "engine"]
    bootstrap.prepare()
    assert kinds(bootstrap) == []


def test_a_changed_lock_installs_again_and_a_changed_engine_only_compiles(bootstrap) -> None:
    bootstrap.prepare()
    kinds(bootstrap)
    bootstrap.LOCKS[0].write_text(bootstrap.LOCKS[0].read_text() + "another==1.0\n")
    bootstrap.prepare()
    assert kinds(bootstrap) == ["lock", "lock", "unloop", "engine"]
    (bootstrap.ROOT / "unloop_py" / "engine" / "engine.py").write_text("changed = True\n")
    bootstrap.prepare()
    assert kinds(bootstrap) == ["engine"]


@pytest.mark.parametrize("extra", ["evaluation", "serve", "cluster", "tests"])
def test_an_extra_is_installed_when_first_asked_for_and_not_for_playing(bootstrap, extra) -> None:
    bootstrap.prepare()
    kinds(bootstrap)
    bootstrap.prepare([extra])
    assert bootstrap.ran[0][-3:] == ["--no-deps", "-r", str(bootstrap.EXTRA_LOCKS[extra])]
    assert kinds(bootstrap) == ["lock"]
    bootstrap.prepare([extra])
    bootstrap.prepare()
    assert kinds(bootstrap) == []
    bootstrap.EXTRA_LOCKS[extra].write_text("another==1.0\n")
    bootstrap.prepare()
    assert kinds(bootstrap) == []
    bootstrap.prepare([extra])
    assert kinds(bootstrap) == ["lock"]


def test_an_interrupted_install_is_taken_up_again(bootstrap, monkeypatch) -> None:
    run = bootstrap.run

    def interrupted(command, failure):
        if "-r" in command:
            raise KeyboardInterrupt
        run(command, failure)

    monkeypatch.setattr(bootstrap, "run", interrupted)
    with pytest.raises(SystemExit) as stopped, bootstrap.interruptible():
        bootstrap.prepare()
    assert stopped.value.code == 2
    monkeypatch.setattr(bootstrap, "run", run)
    kinds(bootstrap)
    bootstrap.prepare()
    assert kinds(bootstrap) == ["lock", "lock", "unloop", "engine"]


@pytest.mark.parametrize("version", ["3.10.13", "3.14.0"])
def test_an_environment_of_a_python_that_will_not_do_is_made_anew(bootstrap, version) -> None:
    make_venv(bootstrap.VENV, version)
    bootstrap.prepare()
    assert kinds(bootstrap)[0] == "venv"


def test_a_folder_that_was_moved_is_installed_again(bootstrap, tmp_path, monkeypatch) -> None:
    bootstrap.prepare()
    kinds(bootstrap)
    moved = tmp_path.parent / (tmp_path.name + "-moved")
    tmp_path.rename(moved)
    for name in ("ROOT", "VENV", "STAMP", "VENV_PYTHON"):
        path = getattr(bootstrap, name)
        monkeypatch.setattr(bootstrap, name, moved / path.relative_to(tmp_path))
    monkeypatch.setattr(bootstrap, "LOCKS", [moved / path.relative_to(tmp_path) for path in bootstrap.LOCKS])
    bootstrap.prepare()
    assert "unloop" in kinds(bootstrap)


def test_without_rights_the_missing_library_is_one_line_to_type(bootstrap, monkeypatch, capsys) -> None:
    monkeypatch.setattr(bootstrap.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    bootstrap.install_portaudio()
    assert capsys.readouterr().err.splitlines()[-1].endswith("Type:  sudo apt-get install libportaudio2")


def test_what_fails_is_shown_and_ends_with_status_2(capfd) -> None:
    with pytest.raises(SystemExit) as stopped:
        load().run([sys.executable, "-c", "print('no space left'); raise SystemExit(1)"], "it could not be installed")
    assert stopped.value.code == 2
    assert capfd.readouterr().err == "no space left\nunloop: it could not be installed (the lines above say why)\n"


def test_the_lock_pins_everything_that_unloop_needs_and_what_those_need() -> None:
    locks = ("", "-cuda", "-serve", "-cluster", "-tests")
    each = [pins(f"requirements{part}.lock") for part in locks]
    locked = {name: version for one in each for name, version in one.items()}
    assert all(locked[name] == version for one in each for name, version in one.items()), "two locks, two versions"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    waiting += [Requirement(text) for extra in ("test", "vampnet", "web", "remote", "serve", "cluster") for text in extras[extra]]
    seen = set()
    while waiting:
        wanted = waiting.pop()
        name = normal(wanted.name)
        if name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        assert name in locked, f"{wanted} is not in the lock"
        assert wanted.specifier.contains(locked[name], prereleases=True), f"the lock has {name} {locked[name]}, not {wanted}"
        if wanted.extras:  # what an extra asks for is looked at in the lock that was made with it
            continue
        try:
            waiting += [Requirement(text) for text in requires(wanted.name) or []]
        except PackageNotFoundError:  # a package of another platform, or of torch with CUDA
            continue
    assert len(seen) > 30


def test_what_an_error_tells_to_install_is_what_the_scripts_install() -> None:
    told = {normal(name): version for name, version in (package.split("==") for package in packages.PACKAGES)}
    assert told == pins("requirements-evaluation.lock") | {"soxr": pins("requirements.lock")["soxr"]}
    for name, version in told.items():
        assert metadata.version(name) == version


def test_no_address_of_a_registry_is_named() -> None:
    for path in [*(ROOT / "scripts").glob("*"), ROOT / "pyproject.toml", ROOT / ".ci" / "run", ROOT / "README.md"]:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"pypi\.|pythonhosted|download\.pytorch|index-url\s*=?\s*http", text), path


def test_the_scripts_can_be_read_by_an_older_python_that_then_says_what_is_wrong() -> None:
    for name in ("_bootstrap.py", "unloop", "test", "check"):
        ast.parse((ROOT / "scripts" / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_warm_start_costs_less_than_two_seconds() -> None:
    if not load().is_current():
        pytest.skip("not in the environment that scripts/test makes")
    before = os.times()
    done = subprocess.run([sys.executable, ROOT / "scripts" / "unloop", "--version"], capture_output=True, text=True)
    after = os.times()
    assert (done.returncode, done.stdout, done.stderr) == (0, "unloop 0.1.0\n", "")
    # Processor time of the child: the machine may be busy with something else.
    spent_s = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    assert spent_s < 2.0


@pytest.mark.parametrize("arguments", [[], ["tests/engine", "-x"]])
def test_all_tests_run_on_several_cores_and_what_is_asked_for_as_it_was_asked(bootstrap, monkeypatch, arguments) -> None:
    entered = []
    monkeypatch.setattr(bootstrap, "enter", lambda module, told, extras: entered.append((module, list(told), extras)))
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    bootstrap.enter_tests(arguments)
    ((module, told, extras),) = entered
    assert (module, extras) == ("pytest", EVERYTHING)
    assert told == arguments if arguments else told[::2] == ["-n", "--dist"] and 1 <= int(told[1]) <= 4


@pytest.mark.parametrize(
    ("script", "arguments", "module", "extras"),
    [
        ("unloop", ["demo"], "unloop_py", ()),
        ("unloop", ["evaluate", "all"], "unloop_py", ("evaluation",)),
        ("unloop", ["serve"], "unloop_py", ("serve",)),
        ("unloop", ["serve", "--ray"], "unloop_py", ("cluster",)),
        ("test", ["-x"], "pytest", EVERYTHING),
        ("build_bundled_model", [], "unloop_py.training.build", ("evaluation",)),
    ],
)
def test_a_script_enters_the_environment_with_what_it_needs(bootstrap, monkeypatch, script, arguments, module, extras) -> None:
    prepared, entered = [], []
    monkeypatch.setattr(bootstrap, "prepare", lambda extras=(): prepared.append(tuple(extras)) or "python")
    monkeypatch.setattr(bootstrap, "WINDOWS", False)
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, command: entered.append(command))
    monkeypatch.setitem(sys.modules, "_bootstrap", bootstrap)
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    runpy.run_path(str(ROOT / "scripts" / script), run_name="__main__")
    assert prepared == [extras] and entered == [["python", "-m", module, *arguments]]
