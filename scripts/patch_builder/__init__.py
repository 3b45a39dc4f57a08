"""Builds the Max and Pd patches from the tables of ``unloop_py.control``."""
