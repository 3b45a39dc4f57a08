"""Read the variables of a TensorFlow checkpoint (the ``tensor bundle`` of TF 1 and 2) with numpy alone.

The index is a sorted string table as LevelDB writes it (doc/table_format.md of that project): blocks of entries whose
keys share prefixes, each value a BundleEntryProto (tensorflow/core/protobuf/tensor_bundle.proto) that says where in the
data file a variable lies. Uncompressed files of one shard with float32 variables are all that is needed here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from unloop_py.errors import ModelError

MAGIC = 0xDB4775248B80FB57
FOOTER_BYTES = 48
DT_FLOAT = 1


def read_variables(index_path: Path, data_path: Path) -> dict[str, np.ndarray]:
    """Every float32 variable by its name, in TensorFlow's layout. Raises ModelError for a file that is another thing."""
    try:
        index, data = index_path.read_bytes(), data_path.read_bytes()
        entries = _table(index)
        return {name: _variable(value, data) for name, value in entries.items() if name and _fields(value).get(1) == DT_FLOAT}
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise ModelError(f"{index_path} cannot be read as a TensorFlow checkpoint ({error}): install the package again") from None


def _variable(value: bytes, data: bytes) -> np.ndarray:
    fields = _fields(value)
    shape = [_fields(size).get(1, 0) for size in _repeated(fields.get(2, b""), 2)]
    offset, size = fields.get(4, 0), fields.get(5, 0)
    if offset + size > len(data) or size != 4 * int(np.prod(shape)):
        raise ValueError("a variable lies outside of the data file")
    return np.frombuffer(data, "<f4", size // 4, offset).reshape(shape)


def _table(index: bytes) -> dict[str, bytes]:
    """All keys and values of the table."""
    if len(index) < FOOTER_BYTES or int.from_bytes(index[-8:], "little") != MAGIC:
        raise ValueError("no table of variables in it")
    footer = index[-FOOTER_BYTES:]
    _, place = _varint(footer, 0)           # the meta index: where it begins,
    _, place = _varint(footer, place)       # and how long it is
    begin, place = _varint(footer, place)
    length, _ = _varint(footer, place)
    entries: dict[str, bytes] = {}
    for handle in _block(index, begin, length).values():
        begin, place = _varint(handle, 0)
        length, _ = _varint(handle, place)
        entries |= {key.decode(): value for key, value in _block(index, begin, length).items()}
    return entries


def _block(index: bytes, begin: int, length: int) -> dict[bytes, bytes]:
    """The entries of one block."""
    block = index[begin : begin + length]
    if index[begin + length] != 0:
        raise ValueError("its table is compressed")
    end = length - 4 - 4 * int.from_bytes(block[-4:], "little")  # restart points follow the entries, then their number
    entries, key, place = {}, b"", 0
    while place < end:
        shared, place = _varint(block, place)
        own, place = _varint(block, place)
        size, place = _varint(block, place)
        key = key[:shared] + block[place : place + own]
        entries[key] = block[place + own : place + own + size]
        place += own + size
    return entries


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """An integer of 7 bits a byte, and the place after it."""
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7


def _messages(data: bytes) -> list[tuple[int, int | bytes]]:
    """The fields of a protocol buffer's message, as (number, value), in order."""
    found: list[tuple[int, int | bytes]] = []
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        kind = tag & 7
        value: int | bytes
        if kind == 0:
            value, place = _varint(data, place)
        elif kind == 2:
            size, place = _varint(data, place)
            value, place = data[place : place + size], place + size
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, place = data[place : place + size], place + size
        else:
            raise ValueError("a field of unknown kind")
        found.append((tag >> 3, value))
    return found


def _fields(data: bytes) -> dict[int, int | bytes]:
    return dict(_messages(data))


def _repeated(data: bytes, number: int) -> list[bytes]:
    return [value for field, value in _messages(data) if field == number and isinstance(value, bytes)]
