"""The package that Max takes: the patches, their help, a reference page, and what the package manager reads."""

import json
from xml.sax.saxutils import escape, quoteattr

from patch_builder.band_patch import LOOPS, band_patch
from patch_builder.canvas import as_file
from patch_builder.example import PLAYING
from patch_builder.help_patches import help_patches, overview
from patch_builder.layout import LISTEN_PORT
from patch_builder.loop_patch import loop_patch
from patch_builder.pedal_patch import pedal_patch
from patch_builder.picture import svg
from unloop_py import __version__
from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS

_AUTHOR = "the authors of unloop"
_WHAT = "A looper that does not repeat itself: each time your loop comes round, a model has varied it. Patches that play the instrument."


def max_files() -> dict[str, str]:
    """The text of every file for Max, by its path in the repository.

    The patches stand twice: in the folder that a person opens, and in ``patchers/``, where Max looks once that folder is a package.
    """
    loop = loop_patch()
    patches = {"unloop.maxpat": loop, "unloop-3.maxpat": band_patch(loop), "unloop-pedal.maxpat": pedal_patch()}
    helps = help_patches()
    files = {f"max_patches/{folder}{name}": as_file(patch) for folder in ("", "patchers/") for name, patch in patches.items()}
    files |= {f"max_patches/help/{name}": as_file(patch) for name, patch in helps.items()}
    files["max_patches/extras/unloop overview.maxpat"] = as_file(overview())
    files["max_patches/docs/refpages/unloop.maxref.xml"] = _reference_page()
    files["max_patches/package-info.json"] = _package_info(files)
    pictures = patches | {"unloop-help.maxpat": helps["unloop.maxhelp"]}
    return files | {f"docs/max-{name.removesuffix('.maxpat')}.svg": svg(patch, patches, PLAYING) for name, patch in pictures.items()}


def _package_info(files: dict[str, str]) -> str:
    """What the package manager reads, with the files of each folder."""
    inside: dict[str, list[str]] = {}
    for path in sorted(files):
        _, folder, *rest = path.split("/")
        if rest:
            inside.setdefault(folder, []).append("/".join(rest))
    everywhere = {"platform": ["x64", "aarch64"], "min_version": "none"}
    info = {
        "name": "unloop",
        "displayname": "unloop",
        "version": __version__,
        "author": _AUTHOR,
        "description": _WHAT,
        "tags": ["looper", "osc", "machine learning", "live"],
        "max_version_min": "8.5",
        "max_version_max": "none",
        "os": {"macintosh": everywhere, "windows": everywhere | {"platform": ["x64"]}},
        "homepatcher": "unloop overview.maxpat",
        "package_extra": {"copyright": "MIT licence"},
        "filelist": inside,
    }
    return json.dumps(info, indent=2) + "\n"


def _reference_page() -> str:
    """What Max shows as the reference of ``unloop``."""

    def entry(name: str, words: str) -> str:
        return f"      <entry name={quoteattr(name)}><description>{escape(words)}</description></entry>"

    def argument(name: str, what: str) -> str:
        return f'    <objarg name="{name}" optional="1" type="int"><digest>{what}</digest><description>{what}</description></objarg>'

    lines = [
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>',
        '<c74object name="unloop" module="max" category="Interaction">',
        "  <digest>One loop of a looper that does not repeat itself</digest>",
        f"  <description>{escape(_WHAT)}</description>",
        f'  <metadatalist><metadata name="author">{_AUTHOR}</metadata><metadata name="tag">looper</metadata></metadatalist>',
        "  <inletlist/>",
        "  <outletlist/>",
        "  <objarglist>",
        argument("loop", "The loop that it plays, from 1; 1 where it is left out."),
        argument("port", f"The port that this copy hears on, another for each; {LISTEN_PORT} where it is left out."),
        "  </objarglist>",
        '  <misc name="Parameters">',
        *(entry(row.name, f"{row.help} {row.range_text}.") for row in PARAMETERS),
        "  </misc>",
        '  <misc name="Commands">',
        *(entry(row.name, row.help) for row in COMMANDS),
        "  </misc>",
        f'  <seealsolist><seealso name="unloop-{LOOPS}"/><seealso name="unloop-pedal"/></seealsolist>',
        "</c74object>",
    ]
    return "\n".join(lines) + "\n"
