"""Where the training sounds come from: three soundfonts and a folder of CC0 one-shots.

Everything here is free to use and to sell: MIT and public-domain soundfonts (Debian packages) and the CC0 samples of the
npm package ``supersonic-scsynth-samples``. ``SOURCES`` is what the model card and the manifest print.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import UnloopError

SAMPLE_RATE = 44_100
SAMPLES_PACKAGE = "supersonic-scsynth-samples@0.84.2"


@dataclass(frozen=True)
class Source:
    """One licensed source of sound."""

    name: str
    licence: str
    path: str
    package: str


SOUNDFONTS = (
    Source("MuseScore General Lite", "MIT", "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3", "musescore-general-soundfont-small"),
    Source("FluidR3 Mono", "MIT", "/usr/share/sounds/sf3/FluidR3Mono_GM.sf3", "fluidr3mono-gm-soundfont"),
    Source("sf_GMbank", "public domain", "/usr/share/sounds/sf2/sf_GMbank.sf2", "csound-soundfont"),
)
ONE_SHOTS = Source("Sonic Pi one-shots", "CC0-1.0", "samples", f"npm {SAMPLES_PACKAGE}")
SOURCES = (*SOUNDFONTS, ONE_SHOTS)

# Loops are left out on purpose: some of that package's loops are famous recordings, whatever their label says.
ONE_SHOT_KINDS = {
    "kick": ("bd_", "drum_heavy_kick", "elec_soft_kick", "elec_hollow_kick", "drum_bass_"),
    "snare": ("sn_", "drum_snare", "elec_snare", "elec_lo_snare", "elec_hi_snare", "elec_mid_snare", "elec_filt_snare", "perc_snap"),
    "hat": ("hat_", "drum_cymbal_closed", "drum_cymbal_pedal", "elec_tick", "tbd_perc_hat"),
    "open": ("drum_cymbal_", "drum_splash", "elec_cymbal", "ride_"),
    "tabla": ("tabla_",),
    "perc": ("perc_bell", "elec_", "drum_tom", "drum_cowbell", "glitch_perc", "tbd_perc", "perc_impact", "perc_till", "perc_door"),
    "texture": ("ambi_", "vinyl_hiss", "vinyl_scratch", "tbd_pad", "tbd_fxbed", "mehackit_", "glitch_", "bass_drop",
                "guit_e_slide", "guit_harmonics"),
}


class SoundsMissing(UnloopError):
    """A sound source of the training data is not installed."""


def soundfonts() -> list[Path]:
    """The three soundfont files; raises SoundsMissing with the line that installs what lacks."""
    missing = [s for s in SOUNDFONTS if not Path(s.path).exists()]
    if missing:
        raise SoundsMissing(
            f"soundfont {missing[0].path} is missing: type 'apt-get install {' '.join(s.package for s in missing)}'"
        )
    return [Path(s.path) for s in SOUNDFONTS]


def one_shots(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """CC0 one-shots by kind and name, mono float32 at 44.1 kHz, peak 1; fetched from npm into ``folder`` when not there yet."""
    samples = folder / "package" / "samples"
    if not samples.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise SoundsMissing(f"npm is missing, which fetches {SAMPLES_PACKAGE}: type 'apt-get install npm'")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, "pack", SAMPLES_PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SoundsMissing(f"npm could not fetch {SAMPLES_PACKAGE}: {done.stderr.strip().splitlines()[-1:]}; check the network")
        with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as archive:
            archive.extractall(folder, filter="data")
    kinds: dict[str, dict[str, np.ndarray]] = {kind: {} for kind in ONE_SHOT_KINDS}
    for path in sorted(samples.glob("*.flac")):
        for kind, prefixes in ONE_SHOT_KINDS.items():
            if path.name.startswith(prefixes):
                audio, rate = read_audio(path, minimum_s=0.0)
                mono = soxr.resample(audio.mean(axis=1), rate, SAMPLE_RATE).astype(np.float32)[: 3 * SAMPLE_RATE]
                mono[-441:] *= np.linspace(1, 0, len(mono[-441:]), dtype=np.float32)
                kinds[kind][path.stem] = mono / max(float(np.abs(mono).max()), 1e-6)
                break
    return kinds
