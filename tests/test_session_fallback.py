"""`unloop jam --generator URL --fallback NAME`: what may be asked for, and what is refused before the first note."""

import pytest
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.config import JamConfig
from unloop_py.errors import ModelError
from unloop_py.session.models import LOCAL_GENERATOR, stand_in

BOX = "http://192.168.1.7:7860"


def test_the_stand_in_is_a_model_of_this_machine_with_the_players_options():
    config = JamConfig(generator=BOX, model="large", fallback="tiny", fallback_after=5, compute="cpu", model_threads=1)
    one = stand_in(config)
    assert (one.elsewhere, one.home, one.model, one.factory, one.after) == (BOX, "large", "tiny", LOCAL_GENERATOR, 5)
    assert one.arguments == {"model": "tiny", "compute": "cpu", "lora_scale": None, "threads": 1}


@pytest.mark.parametrize("config", [JamConfig(generator=BOX), JamConfig(fallback="tiny"), JamConfig(generator="off", fallback="tiny")])
def test_nobody_stands_in_where_nobody_is_asked_to_or_there_is_no_server(config):
    assert stand_in(config) is None


def test_a_model_that_is_not_there_is_refused_before_it_is_needed():
    with pytest.raises(ModelError, match="no model named 'smol': the nearest is 'small'"):
        stand_in(JamConfig(generator=BOX, fallback="smol"))


@pytest.mark.parametrize("arguments, says", [
    (["--fallback", "small"], "--fallback stands in for a server: add --generator http://HOST:PORT"),
    (["--generator", BOX, "--fallback", "smol"], "no model named 'smol'"),
    (["--generator", BOX, "--fallback", "small", "--fallback-after", "0"], "1<=x<=100"),
])  # fmt: skip
def test_what_cannot_stand_in_is_one_line_and_status_2(tmp_path, arguments, says):
    (tmp_path / "in.wav").touch()
    done = CliRunner().invoke(unloop, ["jam", "--backend", "virtual", "--input-file", str(tmp_path / "in.wav"), *arguments])
    assert done.exit_code == 2 and says in done.stderr and "Traceback" not in done.output
