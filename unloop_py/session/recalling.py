"""Presets and scenes come in at the seam, at once or over several repetitions.

What acts at the seam is told as soon as the repetition is to be made that has it; what acts at once is handed to the engine a little
before the seam, for its very frame. A loop that does not turn has no seam: there a preset is there at once, and of a scene what
concerns such a loop, or all of them, comes with the first loop that turns; where none does, at once.

Under the bus's lock: `obey` and `hand_on` on whichever thread a front end has, `step` on the conductor's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.keepsakes import Values, check_name
from unloop_py.control.macro import MACRO_NAMES
from unloop_py.control.morph import REMADE, beside, on_the_way, whole
from unloop_py.control.parameters import GLOBAL_NAMES, by_name
from unloop_py.control.presets import SAVED, Preset
from unloop_py.control.scenes import SAVED_OF_A_LOOP, SAVED_OF_ALL, LoopScene, Scene
from unloop_py.engine.messages import Flag, State, Status
from unloop_py.errors import UnloopError
from unloop_py.session.planner import LEAD_S

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

OF_ONE = ("preset", "preset_save")
"""Commands that are told to a loop,"""
OF_ALL = ("scene", "scene_save", "scene_delete", "preset_delete")
"""and to the instrument."""
DOES = frozenset({
    "record", "overdub", "replace", "substitute", "multiply", "insert", "delay_trigger", "clear", "undo", "redo", "undo_all", "redo_all",
    "play", "pause", "mute", "mute_trigger", "trigger", "oneshot", "scratch",
})  # fmt: skip
"""Commands with which somebody has a loop do something else than a scene that is on its way."""
GLIDE_S = 0.1   # between two steps of what moves while it is heard
NEAR_S = 0.3    # before a seam the conductor looks often; well more than it rests otherwise


@dataclass(slots=True)
class Coming:
    """What is on its way to one loop.

    Attributes
    ----------
    values, begin : dict
        Where parameters are going that are not there yet, and where they stood.
    loops : int
        Over how many repetitions.
    repetition : int
        The engine's count when it was last looked at.
    does : LoopScene or None
        What the loop will do at the end.
    generate : bool or None
        Whether varying will be switched on.
    leader : int or None
        The loop with which it comes, for one that does not turn.
    pressed : set of str
        What of ``does`` somebody has done otherwise meanwhile, by the names of its fields.
    passed : int
        Seams since it was recalled.
    handed : bool
        Whether the engine has been told what the seam ahead brings.
    glided_frame : int
        When what moves moved last.
    """

    values: dict[str, float | int]
    begin: dict[str, float | int]
    loops: int
    repetition: int
    does: LoopScene | None = None
    generate: bool | None = None
    leader: int | None = None
    pressed: set[str] = field(default_factory=set)
    passed: int = 0
    handed: bool = False
    glided_frame: int = 0


class Recalling:
    """Brings presets and scenes in.

    Parameters
    ----------
    bus : SessionBus

    Attributes
    ----------
    scene_name : str
        Of the scene that was recalled or saved last; "" for none.
    """

    def __init__(self, bus: SessionBus) -> None:
        self._bus, self._engine, self._store = bus, bus.engine, bus.store
        self._coming: dict[int, Coming] = {}
        self.scene_name = ""
        self.is_awaiting = False    # a seam is near at which something comes in

    # What a player asks. Any thread.

    def obey(self, loop: int | None, name: str, label: str) -> None:
        """Obey one of `OF_ONE` or `OF_ALL`, of what is called so. Raises UnloopError, with nothing changed."""
        shelves = self._bus.shelves
        shelf = shelves.presets if name.startswith("preset") else shelves.scenes
        if name == shelf.kind:
            self._recall(loop, shelf.find(label))
            return
        if name == f"{shelf.kind}_delete":
            shelf.remove(label)
        else:
            label, number = check_name(label, shelf.kind), shelf.number_for(label)
            kept = self._scene_of(label, number) if loop is None else self._preset_of(loop, label, number)
            older = shelf.own(label)
            shelf.put(kept if older is None else replace(kept, help=older.help))  # which a player may have written into the file
            self._tell(loop, label, number)
        shelves.changed(shelf.kind)

    def _recall(self, loop: int | None, kept: Preset | Scene) -> None:
        if isinstance(kept, Scene):
            self._scene(kept)
        else:
            # Refused with nothing changed, where it names an input or output that is not open.
            self._bus.mixer.check(loop, kept.values)
            self._begin(loop, dict(kept.values))
        self._tell(loop, kept.name, kept.number)

    def _tell(self, loop: int | None, name: str, number: int) -> None:
        """This one was recalled or saved last."""
        if loop is None:
            self.scene_name = name
        else:
            self._bus.loops[loop].preset = name
        self._bus.tell(Notice("scene" if loop is None else "preset", loop, (name, number)))

    def _scene(self, scene: Scene) -> None:
        """Recall a scene, of as many loops as there are; none of it where one names an input or output that is not open."""
        loops = dict(enumerate(scene.loops[: self._bus.n_loops]))
        for loop, one in loops.items():
            self._bus.mixer.check(loop, one.values)
        leader = next((loop for loop in loops if self._engine.status(loop).next_seam_frame >= 0), None)
        if leader is None:
            self._put(0, dict(scene.values), None)
            self._generate(scene.generate)
        for loop, one in loops.items():
            common = dict(scene.values) if loop == leader else {}
            self._begin(loop, common | dict(one.values), one, scene.generate if loop == leader else None, leader)
        if missing := len(scene.loops) - len(loops):
            text = f"scene {scene.name}: {missing} of its {len(scene.loops)} loops are not there; loop_add makes them"
            self._bus.tell(Notice("error", None, ("", text)))

    def _preset_of(self, loop: int, name: str, number: int) -> Preset:
        """How a loop is varied and sounds now."""
        values = self._store.snapshot(loop)
        return Preset(name, number, "", "", {key: values[key] for key in SAVED})

    def _scene_of(self, name: str, number: int) -> Scene:
        """How all loops stand now."""
        loops = []
        for loop in range(self._bus.n_loops):
            status, values = self._engine.status(loop), self._store.snapshot(loop)
            does = "paused" if status.state == State.PAUSED else "muted" if status.state in (State.MUTED, State.OFF) else "playing"
            flags = bool(status.flags & Flag.SOLOED), bool(status.flags & Flag.REVERSED)
            loops.append(LoopScene(does, *flags, {key: values[key] for key in SAVED_OF_A_LOOP}))
        values = self._store.snapshot(0)
        generate = self._bus.generating() or not self._bus.varied.can  # where there is no generator, nobody has switched it off
        return Scene(name, number, "", generate, {key: values[key] for key in SAVED_OF_ALL}, tuple(loops))

    def pressed(self, loop: int, name: str) -> None:
        """Somebody has a loop do something: that part of what a scene would have it do comes no more."""
        if (coming := self._coming.get(loop)) is not None:
            coming.pressed.add(name if name in ("solo", "reverse") else "does" if name in DOES else "")

    def hand_on(self, loop: int, name: str) -> None:
        """Somebody turns a knob: what was on its way to it comes no more."""
        for other, coming in self._coming.items():
            if other == loop or name in GLOBAL_NAMES:
                for one in (name, *(MACRO_NAMES if name == "variation" else ())):
                    coming.values.pop(one, None)

    # The conductor's thread.

    def step(self) -> None:
        """Bring in what is due."""
        now, near = self._engine.frame(), False
        for loop, coming in list(self._coming.items()):
            if loop not in self._coming:  # it came with another one just now
                continue
            if loop >= self._bus.n_loops:
                del self._coming[loop]
            elif coming.leader is None:
                near |= self._follow(loop, coming, self._engine.status(loop), now)
            elif coming.leader not in self._coming:
                self._arrive(loop, None)
        self.is_awaiting = near

    # Within.

    def _begin(
        self, loop: int, values: dict[str, float | int], does: LoopScene | None = None, generate: bool | None = None,
        leader: int | None = None,
    ) -> None:  # fmt: skip
        """Have a loop's parameters set out for where they are to stand."""
        values, held = whole(values), self._coming.get(loop)
        if held is not None:  # what the one before has not brought yet comes with this one
            values = held.values | values
            does, generate = does or held.does, held.generate if generate is None else generate
        status, now = self._engine.status(loop), self._store.snapshot(loop)
        turns = status.next_seam_frame >= 0
        coming = Coming(values, {name: now[name] for name in values}, int(now["morph_loops"]), status.repetition, does, generate)
        self._coming[loop] = coming
        if not turns and leader is not None:
            coming.leader = leader
        elif not turns:
            self._arrive(loop, None)
        elif coming.loops == 0:
            self._put(loop, self._told_at_the_seam(coming), None)
        self.is_awaiting = True

    def _follow(self, loop: int, coming: Coming, status: Status, now: int) -> bool:
        """Bring a loop on its way; whether a seam is near."""
        if status.next_seam_frame < 0:
            if not (status.length_frames and coming.passed):
                self._arrive(loop, None)
            return False  # else it rests on its way: no repetition passes
        if status.repetition != coming.repetition:
            if not coming.handed:  # nobody looked in time
                self._seam(loop, coming, None)
            coming.repetition, coming.handed = status.repetition, False
            coming.passed += 1
            if loop not in self._coming:
                return False
            self._passed(loop, coming)
        left = status.next_seam_frame - now
        if not coming.handed and left <= LEAD_S * self._bus.sample_rate:
            coming.handed = True
            self._seam(loop, coming, status.next_seam_frame)
        elif coming.passed and not 0 <= now - coming.glided_frame < GLIDE_S * self._bus.sample_rate:
            coming.glided_frame = now
            self._glide(loop, coming, status)
        return loop in self._coming and left < NEAR_S * self._bus.sample_rate

    def _seam(self, loop: int, coming: Coming, frame: int | None) -> None:
        """A seam is near, or was missed: the last one brings everything."""
        if coming.passed >= coming.loops:
            self._arrive(loop, frame)

    def _passed(self, loop: int, coming: Coming) -> None:
        """A seam has passed: the repetition that is made now stands so far along the way."""
        share = coming.passed / coming.loops
        values = {name: value for name, value in coming.values.items() if by_name(name).acts == "seam"}
        self._put(loop, on_the_way(coming.begin, values, share), None)
        if share >= 1.0:
            self._told_at_the_seam(coming)
        remade = {name: value for name, value in coming.values.items() if name in REMADE}
        self._put(loop, on_the_way(coming.begin, remade, (coming.passed - 1) / coming.loops), None)

    def _glide(self, loop: int, coming: Coming, status: Status) -> None:
        """What acts at once moves while the loop turns."""
        turned = status.position_frames / status.length_frames if status.length_frames else 0.0
        share = (coming.passed - 1 + (1.0 - turned if status.flags & Flag.REVERSED else turned)) / coming.loops
        values = {name: value for name, value in coming.values.items() if by_name(name).acts == "at once" and name not in REMADE}
        self._put(loop, on_the_way(coming.begin, values, min(share, 1.0 - 1e-9)), None)

    def _arrive(self, loop: int, frame: int | None) -> None:
        """Everything that is left comes in at a frame, and with it those loops that come with this one."""
        coming = self._coming.pop(loop)
        self._put(loop, coming.values, frame)
        if coming.does is not None:
            self._do(loop, coming.does, coming.pressed, frame)
        if coming.generate is not None:
            self._generate(coming.generate)
        for other in [other for other, one in self._coming.items() if one.leader == loop]:
            self._arrive(other, frame)

    def _told_at_the_seam(self, coming: Coming) -> dict[str, float | int]:
        """Take those that act at the seam out of what is coming."""
        return {name: coming.values.pop(name) for name in list(coming.values) if by_name(name).acts == "seam"}

    def _put(self, loop: int, values: Values, frame: int | None) -> None:
        now = self._store.snapshot(loop)
        changed = {name: value for name, value in values.items() if value != now[name]}
        if changed:
            self._bus.put(loop, beside(changed, now), frame)

    def _generate(self, on: bool) -> None:
        if on != self._bus.generating() and self._bus.varied.can:
            self._try(None, "generate", int(on), None)

    def _do(self, loop: int, wanted: LoopScene, pressed: set[str], frame: int | None) -> None:
        """Have a loop do what the scene has it do, but what somebody has `pressed`; what is being recorded goes on."""
        status = self._engine.status(loop)
        if status.state == State.RECORDING or not status.length_frames:
            return
        if "does" not in pressed:
            self._play_or_not(loop, wanted, status.state, frame)
        if "solo" not in pressed and wanted.solo != bool(status.flags & Flag.SOLOED):
            self._try(loop, "solo", int(wanted.solo), frame)
        if "reverse" not in pressed and wanted.reverse != bool(status.flags & Flag.REVERSED):
            self._try(loop, "reverse", None, frame)

    def _play_or_not(self, loop: int, wanted: LoopScene, state: State, frame: int | None) -> None:
        if wanted.does == "paused" and state != State.PAUSED:
            self._try(loop, "pause", 1, frame)
        elif wanted.does == "playing" and state in (State.PAUSED, State.ONESHOT):
            self._try(loop, "play", None, frame)
        elif wanted.does == "playing" and state == State.MUTED:
            self._try(loop, "mute", 0, frame)
        elif wanted.does == "muted" and state != State.MUTED:
            if state == State.PAUSED:
                self._try(loop, "play", None, frame)
            self._try(loop, "mute", 1, frame)

    def _try(self, loop: int | None, name: str, argument: int | None, frame: int | None) -> None:
        try:
            self._bus.obey(loop, name, argument, frame)
        except UnloopError as error:  # nobody asked just now who could be answered
            self._bus.tell(Notice("error", loop, ("" if loop is None else f"/unloop/loop/{loop + 1}/{name}", f"the scene: {error}")))
