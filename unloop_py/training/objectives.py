"""What `unloop train` minimises: masked tokens for a transformer, magnitudes for the codec's decoder.

An objective draws the pieces of a step by their numbers alone, counted through the whole training, so that any number of
processes share them out and every restart draws the same. Its forward gives the *sum* of a loss over a few pieces; the
trainer divides by the weight of the whole step, which makes the result independent of how the step was split.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from unloop_py.evaluation.measures import levelled
from unloop_py.generator.codec import Codec
from unloop_py.generator.magnitude_loss import MagnitudeLoss
from unloop_py.generator.rvq_codec import RvqCodec
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.paths import written_beside
from unloop_py.training.audio_folder import AudioFolder
from unloop_py.training.judged import judged_loss
from unloop_py.training.masked_training import masked_loss, training_mask
from unloop_py.training.world import World

logger = logging.getLogger(__name__)

JUDGING_PIECES = 32


class Objective(Protocol):
    """What a trainer needs. Also an ``nn.Module``: its forward takes what `collate` gives."""

    network: nn.Module

    def draw(self, number: int) -> tuple[Tensor, ...]:
        """Piece `number` of the training, on the processor; any thread."""
        ...

    def collate(self, pieces: Sequence[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
        """Some pieces as one batch."""
        ...

    def weight(self, piece: tuple[Tensor, ...]) -> float:
        """What a piece counts for in the mean."""
        ...

    def judge(self, network: nn.Module) -> float:
        """The loss of a network on audio that is kept aside; NaN when there is none."""
        ...


class Lots:
    """Which window piece `number` is: every window once in an epoch, in another order in each; restarts see the same."""

    def __init__(self, windows: int, seed: int) -> None:
        self.windows, self.seed = windows, seed
        self._order: tuple[int, np.ndarray] = (-1, np.zeros(0, int))

    def window(self, number: int) -> int:
        epoch, place = divmod(number, self.windows)
        held, order = self._order
        if held != epoch:
            order = np.random.default_rng([self.seed, 1, epoch]).permutation(self.windows)
            self._order = (epoch, order)
        return int(order[place])

    def rng(self, number: int) -> np.random.Generator:
        """What else is drawn for a piece."""
        return np.random.default_rng([self.seed, 2, number])


Draw = Callable[[int, np.random.Generator, int], np.ndarray]
"""Tokens (n_codebooks, steps) of a window, with a start drawn by the generator."""


class TokenWindows:
    """Windows over the tokens of files, each file an array (n_codebooks, steps)."""

    def __init__(self, files: Sequence[np.ndarray], steps: int) -> None:
        self.files, self.steps = files, steps
        self.index = [(i, start) for i, codes in enumerate(files) for start in range(0, codes.shape[1], steps)]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, window: tuple[int, np.random.Generator]) -> np.ndarray:
        i, start = self.index[window[0]]
        start += int(window[1].integers(self.steps))
        return np.take(self.files[i], np.arange(start, start + self.steps), axis=1, mode="wrap")


class FreshWindows:
    """The same from audio that is encoded when it is drawn, each time from another place: nothing to store."""

    def __init__(self, audio: AudioFolder, codec: Codec, steps: int, device: torch.device) -> None:
        self.audio, self.codec, self.steps, self.device = audio, codec, steps, device
        samples = steps * codec.hop_length
        self.index = [(i, start) for i, row in enumerate(audio.rows) for start in range(0, row["frames"], samples)]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, window: tuple[int, np.random.Generator]) -> np.ndarray:
        i, start = self.index[window[0]]
        samples = self.steps * self.codec.hop_length
        return encoded(self.codec, self.audio.piece(i, start + int(window[1].integers(samples)), samples), self.device)


class MaskedObjective(nn.Module):
    """Mean cross-entropy of hidden tokens."""

    def __init__(self, network: MaskedTransformer, windows: TokenWindows | FreshWindows, judging: Sequence[np.ndarray], seed: int) -> None:
        super().__init__()
        self.network, self.windows, self.judging = network, windows, judging
        self.lots = Lots(len(windows), seed)

    def forward(self, codes: Tensor, mask: Tensor) -> Tensor:
        """(B, n_codebooks, steps) both; the sum over hidden tokens."""
        return masked_loss(self.network, codes, mask) * mask.sum()

    def draw(self, number: int) -> tuple[Tensor, ...]:
        rng = self.lots.rng(number)
        codes = torch.from_numpy(self.windows[self.lots.window(number), rng][: self.network.n_codebooks].astype(np.int64))[None]
        return codes, training_mask(tuple(codes.shape), self.network.n_conditioning, rng)

    def collate(self, pieces: Sequence[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
        return tuple(torch.cat(rows) for rows in zip(*pieces, strict=True))

    def weight(self, piece: tuple[Tensor, ...]) -> float:
        return float(piece[1].sum())

    def judge(self, network: nn.Module) -> float:
        return judged_loss(network, self.judging) if len(self.judging) else float("nan")


class CodecObjective(nn.Module):
    """The decoder's magnitudes against those of the audio; the tokens were laid before and keep their meaning."""

    def __init__(self, network: RvqCodec, audio: AudioFolder, judging: AudioFolder, piece_steps: int, seed: int) -> None:
        super().__init__()
        self.network, self.audio, self.judging = network, audio, judging
        self.samples = piece_steps * network.hop_length
        self.index = [(i, start) for i, row in enumerate(audio.rows) for start in range(0, row["frames"], self.samples)]
        self.lots = Lots(len(self.index), seed)
        self.magnitude_loss: MagnitudeLoss | None = None

    def forward(self, audio: Tensor, levels: Tensor) -> Tensor:
        """Audio (B, samples), codebooks that are heard (B,); the sum over pieces."""
        codec = self.network
        if self.magnitude_loss is None:
            self.magnitude_loss = MagnitudeLoss(codec)  # on the codec's device, which it has by now
        with torch.no_grad(), torch.autocast(audio.device.type, enabled=False):
            features = codec.features(audio)
            z = codec.quantizer.decode(codec.quantizer.encode(codec.latents(features)), levels)
        predicted = codec.magnitudes(z)
        return self.magnitude_loss(predicted.float(), features) * len(audio)

    def draw(self, number: int) -> tuple[Tensor, ...]:
        rng = self.lots.rng(number)
        i, start = self.index[self.lots.window(number)]
        audio = levelled(self.audio.piece(i, start + int(rng.integers(self.samples)), self.samples))
        audio = audio * np.float32(10 ** (rng.normal(0, 3) / 20))
        # Quantiser dropout: mostly all codebooks, so that fewer still sound.
        k = self.network.n_codebooks
        levels = int(rng.integers(1, k)) if k > 1 and rng.random() < 0.3 else k
        return torch.from_numpy(audio[None].astype(np.float32)), torch.tensor([levels])

    def collate(self, pieces: Sequence[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
        return tuple(torch.cat(rows) for rows in zip(*pieces, strict=True))

    def weight(self, piece: tuple[Tensor, ...]) -> float:
        return 1.0

    @torch.no_grad()
    def judge(self, network: nn.Module) -> float:
        if not len(self.judging):
            return float("nan")
        mine, self.network = self.network, network
        device = next(network.parameters()).device
        chosen = np.linspace(0, len(self.judging) - 1, min(len(self.judging), JUDGING_PIECES)).astype(int)
        try:
            losses = [self(torch.from_numpy(levelled(self.judging.piece(int(i), 0, self.samples)))[None].to(device),
                           torch.tensor([network.n_codebooks], device=device)).item() for i in chosen]
        finally:
            self.network = mine
        return float(np.mean(losses))


def encoded(codec: Codec, audio: np.ndarray, device: torch.device) -> np.ndarray:
    """Tokens (n_codebooks, steps) int16 of mono audio (samples,), levelled as when it plays."""
    if float(np.abs(audio).max(initial=0.0)) > 0:
        audio = levelled(audio)
    x = torch.from_numpy(np.ascontiguousarray(audio, np.float32))[None, None].to(device)
    return codec.encode(x, circular=False)[0].to("cpu", torch.int16).numpy()


def cached_tokens(audio: AudioFolder, codec: Codec, folder: Path, key: str, world: World) -> list[np.ndarray]:
    """The tokens of every file of a folder, from the cache or encoded now, each process of a machine its share.

    Arrays (n_codebooks, steps) int16 stay on the disk and are mapped. ``key`` tells one codec from another.
    """
    folder = folder / key[:16]
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{digest}.npy" for digest in audio.sha256]
    stretches: dict[int, list[int]] = {}
    for i, place in enumerate(audio.places):
        stretches.setdefault(place, []).append(i)
    for number, path in enumerate(paths):
        if number % world.local_size != world.local_rank or path.exists():
            continue
        codes = np.concatenate([encoded(codec, audio[i], world.device) for i in stretches[number]], axis=1)
        with written_beside(path) as beside, beside.open("wb") as file:
            np.save(file, codes)
        logger.info("encoded %s (%d of %d)", audio.files[number][0], number + 1, len(paths))
    world.wait()
    return [np.load(path, mmap_mode="r") for path in paths]


class Ahead:
    """Draws the pieces of the next step on threads while this one is computed."""

    def __init__(self, draw: Callable[[int], tuple[Tensor, ...]], workers: int) -> None:
        self._draw, self._pool = draw, ThreadPoolExecutor(workers)
        self._waiting: tuple[list[int], list] = ([], [])

    def pieces(self, numbers: list[int], next_numbers: list[int]) -> list[tuple[Tensor, ...]]:
        """The pieces of these numbers, in order; those that come next are begun."""
        asked, futures = self._waiting
        if asked != numbers:
            futures = [self._pool.submit(self._draw, number) for number in numbers]
        self._waiting = (next_numbers, [self._pool.submit(self._draw, number) for number in next_numbers])
        return [future.result() for future in futures]

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
