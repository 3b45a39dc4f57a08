"""What can go wrong with a download, each as one line that names the cure. Any thread; standard library until it is used."""

from __future__ import annotations

import contextlib
import errno
import logging
import re
from collections.abc import Iterator
from pathlib import Path

from unloop_py.errors import ModelError

DISK_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, 112}  # the last is Windows'


class DownloadError(ModelError):
    """Weights that could not be fetched: no network, no space, or not what was published."""


@contextlib.contextmanager
def quiet_hub() -> Iterator[None]:
    """Its tries to go on are no warnings to a person: what comes of them is told in the end."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextlib.contextmanager
def cured_asking(repository: str) -> Iterator[None]:
    """What can go wrong before the first byte of a file, in words."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    later = "nothing was changed; run the same command again when it is back"
    try:
        yield
    except OfflineModeIsEnabled:
        raise DownloadError("HF_HUB_OFFLINE is set, which forbids downloads: unset it") from None
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403, 404):
            raise DownloadError(f"the hub does not give {repository} out, or no longer holds it (HTTP {status}): see"
                                f" https://huggingface.co/{repository}") from None
        raise DownloadError(f"the hub answered HTTP {status} for {repository}: {later}") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise DownloadError(f"the hub cannot be reached ({_reason(error)}): is there a network? {later}") from None
    except (ValueError, KeyError, TypeError):
        raise DownloadError("what answered is not the hub: a network that asks for a login first, or a wrong HF_ENDPOINT") from None


@contextlib.contextmanager
def cured_cut(name: str, size: int, part: Path) -> Iterator[None]:
    """What can go wrong while a file of ``size`` bytes comes, in words; what has come, ``part``, is kept unless it is too much."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

    try:
        yield
    except (httpx2.HTTPError, HfHubHTTPError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, HfHubHTTPError) and error.errno is not None:
            raise  # the disk's
        here = part.stat().st_size if part.is_file() else 0
        if here > size:
            part.unlink()
            raise DownloadError(f"{name} came with {here} bytes, and the hub says {size}: it is not what was announced and is thrown away."
                                " Run the same command again; what else has come is kept") from None
        raise DownloadError(f"{name} stopped at {here / 1e6:.1f} of {size / 1e6:.1f} MB ({_reason(error)}): run the same command"
                            " again, and it goes on from there") from None


@contextlib.contextmanager
def cured_disk(doing: str, folder: Path) -> Iterator[None]:
    """A disk that takes no more, in words. `safetensors` names the system's error only in its text."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, SafetensorError) as error:
        told = re.search(r"os error (\d+)", str(error))
        number = error.errno if isinstance(error, OSError) else int(told[1]) if told else None
        if number in DISK_IS_FULL:
            raise DownloadError(f"the disk of {folder} is full ({doing}): free some space there and run the same command again, and it"
                                " goes on from there; or set XDG_CACHE_HOME to a folder on another disk") from None
        if isinstance(error, OSError):
            raise
        raise DownloadError(f"{doing} failed in {folder} ({_reason(error)}): what was fetched is kept; run the same command again"
                            ) from None


def _reason(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:120]
