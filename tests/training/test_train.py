"""Training from nothing: the same losses however it is split, killed or resumed; and configs that cannot be."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner
from tensorboardX.proto.event_pb2 import Event

from unloop_py.audio_io.wav import read_audio
from unloop_py.cli.train import train as train_command
from unloop_py.errors import UnloopError
from unloop_py.generator.checkpoint import load_models, random_models, save_network
from unloop_py.generator.transformer import MaskedTransformer, TransformerConfig
from unloop_py.training.audio_folder import open_folder
from unloop_py.training.config_file import ConfigError, TrainConfig, read_config
from unloop_py.training.objectives import Lots
from unloop_py.training.own_model import train_from_config
from unloop_py.training.world import World

pytestmark = pytest.mark.usefixtures("one_thread")
ROOT = Path(__file__).resolve().parents[2]
ALONE = World(0, 1, 0, 1, torch.device("cpu"))
CONFIG = """
[model]
dim = 32
n_layers = 1
n_heads = 2
[data]
codec = "{folder}/codec"
held_out = 0.2
workers = 1
[training]
steps = 8
batch = 4
piece_steps = 24
warmup = 2
seed = 5
[output]
folder = "{folder}/{name}"
checkpoint_minutes = 0.0
log_every = 1
judge_every = 4
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Four files of noise, one that cannot be read, and a codec of random weights."""
    folder = tmp_path_factory.mktemp("archive")
    rng = np.random.default_rng(0)
    (folder / "audio" / "deep").mkdir(parents=True)
    for number, rate in enumerate((44100, 48000, 22050, 44100)):
        audio = rng.normal(0, 0.1, (2 * rate, 1 + number % 2)).astype(np.float32)
        soundfile.write(folder / "audio" / ("deep" if number else ".") / f"{number}.flac", audio, rate)
    (folder / "audio" / "broken.wav").write_bytes(b"RIFF")
    codec = random_models(0).codec
    save_network(folder / "codec" / "codec.safetensors", codec, codec.config)
    return folder


def configured(archive, name, part="coarse", **changes):
    text = CONFIG.format(folder=archive, name=name)
    for key, value in changes.items():
        line = f"{key} = {json.dumps(value)}"
        lines = [line if row.startswith(f"{key} =") else row for row in text.splitlines()]
        if line not in lines:
            lines.insert(1 + lines.index({"n_codebooks": "[model]", "tokens": "[data]"}.get(key, "[training]")), line)
        text = "\n".join(lines)
    path = archive / f"{name}.toml"
    path.write_text(text)
    return path, read_config(part, path)


def losses(config: TrainConfig):
    rows = [json.loads(line) for line in (config.folder / config.part / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == list(range(1, len(rows) + 1)), "each step stands there once"
    return [row["loss"] for row in rows]


@pytest.fixture(scope="module")
def alone(archive):
    """A run of one process that nothing disturbed."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    _, config = configured(archive, "alone")
    done = train_from_config(config, archive / "audio", ALONE)
    torch.set_num_threads(threads)
    return config, done


def test_a_run_writes_weights_a_log_and_what_tensorboard_shows(alone):
    config, done = alone
    assert done.file == config.folder / "coarse.safetensors" and done.file.exists() and not done.plays
    rows = [json.loads(line) for line in (config.folder / "coarse" / "log.jsonl").read_text().splitlines()]
    assert {"loss", "learning_rate", "gradient_norm", "pieces_per_s"} <= rows[0].keys()
    assert [row["step"] for row in rows if "held_out_loss" in row] == [4, 8]
    (events,) = (config.folder / "coarse" / "tensorboard").iterdir()
    assert scalars(events, "loss") == pytest.approx(losses(config), rel=1e-5)


def scalars(path, tag):
    """The values of one tag of an event file: records of length, checksum, event, checksum."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 8], "little")
        event = Event.FromString(data[at + 12 : at + 12 + size])
        found += [value.simple_value for value in event.summary.value if value.tag == tag]
        at += size + 16
    return found


def test_the_same_config_gives_the_same_losses(archive, alone):
    _, config = configured(archive, "again")
    train_from_config(config, archive / "audio", ALONE)
    assert losses(config) == losses(alone[0])


def test_gradient_accumulation_changes_memory_and_not_the_losses(archive, alone):
    _, config = configured(archive, "accumulated", micro_batch=1)
    train_from_config(config, archive / "audio", ALONE)
    assert losses(config) == pytest.approx(losses(alone[0]), rel=1e-5)


def test_a_run_that_was_killed_has_the_losses_of_one_that_was_not(archive, alone):
    path, config = configured(archive, "killed")
    program = f"""
import os, signal, torch
from pathlib import Path
from unloop_py.training.config_file import read_config
from unloop_py.training.own_model import train_from_config
from unloop_py.training.world import World
torch.set_num_threads(1)
def told(step, figures):
    if step == 6:
        os.kill(os.getpid(), signal.SIGKILL)
alone = World(0, 1, 0, 1, torch.device("cpu"))
train_from_config(read_config("coarse", Path({str(path)!r})), Path({str(archive / 'audio')!r}), alone, told)
"""
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    assert len(losses(config)) == 6
    steps = []
    train_from_config(config, archive / "audio", ALONE, lambda step, figures: steps.append(step))
    assert steps == [6, 7, 8], "the checkpoint of step 5 was the last whole one"
    assert losses(config) == losses(alone[0])


def test_two_processes_have_the_losses_of_one(archive, alone):
    path, config = configured(archive, "two", micro_batch=1)
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0", "--standalone", "-m",
               "unloop_py", "train", "coarse", "--config", str(path), "--data", str(archive / "audio"), "--compute", "cpu"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=archive, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert losses(config) == pytest.approx(losses(alone[0]), rel=1e-5)
    assert "2 processes on cpu" in done.stderr and "1 of 5 files could not be read" in done.stderr


def test_a_run_stopped_by_a_signal_finishes_its_step_and_says_how_to_go_on(archive):
    path, config = configured(archive, "stopped", steps=1000)
    program = f"""
import os, signal, sys
from unloop_py.training import from_scratch
from unloop_py.cli.app import main
whole = from_scratch._step
def step(*arguments):
    if arguments[6] == 3:
        os.kill(os.getpid(), signal.SIGINT)
    return whole(*arguments)
from_scratch._step = step
sys.argv[1:] = ["train", "coarse", "--config", {str(path)!r}, "--data", {str(archive / 'audio')!r}, "--compute", "cpu"]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
                          env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 130, done.stderr
    assert "stopped at step 3: the same command goes on from there" in done.stderr
    assert len(losses(config)) == 3 and (config.folder / "coarse" / "checkpoint.pt").exists()


def test_tokens_may_be_made_on_the_fly_and_none_are_stored(archive):
    _, config = configured(archive, "fresh", tokens="on the fly", steps=3)
    train_from_config(config, archive / "audio", ALONE)
    assert len(losses(config)) == 3 and not (config.folder / "tokens").exists()


def test_codec_coarse_and_fine_together_are_a_model_that_plays(archive, alone):
    folder = archive / "whole"
    shutil.copytree(alone[0].folder, folder)
    _, config = configured(archive, "whole", "fine", steps=2)
    done = train_from_config(config, archive / "audio", ALONE)
    assert done.plays
    models = load_models(str(folder))
    assert models.fine.n_conditioning == models.coarse.n_codebooks == 4 and models.manifest["name"] == "whole"
    assert len(models.manifest["training_data"]["sha256"]) == 3, "the file that judges was not learned from"


def test_a_codec_learns_from_any_folder_and_its_loss_falls(archive):
    sizes = "decoder_dim = 32\ndecoder_layers = 1\ncodebook_size = 32\nbands_per_erb = 1.0"
    text = CONFIG.format(folder=archive, name="own").replace("dim = 32\nn_layers = 1\nn_heads = 2", sizes)
    text = text.replace("steps = 8", "steps = 30")
    path = archive / "own.toml"
    path.write_text(text)
    config = read_config("codec", path)
    done = train_from_config(config, archive / "audio", ALONE)
    assert done.file.exists()
    found = losses(config)
    assert np.mean(found[-5:]) < np.mean(found[:5])
    _, coarse = configured(archive, "own", "coarse", codec=str(archive / "own"), steps=1)
    assert train_from_config(coarse, archive / "audio", ALONE).file.exists()


@pytest.mark.parametrize(("part", "parameters"), [("codec", None), ("coarse", 336e6), ("fine", 278e6)])
def test_the_recipes_that_the_readme_names_are_configs_of_full_size(part, parameters):
    config = read_config(part, ROOT / "docs" / "training" / f"{part}.toml")
    if parameters:
        sizes = TransformerConfig(**({"n_codebooks": 14, "n_conditioning": 4} if part == "fine" else {}) | config.model)
        with torch.device("meta"):
            network = MaskedTransformer(sizes)
        assert sum(p.numel() for p in network.parameters()) == pytest.approx(parameters, rel=0.02)


# What goes wrong


@pytest.mark.parametrize(("change", "says"), [
    ("[model]\ndimm = 3", r"no key is called 'dimm' in \[model\]; the nearest is 'dim'"),
    ("[training]\nlerning_rate = 3", r"no key is called 'lerning_rate' in \[training\]; the nearest is 'learning_rate'"),
    ("[trainig]\nsteps = 3", r"no table is called \[trainig\]; the nearest is \[training\]"),
    ("steps = 3", r"no table is called \[steps\]"),
    ("[training]\nsteps = 2.5", r"steps in \[training\] must be a whole number, got 2.5"),
    ("[training]\nsteps = true", r"must be a whole number, got True"),
    ("[training]\nexact = 1", r"exact in \[training\] must be true or false, got 1"),
    ("[training]\nlearning_rate = 7", r"learning_rate must be in 1e-08..1, got 7"),
    ("[data]\ntokens = \"some\"", r"tokens must be \"cached\" or \"on the fly\", got 'some'"),
    ("[output]\nlog_every = 1", r"\[output\] needs a folder"),
    ("[training", "is not TOML"),
])
def test_a_config_that_cannot_be_says_why_and_names_the_nearest(tmp_path, change, says):
    path = tmp_path / "config.toml"
    path.write_text(change)
    with pytest.raises(ConfigError, match=says):
        read_config("coarse", path)


def test_a_part_knows_its_own_sizes(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[model]\nhop_length = 512\n[output]\nfolder = \"x\"\n")
    assert read_config("codec", path).model == {"hop_length": 512}
    with pytest.raises(ConfigError, match="no key is called 'hop_length'"):
        read_config("fine", path)


def test_a_run_is_not_gone_on_with_under_another_config(archive, alone):
    config_path, _ = configured(archive, "alone", batch=2)
    with pytest.raises(ConfigError, match="was begun with batch = 4, and the config says 2"):
        train_from_config(read_config("coarse", config_path), archive / "audio", ALONE)


def test_fewer_pieces_than_processes_are_refused(archive):
    _, config = configured(archive, "few", batch=1)
    with pytest.raises(ConfigError, match="at least one piece for each of 2 processes, got 1"):
        train_from_config(config, archive / "audio", World(0, 2, 0, 1, torch.device("cpu")))


@pytest.mark.parametrize(("changes", "says"), [
    ({"n_heads": 3}, "dim = 32 must be a multiple of n_heads = 3"),
    ({"n_codebooks": 40}, "n_codebooks = 40 with n_conditioning = 0 do not fit the codec, which has 9"),
    ({"codec": "smoll"}, "no model named 'smoll'"),
])
def test_sizes_that_do_not_fit_the_codec_are_refused(archive, changes, says):
    _, config = configured(archive, "misfit", **changes)
    with pytest.raises(UnloopError, match=says):
        train_from_config(config, archive / "audio", ALONE)


def test_the_command_says_in_one_line_what_is_wrong(tmp_path):
    done = CliRunner().invoke(train_command, ["coarse", "--config", str(tmp_path / "none.toml"), "--data", str(tmp_path)])
    assert isinstance(done.exception, ConfigError) and "none.toml cannot be read: No such file" in str(done.exception)


# Drawing


def test_every_window_comes_once_in_an_epoch_and_each_epoch_has_an_order_of_its_own():
    lots = Lots(10, seed=3)
    epochs = [[lots.window(10 * epoch + place) for place in range(10)] for epoch in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(10)) and epochs[0] != epochs[1]
    assert Lots(10, seed=3).window(17) == epochs[1][7]


def test_a_folder_is_read_from_any_place_as_the_file_stands_there(archive):
    audio, judging, notes = open_folder(archive / "audio", 44100, 0.2)
    assert len(audio.files) == 3 and len(judging.files) == 1 and "1 of 5 files could not be read" in notes
    number = next(i for i, (_, facts) in enumerate(audio.files) if facts.sample_rate == 44100)
    path = audio.files[number][0]
    whole = read_audio(path)[0].mean(axis=1)
    stretch = audio.places.index(number)
    assert np.allclose(audio.piece(stretch, 1000, 500), whole[1000:1500], atol=1e-6)
    assert np.allclose(audio.piece(stretch, len(whole) - 100, 200), np.concatenate((whole[-100:], whole[:100])), atol=1e-6)
