"""The command `unloop`: what a musician types. Every command imports its rooms inside its function."""
