"""Who may import whom. The table is the house's plan; this file keeps it true."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "unloop_py"

# Leaves of the house: standard library only, so that any room may use them.
LEAVES = {"errors", "units", "paths", "config"}

# room: what of ours it may import. "room.module" allows that module alone; a room may always import itself.
ROOMS: dict[str, set[str]] = {
    "engine": set(),
    "audio_io": {"engine"},
    "beats": set(),
    "generator": {"beats"},
    "vamper": {"engine.messages", "beats.grid", "generator.spec", "generator.token_job"},
    "sync": {"engine.messages", "beats.grid"},
    "sessions": {"engine.messages", "beats.grid", "audio_io.wav", "audio_io.loop_file"},
    "control": set(),
    "osc": {"control", "web.serving"},
    "midi": {"control"},
    "web": {"control"},
    "ui": {"control"},
    "serve": {"generator", "beats", "vamper", "control", "audio_io.wav", "web.serving", "web.guard", "web.addresses",
              "sessions.lock", "audio_io.groove"},
    # From Python and offline: the engine, and the seeds and modes that jam would use.
    "api": {"engine", "audio_io", "beats.grid", "generator", "vamper.seeds", "vamper.knobs", "vamper.checking", "control",
            "serve.doors"},
    "training": {"generator", "beats", "audio_io.wav", "evaluation"},
    "evaluation": {"generator", "beats", "audio_io.wav", "training.loops", "training.store", "training.tokens"},
    "session": {"engine", "audio_io", "beats", "generator", "vamper", "sync", "sessions", "control", "osc", "midi", "web", "ui",
                "serve.address"},
    "cli": {"api", "session", "engine", "audio_io", "generator", "control", "vamper.seeds", "training", "evaluation", "sessions", "midi",
            "serve"},
}

# room: what of others' it may import. "file.py: package" allows it in that file alone.
THIRD_PARTY: dict[str, set[str]] = {
    "engine": {"numpy", "numba", "llvmlite"},
    "audio_io": {"numpy", "portaudio_library.py: sounddevice", "jack_stream.py: jack", "jack_callback.py: numba",
                 "jack_callback.py: llvmlite", "wav.py: soundfile", "loop_file.py: soxr", "stretch.py: python_stretch"},
    "beats": {"numpy", "aubio_tracker.py: aubio"},
    "generator": {"torch", "numpy", "safetensors", "download.py: huggingface_hub", "hub_errors.py: huggingface_hub",
                  "hub_errors.py: httpx2", "dac_codec.py: dac", "fused.py: numba", "fused.py: llvmlite"},
    "vamper": {"numpy"},
    "sessions": {"numpy", "state.py: tomli_w"},
    "midi": {"clock_ports.py: mido", "devices.py: rtmidi", "jack_helper.py: rtmidi", "binding_file.py: tomli_w"},
    "sync": {"link.py: link", "jack_transport.py: jack", "jack_transport.py: numpy", "jack_transport.py: numba"},
    "control": set(),
    "osc": {"pythonosc", "announce.py: zeroconf", "announce.py: ifaddr"},
    "web": {"serving.py: uvicorn", "server.py: starlette", "files.py: starlette", "static.py: starlette", "addresses.py: segno"},
    "ui": {"rich"},
    "serve": {"numpy", "http_line.py: httpx2", "gradio_line.py: httpx2", "gradio_app.py: gradio", "gradio_app.py: fastapi",
              "reference_api.py: PIL", "page.py: gradio", "page_prompts.py: gradio",
              "ray_app.py: ray", "ray_replica.py: ray", "ray_ingress.py: ray",
              "ray_ingress.py: starlette"},
    "api": {"numpy"},
    "training": {"torch", "numpy", "soxr", "tinysoundfont", "player_voice.py: safetensors", "run_log.py: tensorboardX"},
    "evaluation": {"torch", "numpy", "matplotlib", "soxr", "perceptual.py: zimtohrli", "beats_study.py: mir_eval"},
    "session": {"numpy"},
    "cli": {"click", "rich", "numpy", "picture.py: matplotlib"},
}

# Modules that must stay light, and what importing them may not load.
LIGHT = {
    "unloop_py": {"torch", "sounddevice", "numba", "numpy", "aubio", "matplotlib"},
    "unloop_py.api.asking": {"torch", "sounddevice", "numba", "numpy"},
    "unloop_py.control.describe": {"torch", "sounddevice", "numba", "numpy", "rich", "pythonosc"},
    "unloop_py.engine.messages": {"torch", "sounddevice", "numba", "numpy"},
    "unloop_py.generator.spec": {"torch", "sounddevice", "numba"},
    "unloop_py.cli.app": {"torch", "sounddevice", "numba", "numpy", "aubio", "matplotlib", "soundfile"},
    "unloop_py.vamper.vamper": {"torch", "sounddevice", "numba"},
    "unloop_py.session.jam": {"torch", "matplotlib", "starlette", "gradio", "ray", "httpx2"},
    "unloop_py.serve.address": {"torch", "numpy", "httpx2"},
    "unloop_py.serve.remote": {"torch", "gradio", "ray", "starlette"},
}

FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever it stands, in full: ``unloop_py.engine.messages``."""
    package = ["unloop_py", *path.relative_to(PACKAGE).parent.parts]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from unloop_py.engine import messages` names the module engine.messages; a class in it is cut off below.
            found |= {f"{module}.{alias.name}" if is_package(module) else module for alias in node.names}
    return found


def is_package(module: str) -> bool:
    parts = module.split(".")
    return parts[0] == "unloop_py" and PACKAGE.joinpath(*parts[1:]).is_dir()


def room_of(path: Path) -> str:
    """A room is a folder, or the one module that wires them all, however it is spelled."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def allowed(module: str, rights: set[str]) -> bool:
    """Whether a module, without its ``unloop_py.``, lies in one of the rooms or modules of ``rights``."""
    return any(module == right or module.startswith(right + ".") for right in rights)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    if room in LEAVES or room in {"__init__", "__main__"}:
        rights, others = LEAVES | ({"cli.app"} if room == "__main__" else {"api", "serve.doors"} if room == "__init__" else set()), set()
    else:
        assert room in ROOMS, f"{room} is a new room: give it a row in the table of this file"
        rights = ROOMS[room] | LEAVES | {room, "__version__"}
        rows = (row.split(": ") for row in THIRD_PARTY[room])
        others = {row[-1] for row in rows if len(row) == 1 or row[0] == path.name}
    for module in imports(path):
        top, _, inner = module.partition(".")
        if top == "unloop_py":
            assert not inner or allowed(inner, rights), f"{room} may not import {module}"
        elif top not in sys.stdlib_module_names:
            assert top in others, f"{room}/{path.name} may not import {top}"


@pytest.mark.parametrize(
    ("package", "files"),
    [("sounddevice", "audio_io/portaudio_library.py"), ("soundfile", "audio_io/wav.py"), ("aubio", "beats/aubio_tracker.py"),
     ("mido", "midi/clock_ports.py"), ("rtmidi", "midi/devices.py midi/jack_helper.py"),
     ("link", "sync/link.py"), ("jack", "sync/jack_transport.py audio_io/jack_stream.py")],
)
def test_a_package_that_wraps_a_system_library_has_one_door_to_a_room(package: str, files: str) -> None:
    users = {str(path.relative_to(PACKAGE).as_posix()) for path in FILES if package in {m.split(".")[0] for m in imports(path)}}
    assert users == set(files.split())


@pytest.mark.parametrize(("module", "heavy"), LIGHT.items(), ids=LIGHT.keys())
def test_importing_is_free(module: str, heavy: set[str]) -> None:
    program = f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "", f"import {module} loads {done.stdout.strip()}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_library_logs_and_never_prints(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id in {"print", "input"}]
    # A command's own last words may go to a stream that it names.
    prints = [node.lineno for node in named if "file" not in {keyword.arg for keyword in node.keywords}]
    assert prints == [], f"print or input in lines {prints}: log it, or return it to the command line"


def test_the_table_has_a_row_for_every_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders <= set(ROOMS) and set(ROOMS) == set(THIRD_PARTY)
