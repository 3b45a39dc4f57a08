"""What the instrument can be told: the tables of parameters and commands, their values, and the bus to the session.

Standard library only. Front ends (``osc``, ``ui``) import this room and no other.
"""
