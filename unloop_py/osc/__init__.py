"""The instrument over OSC: one UDP socket, one thread, the order of messages kept. Imports ``control`` only."""
