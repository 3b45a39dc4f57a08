"""The local generator: a take in, variations out, on this machine's processor or card.

`prepare` does once per take what every variation of it needs: its tokens, beats, onsets, levels and place in the room.
`vary` then masks, samples the coarse and the fine tokens, decodes, and makes the result fit the take: exact length,
smooth seam, loudness, stereo, silences, and the player's own audio wherever all its tokens were kept.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import LongTensor

from unloop_py.beats.tracker import BeatTracker
from unloop_py.errors import ModelError
from unloop_py.generator import circle, levels, masks, pitch, stereo
from unloop_py.generator.adapt import SCHEDULES, Adaptation, Schedule
from unloop_py.generator.adapted import Adapted, load_adapted
from unloop_py.generator.balance import band_levels
from unloop_py.generator.checkpoint import Models, load_models
from unloop_py.generator.compute import bytes_are_faster, fastest_dtype
from unloop_py.generator.cost_key import cost_key
from unloop_py.generator.fitting import OWN_S, fitted, take_itself
from unloop_py.generator.mix_adapter import Hearing
from unloop_py.generator.model_files import FILES
from unloop_py.generator.prepared_take import Character, PreparedTake, part_of_stretched
from unloop_py.generator.request_masks import masks_of
from unloop_py.generator.rvq_codec import RvqCodec
from unloop_py.generator.sampler import Sampling, TokenModel, sample
from unloop_py.generator.spec import Cancelled, Progress, Take, Variation, VariationRequest
from unloop_py.generator.stretch import steps_of_part
from unloop_py.generator.take_pieces import held_out_steps, quiet_steps
from unloop_py.generator.token_job import TokenJob, TokenSampler
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.units import db_to_gain, seconds_to_frames

CODEC_LEVEL_DBFS = -24.0
"""RMS of what the codec is given; it was trained at this level."""
FINE_STEPS = 2
"""Sampling steps of the coarse-to-fine model in each pass, as in the reference."""
REMEMBERED = 256
"""Variations whose take's character is remembered, in case one of them is kept."""
TRANSPOSED_KEPT = 2
"""Pitches at which a take is held ready: the one that plays and the one before."""
SILENT_NOTE = "the take is silent: it is not varied"


class LocalGenerator:
    """Implements `spec.Generator` with models in this process. One thread at a time."""

    def __init__(self, models: Models, tracker: BeatTracker | None = None, sampler: TokenSampler | None = None) -> None:
        """Take the models as loaded; without a tracker there are no beats and no onsets; a sampler makes the tokens elsewhere."""
        self.models, self.tracker = models, tracker
        self._sampler = sampler
        codec = models.codec
        self.step_rate = codec.sample_rate / codec.hop_length               # steps per second
        self.device = next(models.coarse.parameters()).device
        self._characters: OrderedDict[bytes, Character] = OrderedDict()      # of the takes that variations descend from

    def describe(self) -> dict[str, Any]:
        """See `spec.Generator`."""
        codec, manifest = self.models.codec, self.models.manifest
        digest = manifest.get("files", {}).get(FILES[0], {}).get("sha256", "")
        return {"model": manifest.get("name", "unnamed"), "codec": digest, "device": str(self.device), "sample_rate": codec.sample_rate,
                "hop_length": codec.hop_length, "n_codebooks": codec.n_codebooks, "n_coarse": self.models.coarse.n_codebooks,
                "codebook_size": codec.codebook_size, "learns": self._learns, "hears": self.models.mix_adapter is not None,
                "cost_key": cost_key((codec, self.models.coarse, self.models.fine), self.device)}

    @property
    def _learns(self) -> bool:
        """Whether these are models that `adapt` can teach."""
        parts = (self.models.codec, RvqCodec), (self.models.coarse, MaskedTransformer), (self.models.fine, MaskedTransformer)
        return all(isinstance(model, kind) for model, kind in parts)

    def _models_for(self, prepared: PreparedTake) -> Models:
        return self.models if prepared.adapted is None else prepared.adapted.models

    def prepare(self, take: Take, codes: np.ndarray | None = None) -> PreparedTake:
        """See `spec.Generator`."""
        prepared = self._without_beats(take, codes)
        if self.tracker is None or prepared.silent:
            return prepared
        return replace(prepared, grid=self.tracker.track(take.audio, take.sample_rate),
                       onsets=self.tracker.onsets(take.audio, take.sample_rate))

    def _without_beats(self, take: Take, codes: np.ndarray | None) -> PreparedTake:
        codec = self.models.codec
        length_steps = len(take.audio) * codec.sample_rate / (take.sample_rate * codec.hop_length)
        mono, place = stereo.place_of(take.audio)
        quiet = levels.quiet_passages(take.audio, take.sample_rate)
        quiet = circle.keep_long_runs(quiet, seconds_to_frames(OWN_S, take.sample_rate))
        level = levels.rms(mono, ~quiet)
        gain = db_to_gain(CODEC_LEVEL_DBFS) / level if level > 0 else 1.0
        if codes is None:
            heard = self._as_the_codec_hears(mono, take, length_steps, gain)
            tokens = codec.encode(torch.from_numpy(heard).to(self.device)[None, None])[0]
        else:
            tokens = self._tokens(codes)
            # These tokens need not sound at the codec's level: left so, each generation would be louder than its parent.
            gain = levels.rms(codec.decode(tokens[None])[0].cpu().numpy().T) / (level or 1.0)
        # A kept variation answers to the character that its own take had: it may have missed it by a little, and sixty
        # generations that each follow the one before would add up.
        character = None if codes is None else self._characters.get(_digest(codes))
        if character is None:
            character = Character(band_levels(take.audio, take.sample_rate), float(np.abs(take.audio).max(initial=0.0)),
                                  levels.rms(take.audio))
        return PreparedTake(take, bool(quiet.all()), tokens, length_steps, gain, character, place, quiet, None, (), codes is None)

    def learn(self, prepared: PreparedTake, seed: int = 0, schedules: dict[str, Schedule] = SCHEDULES) -> Adaptation | None:
        """See `spec.Generator`. Goes on from what was learned of the takes that this one came from."""
        take = prepared.take
        if prepared.silent or not prepared.encoded or not self._learns:
            return None
        steps = prepared.codes.shape[1]
        heard = self._as_the_codec_hears(stereo.place_of(take.audio)[0], take, prepared.length_steps, prepared.codec_gain)
        held = held_out_steps(prepared.length_steps, steps, prepared.grid, self.step_rate)
        quiet = quiet_steps(prepared.quiet, prepared.length_steps, steps)
        short = next(self.models.coarse.parameters()).dtype == torch.bfloat16   # what this machine was found to be fast at
        return Adaptation(self.models, heard, prepared.codes, held, quiet, seed=seed, schedules=schedules, short=short,
                          start=prepared.adapted)

    def with_learned(self, prepared: PreparedTake, adapted: Adapted | None) -> PreparedTake:
        """See `spec.Generator`."""
        return replace(prepared, adapted=adapted)

    @torch.inference_mode()
    def with_beside(self, prepared: PreparedTake, beside: np.ndarray | None) -> PreparedTake:
        """See `spec.Generator`. The mix is heard at the codec's level, in one channel."""
        adapter, take = self.models.mix_adapter, prepared.take
        if adapter is None or prepared.silent or beside is None or (level := levels.rms(beside)) < db_to_gain(levels.QUIET_DBFS):
            return replace(prepared, heard=None)
        mono, gain = stereo.place_of(beside)[0], db_to_gain(CODEC_LEVEL_DBFS) / level
        heard = self._as_the_codec_hears(mono, take, prepared.length_steps, gain)
        codes = self.models.codec.encode(torch.from_numpy(heard).to(self.device)[None, None])[:, : self.models.coarse.n_codebooks]
        return replace(prepared, heard=adapter.hear(self.models.coarse, codes))

    def keep_learned(self, adapted: Adapted, file: str) -> None:
        """See `spec.Generator`."""
        adapted.save(Path(file), self.models)

    def kept_learned(self, file: str) -> Adapted:
        """See `spec.Generator`."""
        return load_adapted(Path(file), self.models)

    def _as_the_codec_hears(self, mono: np.ndarray, take: Take, length_steps: float, gain: float) -> np.ndarray:
        """A take's mono sound at the codec's rate and level, in whole steps: the last one holds the head again."""
        codec = self.models.codec
        heard = circle.resample(mono, take.sample_rate, codec.sample_rate, math.ceil(length_steps) * codec.hop_length)
        return heard * np.float32(gain)

    def vary(self, prepared: PreparedTake, request: VariationRequest, *, start: np.ndarray | None = None,
             progress: Progress | None = None, cancelled: Cancelled | None = None) -> Variation | None:
        """See `spec.Generator`."""
        made = self.vary_many(prepared, [request], start=start, progress=progress, cancelled=cancelled)
        return None if made is None else made[0]

    def vary_many(self, prepared: PreparedTake, requests: Sequence[VariationRequest], *, start: np.ndarray | None = None,
                  progress: Progress | None = None, cancelled: Cancelled | None = None) -> list[Variation] | None:
        """Make several variations in one batch, each with the tokens that it would have alone; None when cancelled.

        All of them must have the same prompt and steps, and begin from the same tokens. `seconds` of each is its share of the time.
        """
        began = time.perf_counter()
        first = requests[0]
        assert all((r.prompt, r.sampling_steps) == (first.prompt, first.sampling_steps) for r in requests), "one prompt a batch"
        if prepared.silent:
            return [take_itself(prepared, request, (SILENT_NOTE,)) for request in requests]
        heard = [self._as_asked(prepared, request) for request in requests]
        built = [masks_of(prepared, request, self.step_rate) for request in requests]
        passes = np.stack([passes for passes, _ in built])
        begun = torch.stack([self._begun(prepared, one, request, start) for one, request in zip(heard, requests, strict=True)])
        job = TokenJob(begun.cpu().numpy().astype(np.int16), passes, tuple(request.seed for request in requests), first.prompt,
                       first.sampling_steps)
        if self._sampler is not None:
            codes = self._sampler(job, progress, cancelled)
        else:
            codes = self._sample(self._models_hearing(prepared, heard), job, progress, cancelled)
        if codes is None:
            return None
        made = self._finish(prepared, heard, self._tokens(codes), [passes for passes, _ in built], requests, [notes for _, notes in built])
        seconds = (time.perf_counter() - began) / len(requests)
        if progress is not None:
            progress(1.0)
        return [replace(variation, seconds=seconds) for variation in made]

    def vary_from_codes(self, prepared: PreparedTake, codes: np.ndarray, request: VariationRequest) -> Variation:
        """See `spec.Generator`."""
        began = time.perf_counter()
        if prepared.silent:
            return take_itself(prepared, request, (SILENT_NOTE,))
        passes, notes = masks_of(prepared, request, self.step_rate)
        held = self._tokens(codes)[None]
        made = self._finish(prepared, [self._as_asked(prepared, request)], held, [passes], [request], [notes])[0]
        return replace(made, seconds=time.perf_counter() - began)

    # -- the take as it is asked for -----------------------------------------------------------------------------------

    def _as_asked(self, prepared: PreparedTake, request: VariationRequest) -> PreparedTake:
        """The take at the pitch and speed that the prompt asks for: itself where that is its own."""
        prompt = request.prompt
        if prompt.pitch_shift:
            prepared = self._transposed(prepared, prompt.pitch_shift)
        return part_of_stretched(prepared, prompt.stretch, request.part) if prompt.stretch > 1 else prepared

    def _transposed(self, prepared: PreparedTake, semitones: int) -> PreparedTake:
        """A take moved in pitch, as loud as it was; kept with the take, so that it is made and encoded once."""
        if semitones not in prepared.transposed:
            take = prepared.take
            audio = pitch.transposed(take.audio, semitones, take.sample_rate)
            if moved := levels.rms(audio):
                audio = levels.limit(audio * np.float32(levels.rms(take.audio) / moved), prepared.character.peak, take.sample_rate)
            made = self._without_beats(replace(take, audio=audio), None)
            character = replace(made.character, peak=prepared.character.peak)
            while len(prepared.transposed) >= TRANSPOSED_KEPT:
                prepared.transposed.pop(next(iter(prepared.transposed)))
            prepared.transposed[semitones] = replace(made, character=character, grid=prepared.grid, onsets=prepared.onsets)
        return replace(prepared.transposed[semitones], adapted=prepared.adapted, heard=prepared.heard)

    def _begun(self, prepared: PreparedTake, heard: PreparedTake, request: VariationRequest, start: np.ndarray | None) -> LongTensor:
        """The tokens (n_codebooks, steps) that a variation begins from: the take's as it is asked for, or an earlier variation's."""
        if start is None:
            return heard.codes
        if start.shape != prepared.codes.shape:
            raise ModelError(f"a variation begins from tokens of its own take, {tuple(prepared.codes.shape)}, got {start.shape}")
        tokens = self._tokens(start)
        if (stretch := request.prompt.stretch) > 1:                          # what is fed back is stretched again
            return tokens[:, torch.from_numpy(steps_of_part(prepared.length_steps, stretch, request.part)[0])]
        return tokens

    # -- tokens ------------------------------------------------------------------------------------------------------

    def _models_hearing(self, prepared: PreparedTake, heard: Sequence[PreparedTake]) -> tuple[TokenModel, TokenModel]:
        """The coarse and the fine model, with the take learned, and what is beside it heard."""
        models, adapter = self._models_for(prepared), self.models.mix_adapter
        if prepared.heard is None or adapter is None:
            return models.coarse, models.fine
        return Hearing(models.coarse, adapter, torch.cat([one.heard for one in heard])), models.fine

    def sample(self, job: TokenJob, progress: Progress | None = None, cancelled: Cancelled | None = None) -> np.ndarray | None:
        """Make the tokens of a job, for somebody who has the same codec: a `TokenSampler`. Raises ModelError for another's tokens."""
        n_codebooks, size = self.models.codec.n_codebooks, self.models.codec.codebook_size
        if job.codes.shape[1] != n_codebooks or job.codes.min(initial=0) < 0 or job.codes.max(initial=0) >= size:
            raise ModelError(f"tokens of {job.codes.shape[1]} codebooks, up to {job.codes.max(initial=0)}: this model has {n_codebooks} "
                             f"of {size}; both ends need the same codec")
        return self._sample((self.models.coarse, self.models.fine), job, progress, cancelled)

    def _sample(self, models: tuple[TokenModel, TokenModel], job: TokenJob, progress: Progress | None,
                cancelled: Cancelled | None) -> np.ndarray | None:
        """Tokens (batch, n_codebooks, steps) after all passes, each begun from the one before; None when cancelled."""
        codes, n_passes, steps = self._tokens(job.codes), job.passes.shape[1], job.sampling_steps
        seeds = [np.random.SeedSequence(seed).generate_state(2 * n_passes, np.uint64) >> np.uint64(1) for seed in job.seeds]
        stages = tuple((model, Sampling.from_prompt(job.prompt, count)) for model, count in zip(models, (steps, FINE_STEPS), strict=True))
        total = n_passes * (steps + FINE_STEPS) + 1                          # and one for decoding
        done = 0
        for number in range(2 * n_passes):
            model, how = stages[number % 2]
            rows = slice(0, model.n_codebooks)
            mask = torch.tensor(job.passes[:, number // 2, rows], device=self.device)  # a copy, for the next line
            mask[:, :model.n_conditioning] = masks.KEEP
            report = None if progress is None else _scaled(progress, done / total, how.steps / total)
            made = sample(model, codes[:, rows], mask, [int(seed[number]) for seed in seeds], how, progress=report, cancelled=cancelled)
            if made is None:
                return None
            codes = torch.cat((made, codes[:, model.n_codebooks:]), dim=1)
            done += how.steps
        return codes.cpu().numpy().astype(np.int16)

    def _tokens(self, codes: np.ndarray) -> LongTensor:
        """Tokens on the models' device."""
        return torch.from_numpy(codes.astype(np.int64)).to(self.device)

    def _remember(self, character: Character, codes: np.ndarray) -> None:
        """What a take handed down to a variation, in case that is kept."""
        self._characters[_digest(codes)] = character
        while len(self._characters) > REMEMBERED:
            self._characters.popitem(last=False)

    # -- sound -------------------------------------------------------------------------------------------------------

    def _finish(self, prepared: PreparedTake, heard: Sequence[PreparedTake], codes: LongTensor, passes: Sequence[np.ndarray],
                requests: Sequence[VariationRequest], notes: Sequence[tuple[str, ...]]) -> list[Variation]:
        """Tokens (batch, n_codebooks, steps) to variations that fit their take as it was asked for (`heard`)."""
        decoded = self._models_for(prepared).codec.decode(codes)[:, 0].cpu().numpy()
        tokens = codes.cpu().numpy().astype(np.int16)
        for one, codes_of_one in zip(heard, tokens, strict=True):
            self._remember(one.character, codes_of_one)
        made = [fitted(*of_one, self.models.codec, self.models.coarse.n_codebooks)
                for of_one in zip(heard, decoded, tokens, passes, requests, notes, strict=True)]
        if heard[0] is prepared:
            return made
        # What `mix` fades to and from is the take itself, at its own pitch and speed.
        take = prepared.take.audio
        return [replace(one, correlation=circle.correlation(take, one.audio)) for one in made]


def _digest(codes: np.ndarray) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(codes, np.int16).tobytes(), digest_size=16).digest()


def _scaled(progress: Progress, start: float, share: float) -> Progress:
    """A part of the way as part of the whole: 0..1 becomes start..start + share."""
    return lambda done: progress(start + share * done)


def load_generator(model: str = "small", compute: str = "auto", *, threads: int | None = None,
                   lora_scale: float | None = None) -> LocalGenerator:
    """Load a model and make its generator: what the vamper's worker process calls by name.

    Parameters
    ----------
    model : str
        A bundled model or a folder of weights.
    compute : str
        ``auto`` takes a card when there is one; ``cpu``, ``cuda`` and ``mps`` take that or fail.
    threads : int, optional
        Processor threads that torch may use in this process; torch's own choice if not given.
    lora_scale : float, optional
        For VampNet's fine-tunes, see `load_vampnet`.

    Raises
    ------
    ModelError
        Weights missing or damaged, or a device that is not there.
    """
    from unloop_py.beats.aubio_tracker import AubioTracker  # here alone, so that everything above runs without aubio

    if threads is not None:
        torch.set_num_threads(threads)
    device = device_for(compute)
    models = load_models(model, device=device, dtype=fastest_dtype(device), lora_scale=lora_scale, int8=bytes_are_faster(device))
    return LocalGenerator(models, AubioTracker())


def device_for(compute: str) -> str:
    """The torch device that `compute` means on this machine. Raises ModelError for one that is not there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if compute == "auto":
        return "cuda" if there["cuda"] else "mps" if there["mps"] else "cpu"
    if not there.get(compute, False):
        present = ", ".join(name for name, is_there in there.items() if is_there)
        raise ModelError(f"compute {compute!r} is not on this machine, which has: {present}; `auto` chooses by itself")
    return compute
