"""MIDI: devices that come and go, what their controls do, and the lights, rings and faders that answer. Imports control only."""
