"""Everything that sounds, added up: each loop at its level, at every output that it is sent to."""

from __future__ import annotations

import math

import numpy as np

from .compiled import inline, merged
from .dsp import control_value, flush, limit
from .layout import CLICK_S, DECAY, HERE, MUTE, OUTPUT_RING, SOLO
from .messages import Control
from .routing import hear
from .voices import render_stack

LOOP, CUE, CLICK = 0, 2, 3  # indices in Memory.work
WET = np.int64(Control.WET)
DRY = np.int64(Control.DRY)
LOOP_DRY = np.int64(Control.LOOP_DRY)
DISCRETE_PREFADER = np.int64(Control.DISCRETE_PREFADER)
MAIN_WET = np.int64(Control.MAIN_WET)
MAIN_INPUT_GAIN = np.int64(Control.MAIN_INPUT_GAIN)


@merged
def render(m, at, frame, run):
    """Add up what all loops sound like over `run` frames, for every output. Audio thread."""
    header = m.header[0]
    m.block[at : at + run, header.n_inputs :] = 0.0
    if header.has_cue != 0:
        m.work[CUE, at : at + run] = 0.0
    for l in range(header.n_loops):
        loop = m.loops[l]
        dry = m.controls[l, LOOP_DRY]
        if loop.n_voices > 0 and is_steady(m.controls[l], loop.sends_until, frame):
            gain, own_gain = levels(m.controls[l], frame)
            if gain != 0.0 or own_gain != 0.0:
                add_steady(m, l, at, frame, run, gain, own_gain)
        elif loop.n_voices > 0:
            add_moving(m, l, at, frame, run)
        if dry.target != 0.0 or frame < dry.end:
            add_input(m, l, at, frame, run)
        if loop.n_cues > 0:
            add_cue(m, l, at, frame, run)


@inline
def levels(controls, frame):
    """The gains of a loop at the common outputs and at the others."""
    wet = control_value(controls[WET], frame)
    heard = control_value(controls[MUTE], frame) * control_value(controls[SOLO], frame)
    heard = heard * control_value(controls[HERE], frame) * control_value(controls[DECAY], frame)
    before_fader = control_value(controls[DISCRETE_PREFADER], frame)
    return wet * heard, (wet + (1.0 - wet) * before_fader) * heard


@inline
def is_steady(controls, sends_until, frame):
    """Whether no level of a loop moves any more, nor where it sounds."""
    still = frame >= controls[WET].end and frame >= controls[MUTE].end and frame >= controls[SOLO].end
    still = still and frame >= controls[HERE].end and frame >= controls[DECAY].end
    return still and frame >= controls[DISCRETE_PREFADER].end and frame >= sends_until


@inline
def add_steady(m, l, at, frame, run, gain, own_gain):
    """Add what a loop plays while its levels stand still."""
    header = m.header[0]
    sound = m.work[LOOP]
    block = m.block
    last = header.channels - 1
    render_stack(m, l, m.voices[l], m.loops[l].n_voices, sound, frame, run)
    for o in range(header.n_sends):
        end = header.n_inputs + o
        first = m.routes[l, end, 0].target
        second = m.routes[l, end, last].target if last > 0 else 0.0
        if first != 0.0 or second != 0.0:
            level = gain if o <= last else own_gain
            for k in range(run):
                block[at + k, end] += np.float32((sound[k, 0] * first + sound[k, last] * second) * level)


@inline
def add_moving(m, l, at, frame, run):
    """The same while they move."""
    header = m.header[0]
    sound = m.work[LOOP]
    last = header.channels - 1
    render_stack(m, l, m.voices[l], m.loops[l].n_voices, sound, frame, run)
    for k in range(run):
        gain, own_gain = levels(m.controls[l], frame + k)
        for o in range(header.n_sends):
            end = header.n_inputs + o
            first = control_value(m.routes[l, end, 0], frame + k)
            second = control_value(m.routes[l, end, last], frame + k) if last > 0 else 0.0
            level = gain if o <= last else own_gain
            m.block[at + k, end] += np.float32((sound[k, 0] * first + sound[k, last] * second) * level)


@inline
def add_input(m, l, at, frame, run):
    """Add what a loop hears, as far as `loop_dry` says."""
    header = m.header[0]
    last = header.channels - 1
    for k in range(run):
        gain = control_value(m.controls[l, LOOP_DRY], frame + k) * control_value(m.controls[l, HERE], frame + k)
        x = hear(m, l, frame + k, 0)
        y = hear(m, l, frame + k, last)
        for o in range(header.n_sends):
            end = header.n_inputs + o
            first = control_value(m.routes[l, end, 0], frame + k)
            second = control_value(m.routes[l, end, last], frame + k) if last > 0 else 0.0
            m.block[at + k, end] += np.float32((x * first + y * second) * gain)


@inline
def add_cue(m, l, at, frame, run):
    """Add the offer that waits to what the second output has."""
    sound = m.work[LOOP]
    render_stack(m, l, m.voices[m.header[0].capacity + l], m.loops[l].n_cues, sound, frame, run)
    for k in range(run):
        wet = control_value(m.controls[l, WET], frame + k)
        for c in range(m.header[0].channels):
            m.work[CUE, at + k, c] += np.float32(sound[k, c] * wet)


@inline
def finish_output(m, at, frame, run):
    """Add the input that is to be heard, limit, and keep a copy of all that sounds for whoever records it. Audio thread."""
    header = m.header[0]
    rings = m.rings[0]
    main_wet = m.controls[0, MAIN_WET]
    dry = m.controls[0, DRY]
    input_gain = m.controls[0, MAIN_INPUT_GAIN]
    tape = header.n_inputs + header.n_outputs if header.n_sends > header.n_outputs else 0
    peak = rings.peak_out
    for k in range(run):
        wet = control_value(main_wet, frame + k)
        gain = control_value(dry, frame + k) * control_value(input_gain, frame + k)
        for o in range(header.n_outputs):
            x = np.float32(m.block[at + k, header.n_inputs + o] * wet)
            if gain != 0.0 and o < header.channels:
                x = np.float32(x + m.block[at + k, o] * gain)
            y = np.float32(flush(limit(x)))
            if y != x:
                rings.limited += 1
            m.block[at + k, header.n_inputs + o] = y
            peak = max(peak, abs(y))
            if o < header.channels:
                if tape > 0:
                    y = np.float32(flush(limit(x + m.block[at + k, tape + o] * wet)))
                m.output_ring[(frame + k) % OUTPUT_RING, o] = y
    rings.peak_out = peak


@inline
def render_click(m, at, frame, run):
    """The click of a count-in: a sine that dies away. It is no part of the output that is recorded."""
    header = m.header[0]
    length = CLICK_S * header.sample_rate
    for k in range(run):
        age = frame + k - header.click_frame
        x = 0.0
        if header.click_level > 0.0 and age < length:
            x = header.click_level * (1.0 - age / length) ** 3 * math.sin(2.0 * math.pi * header.click_hz * age / header.sample_rate)
        m.work[CLICK, at + k, 0] = x
