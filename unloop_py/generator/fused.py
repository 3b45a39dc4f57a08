"""What stands between two products of 8-bit numbers, fused into one pass over memory each: add, norm, activate, quantise.

A product takes rows of unsigned bytes (see `int8_layers`), each row (or block of rows) with a scale of its own, and gives 32-bit
floats that are still to be multiplied by that scale; whichever function comes next does so while it reads. Compiled by
numba, which shares the rows out among its threads. Loops are split where a reduction would keep LLVM from using vectors:
a largest magnitude is found as an integer, for bits of floats without their sign are in the floats' order.

Arrays are C-contiguous float32 unless said otherwise. Room B's only file with numba; any one thread at a time.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import config, njit, prange, set_num_threads, types
from numba.extending import intrinsic, overload

from unloop_py.generator import int8_layers

F4 = np.float32
LEVELS, ROUNDED, LEAST = F4(int8_layers.LEVELS), F4(int8_layers.MIDDLE + 0.5), F4(int8_layers.LEAST)
EPS = F4(1e-6)
"""Of the RMSNorm."""
EXPONENT = np.int32(127)
MAGNITUDE = np.uint32(0x7FFFFFFF)

# sin(pi r)^2 for |r| <= 1/2 as a polynomial in r^2 without its constant, which is 0; off by 5e-8 at most.
SIN2 = tuple(map(F4, (9.869604202620932, -32.46966356123474, 42.727063787437615, -30.100634938008277, 13.048337674578429,
                      -3.3563041912660987)))
# 2^f for |f| <= 1/2, off by 8e-5 of it at most: what it is for has 8 bits.
EXP2 = tuple(map(F4, (0.999928698, 0.693260791, 0.242601846, 0.0551679145)))
LOG2E = F4(1.4426950409)
FURTHEST = F4(80.0)
"""exp is taken of -80..80: beyond, nothing is left of a gate or of a weight."""
INVERSE_PI, ALPHA_EPS = F4(0.3183098862), F4(1e-9)
GELU, CUBIC = F4(-2 * 0.7978845608), F4(0.044715)

fused = njit(nogil=True, parallel=True, fastmath=True, error_model="numpy", cache=True)
inline = njit(nogil=True, fastmath=True, error_model="numpy", inline="always")


def set_threads(threads: int) -> None:
    """Share rows out among so many threads; numba has no more than the machine has cores."""
    set_num_threads(min(threads, config.NUMBA_NUM_THREADS))


@intrinsic
def as_float(typing_context, bits):
    """The float32 that has these int32's bits."""
    return types.float32(types.int32), lambda context, builder, signature, args: builder.bitcast(args[0], ir.FloatType())


@intrinsic
def as_bits(typing_context, value):
    """The bits of a float32, as uint32."""
    return types.uint32(types.float32), lambda context, builder, signature, args: builder.bitcast(args[0], ir.IntType(32))


@inline
def from_short(bits):
    """A float32 of a bfloat16's bits (uint16)."""
    return as_float(np.int32(np.uint32(bits) << np.uint32(16)))


@inline
def to_short(value):
    """The bits (uint16) of the bfloat16 nearest to a float32."""
    bits = as_bits(value)
    return np.uint16((bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16))


def load(number):
    """The float32 of a number of attention's: a float32, or a bfloat16's bits. Compiled code only."""
    raise NotImplementedError


def store(numbers, at, value):
    """Put a float32 among attention's numbers: as it is, or as a bfloat16's bits. Compiled code only."""
    raise NotImplementedError


@overload(load, inline="always")
def _load(number):
    if isinstance(number, types.Integer):
        return lambda number: from_short(number)
    return lambda number: number


@overload(store, inline="always")
def _store(numbers, at, value):
    if isinstance(numbers.dtype, types.Integer):
        def store_short(numbers, at, value):
            numbers[at] = to_short(value)
        return store_short

    def store_whole(numbers, at, value):
        numbers[at] = value
    return store_whole


@inline
def exp(x):
    """e^x for x in -`FURTHEST`..`FURTHEST`."""
    z = x * LOG2E
    whole = np.floor(z + F4(0.5))
    f = z - whole
    p = EXP2[0] + f * (EXP2[1] + f * (EXP2[2] + f * EXP2[3]))
    return p * as_float((np.int32(whole) + EXPONENT) << np.int32(23))


@inline
def largest(row):
    """The largest magnitude in a row."""
    most = np.uint32(0)
    for c in range(row.shape[0]):
        most = max(most, as_bits(row[c]) & MAGNITUDE)
    return as_float(np.int32(most))


@inline
def quantise(row, steps, out):
    """A row as bytes round the middle one, `steps` of them to 1."""
    for c in range(row.shape[0]):
        out[c] = np.uint8(np.int32(row[c] * steps + ROUNDED))


# -- of the transformer ------------------------------------------------------------------------------------------------

@fused
def norm_quantise(stream, product, product_scale, weight, out, scale):
    """Add a product to the stream, then RMSNorm and quantise it, each row by its own scale.

    stream (T, C) is changed; product (T, C) with product_scale (T,), or (0, C) for none; weight (C,); out (T, C) uint8;
    scale (T,) is written.
    """
    n_rows, dim = stream.shape
    for t in prange(n_rows):
        row = stream[t]
        if product.shape[0]:
            factor, added = product_scale[t], product[t]
            for c in range(dim):
                row[c] += added[c] * factor
        power = F4(0.0)
        for c in range(dim):
            power += row[c] * row[c]
        normed = np.empty(dim, F4)
        for c in range(dim):
            normed[c] = row[c] * weight[c]
        most = max(largest(normed), LEAST)
        quantise(normed, LEVELS / most, out[t])
        scale[t] = most / LEVELS / np.sqrt(power / F4(dim) + EPS)


@fused
def gate_quantise(product, product_scale, out, scale):
    """Half of a product times the GELU (tanh form) of its other half, quantised.

    product (T, 2 C), product_scale (T,), out (T, C) uint8, scale (T,) is written.
    """
    n_rows, dim = out.shape
    for t in prange(n_rows):
        factor, values, gates = product_scale[t], product[t, :dim], product[t, dim:]
        gated = np.empty(dim, F4)
        for c in range(dim):
            g = gates[c] * factor
            u = min(max(GELU * (g + CUBIC * g * g * g), -FURTHEST), FURTHEST)
            gated[c] = values[c] * factor * g / (F4(1.0) + exp(u))
        most = max(largest(gated), LEAST)
        quantise(gated, LEVELS / most, out[t])
        scale[t] = most / LEVELS


@fused
def split_heads(product, product_scale, q, k, v):
    """Queries (scaled by 1 / sqrt(D)), keys and values of a product, by head.

    product (T, 3 heads D), product_scale (T,); q, k, v (heads, >= T, D) float32 or uint16 (bits of bfloat16), rows beyond T are left.
    """
    n_heads, _, dim = q.shape
    root = F4(1.0) / np.sqrt(F4(dim))
    for t in prange(product.shape[0]):
        factor, row = product_scale[t], product[t]
        for h in range(n_heads):
            for part, (to, by) in enumerate(((q, factor * root), (k, factor), (v, factor))):
                values, own = row[(part * n_heads + h) * dim : (part * n_heads + h + 1) * dim], to[h, t]
                for d in range(dim):
                    store(own, d, values[d] * by)


@fused
def softmax_rows(scores, bias, n_queries, n_keys, total):
    """Attention's weights, in place: the softmax over keys of score + bias by distance, times `total`, their sum.

    scores (blocks, heads, >= n_queries, >= n_keys) float32 or uint16 (bits of bfloat16); bias (heads, n_queries + n_keys - 1), that of
    query i and key j at j - i + n_queries - 1, finite; total (blocks, heads, n_queries) is written. Columns from n_keys on get 0, rows
    from n_queries on are left.
    """
    n_blocks, n_heads, _, width = scores.shape
    for block in prange(n_blocks * n_heads):
        h = block % n_heads
        biased = np.empty(n_keys, F4)
        for i in range(n_queries):
            row, by = scores[block // n_heads, h, i], bias[h, n_queries - 1 - i :]
            # The largest, as a reduction that LLVM turns into vectors: the order of floats' bits, the sign's turned over.
            most = np.int32(-(2**31))
            for j in range(n_keys):
                biased[j] = load(row[j]) + by[j]
                bits = np.int32(as_bits(biased[j]))
                most = max(most, bits ^ ((bits >> np.int32(31)) & np.int32(0x7FFFFFFF)))
            top = as_float(most ^ ((most >> np.int32(31)) & np.int32(0x7FFFFFFF)))
            summed = F4(0.0)
            for j in range(n_keys):
                weight = exp(max(biased[j] - top, -FURTHEST))
                summed += weight
                store(row, j, weight)
            total[block // n_heads, h, i] = summed
            for j in range(n_keys, width):
                store(row, j, F4(0.0))


@fused
def merge_quantise(heads, total, out, scale):
    """What all heads found, divided by `total`, side by side, quantised.

    heads (heads, >= T, D) float32 or uint16 (bits of bfloat16), total (heads, T); out (T, heads D) uint8, scale (T,) is written.
    """
    n_heads, _, dim = heads.shape
    for t in prange(out.shape[0]):
        row = np.empty(n_heads * dim, F4)
        for h in range(n_heads):
            own, share = heads[h, t], F4(1.0) / total[h, t]
            for d in range(dim):
                row[h * dim + d] = load(own[d]) * share
        most = max(largest(row), LEAST)
        quantise(row, LEVELS / most, out[t])
        scale[t] = most / LEVELS


# -- of the codec ------------------------------------------------------------------------------------------------------

@inline
def snake(row, alpha):
    """x + sin(alpha x)^2 / alpha, in place; alpha (C,) or (0,) for none."""
    for c in range(alpha.shape[0]):
        turns = row[c] * alpha[c] * INVERSE_PI
        r = turns - np.floor(turns + F4(0.5))
        u = r * r
        sin2 = u * (SIN2[0] + u * (SIN2[1] + u * (SIN2[2] + u * (SIN2[3] + u * (SIN2[4] + u * SIN2[5])))))
        row[c] += sin2 / (alpha[c] + ALPHA_EPS)


@inline
def read_row(t, stream, product, scale, block, bias, first, out):
    """Row t of a flow: the stream's, the product's with its scale and bias, or their sum."""
    dim = out.shape[0]
    if stream.shape[0]:
        kept = stream[(first + t) % stream.shape[0]]
        for c in range(dim):
            out[c] = kept[c]
    else:
        for c in range(dim):
            out[c] = F4(0.0)
    if product.shape[0]:
        factor, added = scale[t // block], product[t]
        for c in range(dim):
            out[c] += added[c] * factor + bias[c]


@fused
def snake_quantise(length, stream, product, scale, block, bias, first, alpha, before, advance, summed, out, out_scale):
    """A flow (see `int8_lac.Flow`, whose fields come first), activated and quantised in blocks that overlap, round its circle.

    alpha (C,), or (0,) for no activation. Block n of out (N, rows, C) uint8 begins at row n * advance - before, and has the scale
    out_scale[n], which is written. summed (length, C) is given stream + product; (0, 0) where nobody asks for it.
    """
    n_blocks, rows, dim = out.shape
    for n in prange(n_blocks):
        values = np.empty((rows, dim), F4)
        start = n * advance - before
        for r in range(rows):
            t = (start + r) % length
            row = values[r]
            read_row(t, stream, product, scale, block, bias, first, row)
            if summed.shape[0] and before <= r < before + advance and start + r < length:
                kept = summed[t]
                for c in range(dim):
                    kept[c] = row[c]
            snake(row, alpha)
        flat = values.reshape(rows * dim)
        most = max(largest(flat), LEAST)
        quantise(flat, LEVELS / most, out[n].reshape(rows * dim))
        out_scale[n] = most / LEVELS


@fused
def add_flow(length, stream, product, scale, block, bias, first, skipped, share, adds, total):
    """Add a share of a flow's rows from `skipped` on to total (rows, C), or put it there."""
    n_rows, dim = total.shape
    for t in prange(n_rows):
        row, own = np.empty(dim, F4), total[t]
        read_row(skipped + t, stream, product, scale, block, bias, first, row)
        if adds:
            for c in range(dim):
                own[c] += row[c] * share
        else:
            for c in range(dim):
                own[c] = row[c] * share


@fused
def spread_steps(product, scale, block, bias, shift, out):
    """A transposed convolution's product (>= T, ratio C) as its rows out (T ratio, C), moved back by `shift` rows round the circle."""
    n_rows, dim = out.shape
    ratio = product.shape[1] // dim
    for p in prange(n_rows):
        t, j = divmod((p + shift) % n_rows, ratio)
        factor, values, own = scale[t // block], product[t, j * dim : (j + 1) * dim], out[p]
        for c in range(dim):
            own[c] = values[c] * factor + bias[c]


@fused
def snake_rows(stream, alpha, out):
    """A stream (rows, C) activated, into out."""
    for t in prange(stream.shape[0]):
        row = out[t]
        for c in range(row.shape[0]):
            row[c] = stream[t, c]
        snake(row, alpha)
