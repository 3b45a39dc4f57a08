"""The audio thread: a compiled looper that takes commands, gives events and owns its time."""
