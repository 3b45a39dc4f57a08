"""A model of random weights, small enough that the command line's tests take seconds."""

from pathlib import Path

import pytest

from unloop_py.generator.checkpoint import FILES, random_models, save_network, write_manifest


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for ``--model``: of no musical use, but read, run and refused like any other."""
    folder = tmp_path_factory.mktemp("tiny-model")
    models = random_models()
    for file, network in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(folder / file, network, network.config)
    write_manifest(folder, name="tiny")
    return folder
