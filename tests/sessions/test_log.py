"""The log's bytes are all there, however long ago they were added and in however little room."""

import numpy as np

from unloop_py.sessions.log import PACKED_BYTES, LogBytes, line, read_log


def test_any_part_of_a_long_log_can_be_asked_for_and_what_is_long_past_takes_little_room():
    log, whole = LogBytes(), bytearray()
    for n in range(20_000):
        data = line({"what": "seam", "at": 96_000 * n, "loop": 0, "index": n, "tag": n % 7, "late": 0})
        log.add(data)
        whole += data
    assert len(log) == len(whole) > 4 * PACKED_BYTES
    chance = np.random.default_rng(1)
    for start, end in [(0, len(whole)), (len(whole) - 10, len(whole)), *np.sort(chance.integers(0, len(whole), (20, 2)))]:
        assert log.slice(int(start), int(end)) == whole[int(start) : int(end)]
    assert sum(map(len, log._packed)) < len(whole) / 5


def test_lines_that_are_no_entries_are_counted_and_a_last_one_that_was_being_written_is_none(tmp_path):
    (tmp_path / "log").write_bytes(line({"what": "a"}) + b"{]\n" + b'{"no": 1}\n' + line({"what": "b"}) + b'{"what": "c"')
    assert read_log(tmp_path / "log") == ([{"what": "a"}, {"what": "b"}], 2)
