/** Where the page begins: everything is opened, then the line. */

import { useLine } from "./act.js";
import { openDraw } from "./draw_panel.js";
import { openKeys } from "./keys.js";
import { openKnobs } from "./knobs_panel.js";
import { openLayers } from "./layers_panel.js";
import { openLoops } from "./loops.js";
import { openMidi } from "./midi_panel.js";
import { openPresets } from "./presets_panel.js";
import { openSessions } from "./sessions_panel.js";
import { Line } from "./socket.js";
import { openStage } from "./stage.js";
import { store, tell } from "./store.js";
import { openTabs } from "./tabs.js";
import { openTop } from "./top.js";
import { openTransport } from "./transport.js";
import { hear } from "./wire.js";
import { openXy } from "./xy_panel.js";

for (const open of [openTop, openLoops, openTransport, openKnobs, openLayers, openPresets, openXy, openDraw, openSessions, openMidi, openKeys, openTabs, openStage]) open();

const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
useLine(new Line(address, hear, (state) => {
  store.line = state;
  tell("line");
}));
