"""The terminal as an instrument: single keys in, one live status line out.

Imports `control` only (and rich, in `status.py`). Where there is no terminal both
halves are simply absent, so that the instrument runs the same under a service manager.
"""
