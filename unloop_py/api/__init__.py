"""unloop from Python: `vamp` makes variations of a loop, `Looper` plays loops without a device. `import unloop_py` has both by name."""
