"""VampNet in 8 bits plays what it plays in floats, nearly; and it is made once, and kept."""

import functools

import numpy as np
import pytest
import torch

from tests.generator.test_vampnet_parity import GOLDEN
from unloop_py.errors import ParameterError
from unloop_py.generator import fused, int8_lac, int8_models, load_vampnet
from unloop_py.generator.int8_layers import MIDDLE, Int8Convolution, Int8Linear
from unloop_py.generator.sight import BLOCK, Sight


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "int8-cache"
    monkeypatch.setattr(int8_models, "user_cache_folder", lambda: folder)
    return folder


@pytest.fixture(scope="module")
def plain():
    return load_vampnet(GOLDEN, circular=True)


@pytest.fixture
def short():
    return load_vampnet(GOLDEN, circular=True, int8=True)


def decibels(wanted, found):
    """Of the signal over the error."""
    return float(10 * torch.log10(wanted.pow(2).sum() / (wanted - found).pow(2).sum()))


def tokens(*shape, masked=False):
    return torch.randint(0, 1025 if masked else 1024, shape, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize("layer, wanted", (
    (Int8Linear(torch.tensor([[1.0, -2.0, 0.5], [0.25, 0.0, 4.0]])), [[-2.0, 8.25]]),
    (Int8Convolution(torch.tensor([[[1.0, -2.0, 0.5]]]), dilation=1), None)))
def test_a_product_of_bytes_is_that_of_the_numbers_that_they_stand_for(layer, wanted):
    rows = torch.tensor([[1, 2, 2], [0, 0, 0]], dtype=torch.int16)
    if wanted is None:
        made = layer((rows.flatten()[None, :, None] + MIDDLE).to(torch.uint8))
        np.testing.assert_allclose(made.flatten(), [-2.0, -2.0, 2.0, 0.0], atol=0.05)
    else:
        made = layer((rows + MIDDLE).to(torch.uint8))
        np.testing.assert_allclose(made, [*wanted, [0.0, 0.0]], atol=0.05)


@pytest.mark.parametrize("name", ("coarse", "coarse_to_fine"))
@pytest.mark.parametrize("steps, window", ((5, None), (64, 575), (61, 575), (2 * BLOCK + 37, 64)))
def test_logits_are_the_plain_networks_within_three_hundredths(plain, short, name, steps, window):
    ours, theirs = getattr(short, name), getattr(plain, name)
    codes = tokens(2, ours.n_codebooks, steps, masked=True)
    codes[:, : ours.n_conditioning] %= 1024
    was = theirs.window
    try:
        theirs.window = ours.window = window
        wanted, found = theirs.logits(codes), ours.logits(codes)
        turned = ours.logits(codes.roll(11, -1)).roll(-11, 2)
    finally:
        theirs.window = was
    assert found.shape == wanted.shape
    assert (found - wanted).pow(2).mean().sqrt() < 0.03 * wanted.std()
    assert (found.argmax(-1) == wanted.argmax(-1)).float().mean() > 0.9
    assert (turned - found).pow(2).mean().sqrt() < 0.01 * wanted.std(), "a loop that is turned gives the same, turned"


def test_attention_is_in_whole_floats_where_short_ones_are_slow(plain, short, monkeypatch):
    codes = tokens(1, 4, 50, masked=True)
    wanted, found = plain.coarse.logits(codes), short.coarse.logits(codes)
    for dtype in (torch.float32, torch.bfloat16):
        monkeypatch.setattr(short.coarse.transformer, "attention_dtype", dtype)
        made = short.coarse.logits(codes)
        assert (made - wanted).pow(2).mean().sqrt() < 0.03 * wanted.std()
        assert (made - found).pow(2).mean().sqrt() < 0.02 * wanted.std()


def test_an_item_of_a_batch_gets_what_it_would_get_alone(short):
    codes, mask = tokens(3, 4, 30), torch.ones(3, 4, 30)
    mask[..., ::5] = 0
    together = short.coarse.generate(codes, mask, steps=3, seed=7)
    alone = [short.coarse.generate(codes[item, None], mask[item, None], steps=3, seed=7 + item) for item in range(3)]
    assert torch.equal(together, torch.cat(alone))


@pytest.mark.parametrize("steps", (1, 40, 333))
def test_sound_is_the_plain_codecs_twenty_decibels_above_the_error(plain, short, steps):
    codes = tokens(2, 14, steps)
    assert decibels(plain.codec.decode(codes), short.codec.decode(codes)) > 20
    sound = 0.1 * torch.randn(2, 1, steps * 768, generator=torch.Generator().manual_seed(1))
    assert decibels(plain.codec.latents(sound), short.codec.latents(sound)) > 20


def test_long_sound_goes_through_in_pieces_and_no_joint_is_heard(plain, short, monkeypatch):
    codes = tokens(1, 14, 96)
    wanted, whole = plain.codec.decode(codes), short.codec.decode(codes)
    monkeypatch.setattr(int8_lac, "PIECE", 2**15)
    sound = short.codec.decode(codes)
    rows = len(sound[0, 0])
    joints = [start for start, _, _ in int8_lac.pieces(rows, 2, 60)][1:]
    assert joints, "there are pieces"
    error = (sound - wanted)[0, 0]
    near = torch.stack([error[at - 64 : at + 64].pow(2).mean() for at in joints]).mean().sqrt()
    assert near < 1.5 * error.pow(2).mean().sqrt(), "the error is no larger where pieces meet"
    assert decibels(wanted, sound) > decibels(wanted, whole) - 2


def test_what_is_quiet_before_an_attack_is_not_coarsened_by_it():
    stream = np.zeros((512, 48), np.float32)
    stream[:256], stream[256:] = 0.001, 1.0
    layer = int8_lac.Convolved(None, torch.eye(48)[..., None], torch.zeros(48), before=0)
    layer.block = 64
    found = int8_lac.summed(layer(int8_lac.Flow(512, stream)))
    np.testing.assert_allclose(found, stream, rtol=0.01)


@pytest.mark.parametrize("dtype", (torch.bfloat16, torch.float32))
def test_attentions_weights_are_the_softmax_of_scores_and_bias(dtype):
    random = np.random.default_rng(2)
    scores = torch.from_numpy(random.normal(0, 3, (2, 3, 40, 48)).astype(np.float32)).to(dtype)
    bias = random.normal(0, 2, (3, 37 + 45 - 1)).astype(np.float32)
    bias[:, 5] = -1e9
    place = np.arange(45)[None] - np.arange(37)[:, None] + 36
    wanted = (scores[:, :, :37, :45].float() + torch.from_numpy(bias[:, place])).softmax(-1)
    total = np.empty((2, 3, 37), np.float32)
    fused.softmax_rows((scores.view(torch.uint16) if dtype == torch.bfloat16 else scores).numpy(), bias, 37, 45, total)
    torch.testing.assert_close(scores[:, :, :37, :45].float() / torch.from_numpy(total)[..., None], wanted, rtol=0.01, atol=1e-5)
    assert not scores[:, :, :37, 45:].any()


@pytest.mark.parametrize("x", (-30.0, -1.0, -0.1, 0.0, 0.3, 2.0, 30.0))
def test_the_gate_is_gelu_and_the_snake_is_a_snake(x):
    rows = np.array([[2.0, 1.0, x, 0.5 * x]], np.float32)
    out, scale = np.zeros((1, 2), np.uint8), np.zeros(1, np.float32)
    fused.gate_quantise(rows, np.ones(1, np.float32), out, scale)
    gate = torch.nn.functional.gelu(torch.tensor([x, 0.5 * x]), approximate="tanh").numpy()
    np.testing.assert_allclose((out[0].astype(float) - MIDDLE) * scale, rows[0, :2] * gate, atol=0.006 * abs(2 * gate).max() + 1e-12)
    alpha, made = np.array([0.7], np.float32), np.zeros((1, 1), np.float32)
    fused.snake_rows(np.array([[x]], np.float32), alpha, made)
    assert made[0, 0] == pytest.approx(x + np.sin(0.7 * x) ** 2 / 0.7, abs=2e-5)


def test_every_step_of_a_long_circle_sees_each_step_of_its_window_once():
    for steps, window in ((193, 192), (400, 64), (BLOCK, 10), (1000, 575)):
        sight = Sight(steps, True, window)
        seen = sight.bias(torch.zeros(32, 1), 32)[0] == 0
        for queries, keys in zip(sight.queries, sight.keys, strict=True):
            for query in (0, len(queries) // 2, len(queries) - 1):
                heard = keys[seen[query]]
                distance = (heard - queries[query] + steps // 2) % steps - steps // 2
                assert len(heard.unique()) == len(heard) == window
                assert -window // 2 <= int(distance.min()) and int(distance.max()) <= window // 2


def test_the_models_are_made_once_and_a_later_start_takes_them_from_the_cache(cache, monkeypatch):
    for file in cache.glob("int8/*"):
        file.unlink()
    codes = tokens(1, 4, 20, masked=True)
    first = load_vampnet(GOLDEN, circular=True, int8=True).coarse.logits(codes)
    kept = sorted(cache.glob("int8/*.safetensors"))
    assert [file.name.partition("-")[0] for file in kept] == ["c2f", "coarse", "codec"]
    with monkeypatch.context() as patch:
        patch.setattr(int8_models, "load_network", None)  # is not asked
        assert torch.equal(load_vampnet(GOLDEN, circular=True, int8=True).coarse.logits(codes), first)
    kept[1].write_bytes(kept[1].read_bytes()[:1000])
    assert torch.equal(load_vampnet(GOLDEN, circular=True, int8=True).coarse.logits(codes), first), "a damaged one is made again"
    other = load_vampnet(GOLDEN, circular=True, int8=True, lora_scale=0.0).coarse_to_fine
    assert len(list(cache.glob("int8/c2f-*"))) == 2, "other adapters, another file"
    assert not torch.equal(other.logits(tokens(1, 14, 20)), load_vampnet(GOLDEN, circular=True, int8=True).fine.logits(tokens(1, 14, 20)))


def test_the_cache_keeps_only_so_many_and_does_without_a_place_to_write(cache, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(int8_models, "KEPT", 3)
    load_vampnet(GOLDEN, circular=True, int8=True, lora_scale=0.25)
    assert len(list(cache.glob("int8/*"))) == 3
    (tmp_path / "file").touch()
    monkeypatch.setattr(int8_models, "user_cache_folder", lambda: tmp_path / "file")
    assert load_vampnet(GOLDEN, circular=True, int8=True).codec.decode(tokens(1, 14, 3)).shape == (1, 1, 3 * 768)
    assert "made again at the next start" in caplog.text


@pytest.mark.parametrize("how", ({"circular": False}, {"circular": True, "device": "cuda"}))
def test_bytes_play_circles_on_a_processor_and_nothing_else(how):
    with pytest.raises(ParameterError, match="int8=False"):
        load_vampnet(GOLDEN, int8=True, **how)


def test_the_bytes_of_a_straight_piece_are_asked_of_nobody(short):
    for ask in (functools.partial(short.codec.decode, tokens(1, 14, 4)), functools.partial(short.codec.encode, torch.zeros(1, 1, 768))):
        with pytest.raises(ParameterError, match="circle"):
            ask(circular=False)
