"""The session wires the rooms, and nothing else does: `jam` at the terminal, `session` the instrument, `bus` and
`conductor` between front ends, engine and vamper. Importing this loads nothing.
"""
