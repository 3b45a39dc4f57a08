"""What sounds: a stack of voices, each cross-fading over those beneath it.

A voice is a take, or a take with a variation over it, at its own place in time. Pause, clear and recording put
silence on top; undo, redo, `back` and a swap put another voice on top. When a fade is over, what lies beneath is
forgotten. Fades that overlap simply stack, so nothing that a player presses in quick succession can click.
"""

from __future__ import annotations

import numpy as np

from .compiled import ZERO, inline
from .copies import is_settled, resolve
from .dsp import control_value, crossfade_gains, fade_fraction, flush
from .gliding import copy_glide, render_glide
from .interpolation import read_between
from .layout import MAX_VOICES, slot_audio
from .messages import Control, State
from .playhead import wrapped

MIX = np.int64(Control.MIX)
SCRATCHING = np.int64(State.SCRATCHING)
VOICE_BUFFER = 1  # index in Memory.work


@inline
def push_voice(m, l, take, variation, correlation, start, end, fade_correlation, attack):
    """Put a voice on top, where the playhead is, fading in over frames [start, end). Audio thread.

    Parameters
    ----------
    take, variation : int
        Slots; take -1 is silence, variation -1 the take alone.
    fade_correlation : float
        Of this voice with what sounds now.
    attack : int
        1: this voice starts at its full level, only what lies beneath fades. For one that starts at its
        frame 0, whose attack no fade may touch.
    """
    loop = m.loops[l]
    loop.n_voices = stack_voice(loop, m.voices[l], loop.n_voices, take, variation, correlation, start, end, fade_correlation, attack)


@inline
def stack_voice(loop, stack, n, take, variation, correlation, start, end, fade_correlation, attack):
    """The same on any stack of voices, which holds n; returns how many there are then. Audio thread."""
    if n == MAX_VOICES:  # deeper than hands can press; the oldest, which has faded most, goes
        for i in range(1, MAX_VOICES):
            copy_voice(stack[i - 1], stack[i])
        n -= 1
    voice = stack[n]
    voice.take = take
    voice.variation = variation
    voice.correlation = correlation
    voice.length = loop.length
    voice.origin = loop.origin
    voice.rate = loop.rate
    voice.phase = loop.phase
    voice.fade_start = start
    voice.fade_end = end
    voice.fade_correlation = fade_correlation
    voice.attack = attack
    voice.ring = 0
    copy_glide(voice, loop)
    if take < 0 or loop.state != SCRATCHING:
        voice.glide_frames = 0
    loop.dirty = 1
    return n + 1


@inline
def copy_voice(target, source):
    """Copy one voice record into another. Audio thread."""
    target.take = source.take
    target.variation = source.variation
    target.correlation = source.correlation
    target.length = source.length
    target.origin = source.origin
    target.rate = source.rate
    target.phase = source.phase
    target.fade_start = source.fade_start
    target.fade_end = source.fade_end
    target.fade_correlation = source.fade_correlation
    target.attack = source.attack
    target.ring = source.ring
    copy_glide(target, source)


@inline
def trim_voices(m, l, frame):
    """Forget the voices that a finished fade has covered. Audio thread."""
    loop = m.loops[l]
    loop.n_voices = trim_stack(loop, m.voices[l], loop.n_voices, frame)
    if loop.n_cues > 0:
        cues = m.voices[m.header[0].capacity + l]
        loop.n_cues = trim_stack(loop, cues, loop.n_cues, frame)
        if loop.n_cues == 1 and cues[0].take < 0:
            loop.n_cues = 0


@inline
def trim_stack(loop, stack, n, frame):
    """The same for a stack of n voices; returns how many are left. Audio thread."""
    top = n - 1
    while top > 0 and stack[top].fade_end > frame:
        top -= 1
    if top <= 0:
        return n
    for i in range(top, n):
        copy_voice(stack[i - top], stack[i])
    loop.dirty = 1
    return n - top


@inline
def is_silent(m, l):
    """Whether nothing sounds, not even a fade."""
    n = m.loops[l].n_voices
    return n == 0 or (n == 1 and m.voices[l, 0].take < 0)


@inline
def rings(m, l):
    """Whether what sounds is a tail, after the loop has stopped."""
    n = m.loops[l].n_voices
    return n > 0 and m.voices[l, n - 1].ring != 0


@inline
def sounds(m, l, slot):
    """Whether a voice reads `slot`."""
    for i in range(m.loops[l].n_voices):
        voice = m.voices[l, i]
        if voice.take == slot or voice.variation == slot:
            return True
    for i in range(m.loops[l].n_cues):
        voice = m.voices[m.header[0].capacity + l, i]
        if voice.take == slot or voice.variation == slot:
            return True
    return False


@inline
def add_variation(m, l, voice, out, at, position, run, frame):
    """Fade out[at:at+run], which holds the take, towards the voice's variation as `mix` says."""
    channels = m.header[0].channels
    variation = slot_audio(m, voice.variation)
    mix = m.controls[l, MIX]
    if frame >= mix.end:
        take_gain, variation_gain = crossfade_gains(mix.target, voice.correlation)
        if variation_gain == 0.0:
            return
        for k in range(run):
            for c in range(channels):
                new = variation[position + k, c]
                if take_gain != 0.0:
                    new = out[at + k, c] * take_gain + new * variation_gain
                out[at + k, c] = new
        return
    for k in range(run):
        take_gain, variation_gain = crossfade_gains(control_value(mix, frame + k), voice.correlation)
        for c in range(channels):
            out[at + k, c] = out[at + k, c] * take_gain + variation[position + k, c] * variation_gain


@inline
def render_voice(m, l, voice, out, frame, frames):
    """Write `frames` frames of one voice to `out`, from engine frame `frame` on. Audio thread."""
    channels = m.header[0].channels
    if voice.take < 0:
        out[:frames] = 0.0
        return
    if voice.glide_frames != 0:
        render_glide(m, l, voice, out, frame, frames)
        return
    if voice.rate != 1.0:
        render_at_rate(m, l, voice, out, frame, frames)
        return
    at = ZERO
    while at < frames:
        position = (frame + at - voice.origin) % voice.length
        run = min(frames - at, voice.length - position)
        slot, gain, other, other_gain, run, place = resolve(m, l, voice.take, position, run)
        audio = slot_audio(m, slot)
        if other >= 0:
            second = slot_audio(m, other)
            for k in range(run):
                for c in range(channels):
                    out[at + k, c] = audio[place + k, c] * gain + second[place + k, c] * other_gain
        else:
            for k in range(run):
                for c in range(channels):
                    out[at + k, c] = audio[place + k, c]
        if voice.variation >= 0:
            add_variation(m, l, voice, out, at, position, run, frame + at)
        at += run


@inline
def render_at_rate(m, l, voice, out, frame, frames):
    """The same for a voice that plays backwards or at another speed. Audio thread."""
    channels = m.header[0].channels
    copying = not is_settled(m, l)
    stretch = max(1.0, abs(voice.rate))
    mix = m.controls[l, MIX]
    for k in range(frames):
        x = wrapped(voice.phase + voice.rate * (frame + k - voice.origin), voice.length)
        first, second = read_between(m, l, voice.take, voice.length, x, stretch, copying)
        if voice.variation >= 0:
            take_gain, gain = crossfade_gains(control_value(mix, frame + k), voice.correlation)
            new_first, new_second = read_between(m, l, voice.variation, voice.length, x, stretch, False)
            first = first * take_gain + new_first * gain
            second = second * take_gain + new_second * gain
        out[k, 0] = flush(first)
        if channels > 1:
            out[k, 1] = flush(second)


@inline
def render_stack(m, l, stack, n, out, frame, frames):
    """Write `frames` frames of a stack of n voices of loop `l` to `out`, each fading over those beneath it. Audio thread."""
    channels = m.header[0].channels
    if n == 0:
        out[:frames] = 0.0
        return
    render_voice(m, l, stack[0], out, frame, frames)
    above = m.work[VOICE_BUFFER]
    for i in range(1, n):
        voice = stack[i]
        render_voice(m, l, voice, above, frame, frames)
        one_sound = voice.attack == 0 and voice.fade_correlation >= 1.0  # a take that fades into itself stays exact
        for k in range(frames):
            t = fade_fraction(frame + k, voice.fade_start, voice.fade_end)
            if voice.attack != 0:
                old_gain, new_gain = 1.0 - t, 1.0
            else:
                old_gain, new_gain = crossfade_gains(t, voice.fade_correlation)
            for c in range(channels):
                if not one_sound or out[k, c] != above[k, c]:
                    out[k, c] = np.float32(out[k, c] * old_gain + above[k, c] * new_gain)
