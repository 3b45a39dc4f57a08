"""The entry of `python -m unloop_py`: the same command as `unloop`."""

from unloop_py.cli.app import main

main()
