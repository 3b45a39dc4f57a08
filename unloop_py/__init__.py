"""unloop: a looper that does not repeat itself. Importing this loads neither torch nor a sound driver.

`vamp`, `Looper` and what goes with them are loaded when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unloop_py.api.looper import Looper as Looper
    from unloop_py.api.vamped import Vamped as Vamped
    from unloop_py.api.vamping import vamp as vamp
    from unloop_py.errors import UnloopError as UnloopError
    from unloop_py.serve.doors import open_generator as open_generator

__version__ = "0.1.0"
__all__ = ["Looper", "UnloopError", "Vamped", "__version__", "open_generator", "vamp"]

_HOMES = {"vamp": "api.vamping", "Vamped": "api.vamped", "Looper": "api.looper", "open_generator": "serve.doors", "UnloopError": "errors"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
