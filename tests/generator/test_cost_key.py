"""A measured cost is another generator's too where, and only where, its jobs take the same time."""

import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.vamp import LocalGenerator


def key(models):
    return LocalGenerator(models).describe()["cost_key"]


def test_models_of_the_same_shape_share_a_cost_whatever_their_weights_are():
    assert key(random_models(1)) == key(random_models(2))


def test_another_precision_another_size_and_other_threads_have_costs_of_their_own(one_thread):
    plain, short, wide = random_models(1), random_models(1), random_models(1)
    short.coarse.to(torch.bfloat16)
    wide.fine.embedding = torch.nn.Linear(4, 4)
    alone = key(plain)
    assert len({alone, key(short), key(wide)}) == 3 and "1 threads" in alone
    torch.set_num_threads(2)
    assert key(plain) != alone
