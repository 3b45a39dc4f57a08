"""Musical time: beats at engine frames, from a tempo, taps, loops or other machines' clocks, and when a press takes effect."""
