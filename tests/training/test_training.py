"""Training resumes, learns, and keeps its data whole. Everything here is tiny; the bundled model's log shows a real run."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.rvq_codec import RvqCodecConfig
from unloop_py.generator.transformer import MaskedTransformer, TransformerConfig
from unloop_py.training import codec_training, masked_training
from unloop_py.training.masked_training import held_out_figures, masked_loss, train_masked, training_mask
from unloop_py.training.store import LoopStore
from unloop_py.training.tokens import TokenStore
from unloop_py.training.trainer import Run


class ToneMaker:
    """Stands in for the LoopMaker: a few tones, a second long, other ones for each seed."""

    def make(self, seed: int) -> SimpleNamespace:
        rng = np.random.default_rng(seed)
        t = np.arange(40_000) / 44_100
        audio = sum(np.sin(2 * np.pi * f * t) * a for f, a in zip(rng.uniform(80, 4000, 4), rng.uniform(0.02, 0.2, 4), strict=True))
        return SimpleNamespace(audio=audio.astype(np.float32), tempo=100.0, beats=4, parts=("bass",))


@pytest.fixture
def store(tmp_path):
    loops = LoopStore(tmp_path / "loops")
    loops.render(range(6), ToneMaker)
    return loops


def test_rendering_that_was_cut_short_goes_on_and_gives_what_it_would_have_given(tmp_path, store):
    cut = LoopStore(tmp_path / "cut")
    cut.render(range(2), ToneMaker)
    with cut.samples_path.open("ab") as file:
        file.write(b"half a loop")
    with cut.index_path.open("a") as file:
        file.write('{"seed": 2, "start"')
    cut.index_path.write_text("".join(line + "\n" for line in cut.index_path.read_text().splitlines() if line.endswith("}")))
    again = LoopStore(tmp_path / "cut")
    again.render(range(6), ToneMaker)
    assert [row["seed"] for row in again.rows] == [row["seed"] for row in store.rows]
    assert all(np.array_equal(a, b) for a, b in zip(again, store, strict=True))


def test_a_piece_goes_round_and_round_its_loop(store):
    loop = store[3]
    assert np.array_equal(store.piece(3, len(loop) - 10, 30), np.concatenate((loop[-10:], loop[:20])))


def test_tokens_are_read_once_and_added_to(tmp_path, store):
    codec = random_models(1).codec
    tokens = TokenStore(tmp_path / "tokens")
    tokens.encode(store, codec, readings=1)
    first = [np.array(codes) for codes in (tokens[i] for i in range(len(tokens)))]
    again = TokenStore(tmp_path / "tokens")
    again.encode(store, codec, readings=2)
    assert len(first) == 6 and len(again) == 12
    assert all(np.array_equal(again[i], first[i]) for i in range(6))
    assert not np.array_equal(again[6][:, :40], first[0][:, :40])


def test_hidden_tokens_are_never_conditioning_ones_and_no_item_has_none():
    rng = np.random.default_rng(0)
    for _ in range(20):
        mask = training_mask((8, 9, 30), 4, rng)
        assert not mask[:, :4].any()
        assert mask.flatten(1).any(dim=1).all()


def test_a_run_that_was_killed_goes_on_with_its_steps_minutes_and_weights(tmp_path):
    def start() -> tuple[torch.nn.Linear, Run]:
        layer = torch.nn.Linear(2, 2)
        optimizer = torch.optim.AdamW(layer.parameters(), 1e-3)
        return layer, Run(tmp_path, minutes=1.0, learning_rate=1e-3, state={"layer": layer}, optimizer=optimizer)

    layer, run = start()
    for _ in range(3):
        assert run.left() > 0
        run.step()
    run.save()
    run.log(loss=1.0)
    again_layer, again = start()
    assert again.steps == 3 and again.spent_s == pytest.approx(run.spent_s)
    assert torch.equal(again_layer.weight, layer.weight)
    assert json.loads(run.log_path.read_text())["step"] == 3
    again.spent_s = 61.0
    assert again.left() == 0


def test_the_masked_model_learns_loops_that_it_is_shown(tmp_path, store, monkeypatch):
    monkeypatch.setattr(masked_training, "BATCH", 4)
    monkeypatch.setattr(masked_training, "STEPS", 40)
    models = random_models(1)
    tokens = TokenStore(tmp_path / "tokens")
    tokens.encode(store, models.codec, readings=1)
    config = TransformerConfig(dim=32, n_layers=1, n_heads=2, latent_dim=24)
    fresh = MaskedTransformer(config)
    fresh.set_codebooks(models.codec.quantizer.vectors())
    before = held_out_figures(fresh, tokens, loops=6)
    model = train_masked(tokens, tokens, models.codec.quantizer.vectors(), config, tmp_path / "run", minutes=0.06)
    after = held_out_figures(model, tokens, loops=6)
    assert after["held_out_loss"] < before["held_out_loss"] - 0.3
    codes = torch.from_numpy(np.array(tokens[0][:4])).long()[None]
    assert masked_loss(model, codes, torch.ones_like(codes, dtype=torch.bool)).isfinite()


def test_the_codec_learns_and_each_codebook_keeps_to_axes_of_its_own(tmp_path, store, monkeypatch):
    monkeypatch.setattr(codec_training, "BATCH", 4)
    monkeypatch.setattr(codec_training, "STEPS", 30)
    config = RvqCodecConfig(decoder_dim=32, decoder_layers=1, codebook_size=64, n_codebooks=6, latent_dim=28, bands_per_erb=1.0)
    codec = codec_training.lay_tokens(store, config, vectors=500, rounds=3)
    assert codec.config.codebook_axes[:4] == codec_training.COARSE_AXES and codec.n_codebooks == 6
    for books in (codec.quantizer.books()[:4], codec.quantizer.books()[4:]):
        axes = torch.cat([axes for _, axes in books]).tolist()
        assert len(axes) == len(set(axes))  # coarse codebooks share no axis, nor do fine ones
    tables = codec.quantizer.tables.clone()
    codec_training.train_decoder(codec, store, store, tmp_path / "decoder", minutes=0.02)
    assert torch.equal(codec.quantizer.tables, tables)
    loop = torch.from_numpy(store[0])[None, None]
    codes = codec.encode(loop)
    assert codes.shape == (1, 6, 53)
    made = codec.decode(codes)[0, 0, : loop.shape[-1]].numpy()
    noise = np.random.default_rng(0).standard_normal(loop.shape[-1]).astype(np.float32) * store[0].std()
    error = codec_training.mel_error
    assert error(store[0], made, 44_100) < 0.7 * error(store[0], noise, 44_100)


def test_axes_are_shared_out_at_equal_rate_and_no_codebook_is_left_without():
    groups = codec_training.share_out(torch.tensor([4.0**-i for i in range(12)]), 3, 30.0)
    assert sorted(int(axis) for group in groups for axis in group) == list(range(sum(len(g) for g in groups)))
    assert all(len(group) for group in groups)
    assert len(groups[0]) <= len(groups[1]) <= len(groups[2])
    lonely = codec_training.share_out(torch.tensor([1.0, 1e-12, 1e-12]), 3, 30.0)
    assert [len(group) for group in lonely] == [1, 1, 1]
