"""The messages that SooperLooper understands, as a table: addresses, types and what they do here. Pure data.

``N`` is a loop from 0, -1 for all and -3 for the one that is selected. ``returl`` is where an answer goes, such as
``osc.udp://192.168.1.5:9000/`` or ``192.168.1.5:9000``, and ``retpath`` the address that it bears.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One message.

    Attributes
    ----------
    address : str
    types : str
        A letter for each argument: ``s`` text, ``i`` a whole number, ``f`` a number; what stands in ``[ ]`` may be left out; ``*`` is
        anything.
    arguments : str
        What they are called, in the same order.
    help : str
        What it does, and what is answered, with its types.
    """

    address: str
    types: str
    arguments: str
    help: str

    @property
    def least(self) -> int:
        """How many arguments there must be."""
        return len(self.types.partition("[")[0].replace("*", ""))

    @property
    def letters(self) -> str:
        """The type of each argument that there may be; "*" for any number of any."""
        return self.types.replace("[", "").replace("]", "")

    @property
    def name(self) -> str:
        """Its last part."""
        return self.address.rpartition("/")[2]


_BACK = "returl retpath"

ADDRESSES: tuple[Words, ...] = (
    Words("/ping", "ss[i]", f"{_BACK} [n]", "Answers ssi: our address, version and count of loops; with a third argument ssii, the last "
          "a number that is another one after each start."),
    Words("/register", "ss", _BACK, "The same answer whenever the count of loops changes."),
    Words("/unregister", "ss", _BACK, "Ends that."),
    Words("/quit", "", "", "Ends the instrument."),
    Words("/loop_add", "if[i]", "channels seconds [discrete]", "One loop more, of 1 or 2 channels; its memory is that of all."),
    Words("/loop_del", "i", "loop", "Takes the last loop away: -1, or its number."),
    Words("/set", "sf", "control value", "Sets a control that all loops share; so does /sl/-2/set."),
    Words("/get", "sss", f"control {_BACK}", "Answers isf: -2, the control and its value."),
    Words("/register_update", "sss", f"control {_BACK}", "The same answer whenever it changes, but not for what comes from that port."),
    Words("/unregister_update", "sss", f"control {_BACK}", "Ends that."),
    Words("/register_auto_update", "siss", f"control ms {_BACK}", "The same answer every so many ms, 10 to 100 in steps of 10, if "
          "it is another."),
    Words("/unregister_auto_update", "sss", f"control {_BACK}", "Ends that."),
    Words("/save_session", "sss[i]", f"file {_BACK} [audio]", "Writes the session, with 1 its audio too. Errors are answered ss: our "
          "address and why."),
    Words("/load_session", "sss", f"file {_BACK}", "Its loops take the place of those that there are, paused. Errors likewise."),
    Words("/get_all_midi_bindings", "ss", _BACK, "Answers ss: add and a line for each binding that SooperLooper has words for, then done."),
    Words("/add_midi_binding", "ss", "line option", "Adds a binding; the option exclusive ends what the control did before."),
    Words("/remove_midi_binding", "ss", "line option", "Takes it away."),
    Words("/clear_midi_bindings", "", "", "Takes all away."),
    Words("/load_midi_bindings", "ss", "file option", "Reads a file of them, .slb or .toml; option add: beside those there are."),
    Words("/save_midi_bindings", "ss", "file option", "Writes such a file."),
    Words("/learn_midi_binding", "ssss", f"line option {_BACK}", "The next control that is moved does it; answers add and done "
          "with its line, or learn_cancel."),
    Words("/cancel_midi_learn", "ss", _BACK, "Ends that; answers learn_cancel."),
    Words("/get_next_midi_event", "ss", _BACK, "Answers recv and a line with the next control that is moved, or next_cancel."),
    Words("/cancel_get_next_midi", "ss", _BACK, "Ends that; answers next_cancel."),
    Words("/sl/midi_start", "*", "", "MIDI clock without MIDI: start, for loops that follow it (sync_source -2)."),
    Words("/sl/midi_stop", "*", "", "Likewise stop."),
    Words("/sl/midi_tick", "*", "", "Likewise a tick, of which a beat has 24."),
    Words("/sl/N/down", "s", "word", "Presses a pedal that gives a command by SooperLooper's name, or ours."),
    Words("/sl/N/up", "s", "word", "Lets it go."),
    Words("/sl/N/upforce", "s", "word", "Lets it go and ends what it began, however short; also called forceup."),
    Words("/sl/N/hit", "s", "word", "Presses it and lets it go."),
    Words("/sl/N/set", "sf", "control value", "Sets a control of the loop, SooperLooper's or any parameter of ours by its name."),
    Words("/sl/N/get", "sss", f"control {_BACK}", "Answers isf: the loop, the control and its value."),
    Words("/sl/N/set_prop", "ss", "name text", "Calls the loop something."),
    Words("/sl/N/get_prop", "sss", f"name {_BACK}", "Answers iss: the loop, name, and what it is called."),
    Words("/sl/N/load_loop", "sss", f"file {_BACK}", "Makes an audio file the loop. Errors are answered ss: our address and why."),
    Words("/sl/N/save_loop", "sssss", f"file format endian {_BACK}", "Writes the loop's take, always as 32-bit float where the file's "
          "kind has it. Errors likewise."),
    Words("/sl/N/register_update", "sss", f"control {_BACK}", "The answer of get whenever the control changes, but not for what comes from "
          "that port."),
    Words("/sl/N/unregister_update", "sss", f"control {_BACK}", "Ends that."),
    Words("/sl/N/register_auto_update", "siss", f"control ms {_BACK}", "The answer of get every so many ms, 10 to 100 in steps of 10, if "
          "it is another."),
    Words("/sl/N/unregister_auto_update", "sss", f"control {_BACK}", "Ends that."),
)  # fmt: skip
"""Everything that is understood, those of all loops first."""
