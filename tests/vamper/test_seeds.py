"""Each repetition has a seed of its own."""

from unloop_py.vamper.seeds import derive_seed, seed_of_repetition


def test_seeds_stay_what_they_were_in_earlier_versions():
    assert [derive_seed(1, 1), derive_seed(1, 2), derive_seed(2147483647, 999)] == [
        4744253937173237, 6644604159053408, 6420775433311753]


def test_neighbours_have_nothing_in_common():
    seeds = [derive_seed(seed, index) for seed in range(50) for index in range(1, 51)]
    assert len(set(seeds)) == len(seeds)
    high_bits = [seed >> 52 for seed in seeds]
    assert 0.4 < sum(high_bits) / len(high_bits) < 0.6


def test_a_seed_survives_json_and_clients_that_hold_numbers_as_doubles():
    for index in range(1, 1000):
        seed = derive_seed(5, index)
        assert 1 <= seed < 2**53 and int(float(seed)) == seed


def test_a_locked_seed_is_the_first_repetition_s_for_all_of_them():
    assert {seed_of_repetition(7, index, True) for index in range(1, 9)} == {derive_seed(7, 1)}
    assert [seed_of_repetition(7, index, False) for index in (1, 2)] == [derive_seed(7, 1), derive_seed(7, 2)]
