"""Make and enter the environment that unloop runs in: `.venv` at the root of this repository.

Standard library only, and written so that any Python 3 can read it: scripts/unloop and scripts/test must be able
to say what is wrong before anything is installed. What they do, in order, each said in one line:

1. find a Python this version of unloop runs on, and make `.venv` with it;
2. install the packages that requirements.lock pins, then unloop itself from this folder (editable);
3. install PortAudio's library where the system lacks it and we may, else print the line to type;
4. compile the audio engine, so that nothing compiles while somebody plays;
5. only for who asks for more, `evaluation`, `serve`, `cluster` or `tests`: install the packages that requirements-<that>.lock pins.

`.venv/unloop-stamp.json` holds what was done as a hash of what it was done from, and is written last. An install
that was interrupted is therefore done again, and a warm start costs the reading of a few small files.
"""

import contextlib
import ctypes.util
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "unloop-stamp.json"
LOCKS = [ROOT / "scripts" / ("requirements%s.lock" % part) for part in ("", "-no-deps", "-cuda")]
EXTRA_LOCKS = {extra: ROOT / "scripts" / ("requirements-%s.lock" % extra) for extra in ("evaluation", "serve", "cluster", "tests")}
OLDEST, NEWEST = (3, 11), (3, 13)
# Making an engine compiles it and keeps the result in numba's cache.
COMPILE = "from unloop_py.engine.engine import Engine; Engine(sample_rate=48000, max_loop_s=1)"
WINDOWS = os.name == "nt"
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def enter(module, arguments, extras=()):
    """Run `python -m module arguments` in the environment, made or mended first if need be. Does not return."""
    python = prepare(extras)
    command = [str(python), "-m", module] + list(arguments)
    if WINDOWS:  # execv there starts a second process and returns to the shell at once
        sys.exit(subprocess.call(command))
    sys.stdout.flush()
    os.execv(command[0], command)


def enter_tests(arguments):
    """Run pytest in the environment: with arguments on what they say, without on everything, on up to four cores at a time."""
    if not arguments:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        arguments = ["-n", str(min(cores, 4)), "--dist", "loadfile"]
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # each computes on its own core
    enter("pytest", arguments, extras=tuple(EXTRA_LOCKS))


def prepare(extras=()):
    """Bring `.venv` up to date with this folder, with the extras that are asked for, and return the path of its Python."""
    version = venv_version()
    if version is None:
        base = find_python()
        say("making .venv with Python %d.%d" % base[1])
        make_venv(base)
        version = venv_version()
    done, due = read_stamp(), digests(version)
    if done.get("packages") != due["packages"]:
        install_packages()
        install_portaudio()
        write_stamp({"packages": due["packages"]})
    if done.get("engine") != due["engine"]:
        say("compiling the audio engine (once)")
        run([str(VENV_PYTHON), "-c", COMPILE], "the audio engine could not be compiled")
        write_stamp(dict(read_stamp(), **due))
    for extra in extras:
        install_extra(extra, due)
    return VENV_PYTHON


def digests(version):
    """What `.venv` is made from: the packages, and beside them the engine that is compiled into the cache."""
    packages = digest([ROOT / "pyproject.toml"] + LOCKS, version, ROOT)
    engine = digest(sorted((ROOT / "unloop_py" / "engine").glob("*.py")), packages)
    return {"packages": packages, "engine": engine}


def is_current():
    """Whether a start of the instrument would go straight on."""
    version = venv_version()
    return version is not None and digests(version).items() <= read_stamp().items()


def venv_version():
    """Return `.venv`'s Python version as in "3.11.7", or None where there is no environment that unloop can use."""
    try:
        text = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return None
    settings = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    version = settings.get("version") or settings.get("version_info", "")
    supported = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if not (OLDEST <= supported <= NEWEST) or not VENV_PYTHON.exists():
        return None
    return version


def find_python():
    """Return (path, (major, minor)) of a Python in 3.11 to 3.13: the one running this if it will do, else by name."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable, sys.version_info[:2]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which("python3.%d" % minor)
        # A version manager's stand-in exists for versions that are not switched on: ask it.
        if path and subprocess.call([path, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return path, (3, minor)
    stop(
        "unloop runs on Python 3.11, 3.12 and 3.13; this is Python %d.%d and no other was found. "
        "Install one of them and type:  python3.12 scripts/unloop" % sys.version_info[:2]
    )


def make_venv(base):
    path, version = base
    package = "python%d.%d-venv" % version
    # Debian and Ubuntu ship Python without the part that makes environments.
    lacking = subprocess.call([path, "-c", "import ensurepip"], stderr=subprocess.DEVNULL) != 0
    if lacking and not apt_install(package):
        stop("Python's venv module is not installed. Type:  sudo apt-get install %s" % package)
    run([path, "-m", "venv", "--clear", str(VENV)], "the environment could not be made in %s" % VENV)


def install_packages():
    count = sum(1 for line in LOCKS[0].read_text(encoding="utf-8").splitlines() if "==" in line)
    say("installing %d packages, the versions in scripts/requirements.lock (minutes the first time)" % count)
    if sys.platform.startswith("linux") and not Path("/proc/driver/nvidia/version").exists():
        say('no NVIDIA card seen: README.md, "Without a card", says how to leave out CUDA\'s gigabytes')
    run(pip_install("-r", LOCKS[0]), "the packages could not be installed")
    run(pip_install("--no-deps", "-r", LOCKS[1]), "the packages could not be installed")
    # The build backend is one of the locked packages: nothing else is fetched to build this folder.
    run(pip_install("--no-deps", "--no-build-isolation", "-e", ROOT), "unloop itself could not be installed")


def install_extra(extra, due):
    """Install what an extra needs, if it is not there at the versions of its lock."""
    path = EXTRA_LOCKS[extra]
    lock = digest([path], due["packages"])
    if read_stamp().get(extra) != lock:
        say("installing for %s, the versions in scripts/%s" % (extra, path.name))
        run(pip_install("--no-deps", "-r", path), "the packages could not be installed")
        write_stamp(dict(read_stamp(), **{extra: lock}))


def pip_install(*arguments):
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    return pip + [str(argument) for argument in arguments]


def install_portaudio():
    """Linux wheels of sounddevice hold no PortAudio; the demo needs none, so its absence stops nothing."""
    if not sys.platform.startswith("linux") or ctypes.util.find_library("portaudio"):
        return
    if not apt_install("libportaudio2"):
        say("PortAudio is missing, so there is no sound card yet. Type:  sudo apt-get install libportaudio2")


def apt_install(package):
    """Install one Debian package if we are root and there is apt; return whether it was installed."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    say("installing %s with apt" % package)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "--no-install-recommends", package]
    for command in (["apt-get", "update"], install):
        result = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    return result.returncode == 0


def run(command, failure):
    """Run a command quietly: its last line on a terminal as it goes, all of it if it fails, else nothing."""
    lines = []
    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    show = sys.stderr.isatty()
    width = shutil.get_terminal_size().columns - 4
    with process:
        for line in process.stdout:
            lines.append(line)
            if show:
                sys.stderr.write("\r\x1b[2K  %s" % line.strip()[:width])
                sys.stderr.flush()
    if show:
        sys.stderr.write("\r\x1b[2K")
    if process.returncode != 0:
        sys.stderr.write("".join(lines[-40:]))
        stop("%s (the lines above say why)" % failure)


def digest(paths, *more):
    """Return a hash of the contents of files and of some strings beside them."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for text in more:
        whole.update(str(text).encode() + b"\0")
    return whole.hexdigest()


def read_stamp():
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(done):
    beside = STAMP.with_suffix(".tmp")
    beside.write_text(json.dumps(done, indent=2) + "\n", encoding="utf-8")
    os.replace(str(beside), str(STAMP))


def say(text):
    # Standard error, so that `scripts/unloop params --json | ...` stays clean.
    sys.stderr.write("unloop: %s\n" % text)
    sys.stderr.flush()


def stop(text):
    say(text)
    sys.exit(2)


@contextlib.contextmanager
def interruptible():
    """Turn Ctrl-C during an install into one line: the stamp is not written, so the next start goes on."""
    try:
        yield
    except KeyboardInterrupt:
        stop("stopped; the next start takes the install up again")
