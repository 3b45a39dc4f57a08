"""Room B: the model. torch, no threads, no devices."""

import os

# OpenMP's threads spin while they wait. Beside an audio thread and a busy neighbour that made a 4 s loop take 5 to 20 s
# instead of 0.8, so they sleep; it must be said before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
