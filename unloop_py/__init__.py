"""unloop: a looper that does not repeat itself. Importing this loads neither torch nor a sound driver."""

__version__ = "0.1.0"
