{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 6,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   80.0,
   700.0,
   1758.0
  ],
  "openinpresentation": 1,
  "default_fontsize": 12.0,
  "default_fontname": "Arial",
  "gridsize": [
   10.0,
   10.0
  ],
  "toolbarvisible": 0,
  "enablehscroll": 0,
  "description": "unloop: a looper that does not repeat itself",
  "bgcolor": [
   0.13,
   0.13,
   0.14,
   1.0
  ],
  "editing_bgcolor": [
   0.13,
   0.13,
   0.14,
   1.0
  ],
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      20,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      60,
      160,
      22.0
     ],
     "text": "udpsend 127.0.0.1 9951"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      100,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "udpreceive 9952"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      140,
      120.0,
      22.0
     ],
     "text": "s unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      220,
      20,
      60,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 65535,
     "presentation": 1,
     "presentation_rect": [
      630,
      12,
      58,
      22
     ],
     "annotation": "The instrument's OSC port: 9951, unless it said another at its start.",
     "hint": "The instrument's OSC port: 9951, unless it said another at its start."
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      290,
      20,
      40,
      20
     ],
     "text": "port",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      596,
      14,
      34,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      220,
      -20,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 9951"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      220,
      60,
      60,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "port $1"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      380,
      60,
      80,
      22.0
     ],
     "outlettype": [
      "bang",
      "bang",
      "bang"
     ],
     "text": "t b b b"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      380,
      20,
      120.0,
      22.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "loadbang"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      480,
      20,
      80,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "connect",
     "fontsize": 11.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      500,
      11,
      62,
      24
     ],
     "annotation": "Subscribes to the instrument now; the patch also does so by itself while it hears nothing.",
     "hint": "Subscribes to the instrument now; the patch also does so by itself while it hears nothing."
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      380,
      140,
      90,
      22.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "delay 2500"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      400,
      100,
      190,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/subscribe 9952 quiet"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      600,
      100,
      30,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "0"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      480,
      140,
      120.0,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      660,
      60,
      150,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /unloop/alive"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      660,
      20,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660,
      100,
      60,
      22.0
     ],
     "outlettype": [
      "bang",
      "bang"
     ],
     "text": "t b b"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      730,
      100,
      30,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "1"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "led",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700,
      140,
      22,
      22
     ],
     "outlettype": [
      "int"
     ],
     "ignoreclick": 1,
     "oncolor": [
      0.3,
      0.85,
      0.4,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      570,
      12,
      22,
      22
     ],
     "annotation": "Lit while the instrument is heard.",
     "hint": "Lit while the instrument is heard."
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 9,
     "numoutlets": 9,
     "patching_rect": [
      20,
      240,
      1110,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/state /unloop/loop/1/position /unloop/loop/1/progress /unloop/loop/1/repetition /unloop/loop/1/beat /unloop/loop/1/custom /unloop/xruns /unloop/loop/1/pending"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      200,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1160,
      200,
      90,
      30
     ],
     "text": "unloop",
     "fontsize": 20.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      8,
      90,
      30
     ]
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "panel",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      360,
      120,
      30
     ],
     "rounded": 6,
     "border": 0,
     "background": 1,
     "bgfillcolor": [
      0.35,
      0.35,
      0.37,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      110,
      8,
      150,
      30
     ],
     "annotation": "What the loop is doing.",
     "hint": "What the loop is doing."
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      150,
      360,
      100,
      30
     ],
     "text": "off",
     "fontsize": 18.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      118,
      9,
      140,
      28
     ]
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      280,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 14,
     "numoutlets": 14,
     "patching_rect": [
      20,
      310,
      300,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route off recording playing overdubbing replacing substituting multiplying inserting oneshot scratching delaying muted paused"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.35 0.35 0.37 1."
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      170,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.8 0.16 0.16 1."
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      320,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.16 0.58 0.28 1."
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.85 0.48 0.1 1."
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      620,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.8 0.36 0.1 1."
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      770,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.8 0.36 0.1 1."
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      920,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.85 0.48 0.1 1."
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1070,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.8 0.3 0.1 1."
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1220,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.16 0.58 0.28 1."
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1370,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.16 0.5 0.5 1."
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1520,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.8 0.62 0.1 1."
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1670,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.3 0.36 0.55 1."
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1820,
      335,
      140,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "bgfillcolor 0.45 0.42 0.25 1."
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180,
      390,
      150,
      16
     ],
     "outlettype": [
      ""
     ],
     "size": 1.0,
     "floatoutput": 1,
     "orientation": 1,
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      80,
      46.0,
      610.0,
      18
     ],
     "annotation": "Where the loop is; 20 times a second.",
     "hint": "Where the loop is; 20 times a second."
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      410,
      60,
      20
     ],
     "text": "position",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      46.0,
      66,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180,
      280,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      360,
      390,
      150,
      16
     ],
     "outlettype": [
      ""
     ],
     "size": 1.0,
     "floatoutput": 1,
     "orientation": 1,
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      80,
      72.0,
      610.0,
      18
     ],
     "annotation": "Of the repetition being made.",
     "hint": "Of the repetition being made."
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      360,
      410,
      60,
      20
     ],
     "text": "progress",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      72.0,
      66,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      360,
      280,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      560,
      280,
      60,
      22.0
     ],
     "outlettype": [
      "bang",
      ""
     ],
     "text": "t b l"
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      600,
      310,
      80,
      22.0
     ],
     "outlettype": [
      "int",
      "int"
     ],
     "text": "unpack 0 0"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "button",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      560,
      390,
      22,
      22
     ],
     "outlettype": [
      "bang"
     ],
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      46,
      100,
      22,
      22
     ],
     "annotation": "Blinks at every seam.",
     "hint": "Blinks at every seam."
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      600,
      390,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      136,
      100,
      50,
      22
     ],
     "annotation": "At every seam; late is 1 when no offer was ready.",
     "hint": "At every seam; late is 1 when no offer was ready."
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "led",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660,
      390,
      22,
      22
     ],
     "outlettype": [
      "int"
     ],
     "ignoreclick": 1,
     "oncolor": [
      0.95,
      0.35,
      0.2,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      228,
      100,
      22,
      22
     ],
     "annotation": "Lit when the last seam came with no variation ready, so that the loop went on as it was.",
     "hint": "Lit when the last seam came with no variation ready, so that the loop went on as it was."
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      720,
      390,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      296,
      100,
      40,
      22
     ],
     "annotation": "Beat k of the loop begins, from 1.",
     "hint": "Beat k of the loop begins, from 1."
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "led",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      860,
      390,
      22,
      22
     ],
     "outlettype": [
      "int"
     ],
     "ignoreclick": 1,
     "oncolor": [
      0.9,
      0.8,
      0.3,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      400,
      100,
      22,
      22
     ],
     "annotation": "Whether raw prompts have left what variation means.",
     "hint": "Whether raw prompts have left what variation means."
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1000,
      390,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      480,
      100,
      50,
      22
     ],
     "annotation": "Audio blocks lost since the start.",
     "hint": "Audio blocks lost since the start."
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1160,
      390,
      150,
      20
     ],
     "text": "",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      596,
      101,
      94,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1160,
      280,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      10.0,
      420,
      36,
      20
     ],
     "text": "seam",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      101,
      36,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      72,
      420,
      64,
      20
     ],
     "text": "repetition",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      72,
      101,
      64,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      196,
      420,
      32,
      20
     ],
     "text": "late",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      196,
      101,
      32,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      262,
      420,
      34,
      20
     ],
     "text": "beat",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      262,
      101,
      34,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      350,
      420,
      50,
      20
     ],
     "text": "custom",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      350,
      101,
      50,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      438,
      420,
      42,
      20
     ],
     "text": "xruns",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      438,
      101,
      42,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      546,
      420,
      44,
      20
     ],
     "text": "waits",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      546,
      101,
      44,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20,
      490.0,
      400,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /unloop/loop/1/mute"
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      460.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "record",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "bgcolor": [
      0.62,
      0.14,
      0.14,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Starts a recording; again: ends it and plays. An old loop is one undo away.",
     "hint": "Starts a recording; again: ends it and plays. An old loop is one undo away."
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/record"
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "overdub",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Plays on top of the loop; again: plays.",
     "hint": "Plays on top of the loop; again: plays."
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/overdub"
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-72",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "undo",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Takes back the last thing you did: a recording, an overdub, a clear, a keep.",
     "hint": "Takes back the last thing you did: a recording, an overdub, a clear, a keep."
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/undo"
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "redo",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      268.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Does again what undo took back.",
     "hint": "Does again what undo took back."
    }
   },
   {
    "box": {
     "id": "obj-76",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/redo"
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "play",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      354.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Plays the loop.",
     "hint": "Plays the loop."
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/play"
    }
   },
   {
    "box": {
     "id": "obj-80",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-81",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "pause",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      440.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Stops the loop where it is.",
     "hint": "Stops the loop where it is."
    }
   },
   {
    "box": {
     "id": "obj-82",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/pause"
    }
   },
   {
    "box": {
     "id": "obj-83",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-84",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      980.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "mute",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "mute",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      526.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Silences the loop while it runs on.",
     "hint": "Silences the loop while it runs on."
    }
   },
   {
    "box": {
     "id": "obj-85",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      525.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-86",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      605.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/mute"
    }
   },
   {
    "box": {
     "id": "obj-87",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-88",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1140.0,
      560.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "clear",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      612.0,
      128.0,
      80.0,
      36.0
     ],
     "annotation": "Empties the loop; undo brings it back.",
     "hint": "Empties the loop; undo brings it back."
    }
   },
   {
    "box": {
     "id": "obj-89",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      605.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/clear"
    }
   },
   {
    "box": {
     "id": "obj-90",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      660.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-91",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      820.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "replace",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      172.0,
      80.0,
      36.0
     ],
     "annotation": "What you play takes the place of what was there, which is not heard meanwhile; again: plays.",
     "hint": "What you play takes the place of what was there, which is not heard meanwhile; again: plays."
    }
   },
   {
    "box": {
     "id": "obj-92",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      865.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/replace"
    }
   },
   {
    "box": {
     "id": "obj-93",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      920.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-94",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      820.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "substitute",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      172.0,
      80.0,
      36.0
     ],
     "annotation": "The same, but what is being replaced is heard.",
     "hint": "The same, but what is being replaced is heard."
    }
   },
   {
    "box": {
     "id": "obj-95",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      865.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/substitute"
    }
   },
   {
    "box": {
     "id": "obj-96",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      920.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-97",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      820.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "multiply",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      172.0,
      80.0,
      36.0
     ],
     "annotation": "Overdubs while the loop goes round, again and again; a second press makes all those rounds the loop.",
     "hint": "Overdubs while the loop goes round, again and again; a second press makes all those rounds the loop."
    }
   },
   {
    "box": {
     "id": "obj-98",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      865.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/multiply"
    }
   },
   {
    "box": {
     "id": "obj-99",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      920.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-100",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      820.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "insert",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      268.0,
      172.0,
      80.0,
      36.0
     ],
     "annotation": "Puts what you play in where the loop is, and makes it so much longer; again: goes on where it stopped.",
     "hint": "Puts what you play in where the loop is, and makes it so much longer; again: goes on where it stopped."
    }
   },
   {
    "box": {
     "id": "obj-101",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      865.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/insert"
    }
   },
   {
    "box": {
     "id": "obj-102",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      920.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-103",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      820.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "undo_all",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      354.0,
      172.0,
      80.0,
      36.0
     ],
     "annotation": "Takes back everything, to the empty loop.",
     "hint": "Takes back everything, to the empty loop."
    }
   },
   {
    "box": {
     "id": "obj-104",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      865.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/undo_all"
    }
   },
   {
    "box": {
     "id": "obj-105",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      920.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-106",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      820.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "redo_all",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      440.0,
      172.0,
      80.0,
      36.0
     ],
     "annotation": "Does everything again that undo took back.",
     "hint": "Does everything again that undo took back."
    }
   },
   {
    "box": {
     "id": "obj-107",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      865.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/redo_all"
    }
   },
   {
    "box": {
     "id": "obj-108",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      920.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-109",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20,
      1010.0,
      400,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /unloop/loop/1/solo"
    }
   },
   {
    "box": {
     "id": "obj-110",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      980.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-111",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "trigger",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "Plays the loop from its start, whatever it does.",
     "hint": "Plays the loop from its start, whatever it does."
    }
   },
   {
    "box": {
     "id": "obj-112",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1125.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/trigger"
    }
   },
   {
    "box": {
     "id": "obj-113",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-114",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "oneshot",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "Plays the loop from its start, once, and mutes it.",
     "hint": "Plays the loop from its start, once, and mutes it."
    }
   },
   {
    "box": {
     "id": "obj-115",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1125.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/oneshot"
    }
   },
   {
    "box": {
     "id": "obj-116",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-117",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "mute_trigger",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "Mutes; again: plays the loop from its start.",
     "hint": "Mutes; again: plays the loop from its start."
    }
   },
   {
    "box": {
     "id": "obj-118",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1125.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/mute_trigger"
    }
   },
   {
    "box": {
     "id": "obj-119",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-120",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "solo",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "solo",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      268.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "While any loop is soloed, only those that are sound.",
     "hint": "While any loop is soloed, only those that are sound."
    }
   },
   {
    "box": {
     "id": "obj-121",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1045.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-122",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1125.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/solo"
    }
   },
   {
    "box": {
     "id": "obj-123",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-124",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "reverse",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      354.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "Plays the loop backwards from here; again: forwards. While recording: plays it backwards, once.",
     "hint": "Plays the loop backwards from here; again: forwards. While recording: plays it backwards, once."
    }
   },
   {
    "box": {
     "id": "obj-125",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1125.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/reverse"
    }
   },
   {
    "box": {
     "id": "obj-126",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-127",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "scratch",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      440.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "Puts your hand on the loop: `scratch_pos` moves it; again, or play: it goes on in its own time.",
     "hint": "Puts your hand on the loop: `scratch_pos` moves it; again, or play: it goes on in its own time."
    }
   },
   {
    "box": {
     "id": "obj-128",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1125.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/scratch"
    }
   },
   {
    "box": {
     "id": "obj-129",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-130",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      980.0,
      1080.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "delay_trigger",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      526.0,
      216.0,
      80.0,
      36.0
     ],
     "annotation": "Tapped twice, it makes a delay of the time between: what you play comes back, and again as `feedback` says; two more taps set another time.",
     "hint": "Tapped twice, it makes a delay of the time between: what you play comes back, and again as `feedback` says; two more taps set another time."
    }
   },
   {
    "box": {
     "id": "obj-131",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      1125.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/delay_trigger"
    }
   },
   {
    "box": {
     "id": "obj-132",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      1180.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-133",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20,
      1270.0,
      400,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/lock /unloop/generate /unloop/stage_lock"
    }
   },
   {
    "box": {
     "id": "obj-134",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      1240.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-135",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1340.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "keep",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      260.0,
      80.0,
      36.0
     ],
     "annotation": "What sounds becomes the take; just after a seam, the pass that has ended.",
     "hint": "What sounds becomes the take; just after a seam, the pass that has ended."
    }
   },
   {
    "box": {
     "id": "obj-136",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1385.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/keep"
    }
   },
   {
    "box": {
     "id": "obj-137",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1440.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-138",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      1340.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "back",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      260.0,
      80.0,
      36.0
     ],
     "annotation": "Cross-fades to the take at once and stops varying until told.",
     "hint": "Cross-fades to the take at once and stops varying until told."
    }
   },
   {
    "box": {
     "id": "obj-139",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1385.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/back"
    }
   },
   {
    "box": {
     "id": "obj-140",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1440.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-141",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      1340.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "first",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      260.0,
      80.0,
      36.0
     ],
     "annotation": "Brings back the first recording, as it was before overdubs and keeps; undo takes that back.",
     "hint": "Brings back the first recording, as it was before overdubs and keeps; undo takes that back."
    }
   },
   {
    "box": {
     "id": "obj-142",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1385.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/first"
    }
   },
   {
    "box": {
     "id": "obj-143",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1440.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-144",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      1340.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "lock",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "lock",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      268.0,
      260.0,
      80.0,
      36.0
     ],
     "annotation": "The current variation stays.",
     "hint": "The current variation stays."
    }
   },
   {
    "box": {
     "id": "obj-145",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1305.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-146",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1385.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/lock"
    }
   },
   {
    "box": {
     "id": "obj-147",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1440.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-148",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      1340.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "generate",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "generate",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      354.0,
      260.0,
      80.0,
      36.0
     ],
     "annotation": "Switches varying on and off.",
     "hint": "Switches varying on and off."
    }
   },
   {
    "box": {
     "id": "obj-149",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1305.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-150",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1385.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/generate"
    }
   },
   {
    "box": {
     "id": "obj-151",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      1440.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-152",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      1340.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "stage_lock",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "stage_lock",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      440.0,
      260.0,
      80.0,
      36.0
     ],
     "annotation": "While it is on, what destroys a loop is refused.",
     "hint": "While it is on, what destroys a loop is refused."
    }
   },
   {
    "box": {
     "id": "obj-153",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1305.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-154",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1385.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/stage_lock"
    }
   },
   {
    "box": {
     "id": "obj-155",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      1440.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-156",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1600.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "vary",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      304.0,
      80.0,
      36.0
     ],
     "annotation": "Asks for one variation, which comes in as soon as it is there, whatever the loop waits for.",
     "hint": "Asks for one variation, which comes in as soon as it is there, whatever the loop waits for."
    }
   },
   {
    "box": {
     "id": "obj-157",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1645.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/vary"
    }
   },
   {
    "box": {
     "id": "obj-158",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1700.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-159",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      1600.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "again",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      304.0,
      80.0,
      36.0
     ],
     "annotation": "Brings back the variation heard so many seams ago.",
     "hint": "Brings back the variation heard so many seams ago."
    }
   },
   {
    "box": {
     "id": "obj-160",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      270.0,
      1565.0,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 1000,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      311.0,
      44,
      22
     ],
     "annotation": "How many seams ago.",
     "hint": "How many seams ago."
    }
   },
   {
    "box": {
     "id": "obj-161",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      270.0,
      1530.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 1"
    }
   },
   {
    "box": {
     "id": "obj-162",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1645.0,
      60,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "text": "int 1"
    }
   },
   {
    "box": {
     "id": "obj-163",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1670.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/again"
    }
   },
   {
    "box": {
     "id": "obj-164",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1700.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-165",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      1600.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "favourite",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      232.0,
      304.0,
      80.0,
      36.0
     ],
     "annotation": "Marks the variation just heard as a favourite, just after a seam that of the pass before; 2 is the one before it.",
     "hint": "Marks the variation just heard as a favourite, just after a seam that of the pass before; 2 is the one before it."
    }
   },
   {
    "box": {
     "id": "obj-166",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      430.0,
      1565.0,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 1000,
     "presentation": 1,
     "presentation_rect": [
      318.0,
      311.0,
      44,
      22
     ],
     "annotation": "How many seams ago.",
     "hint": "How many seams ago."
    }
   },
   {
    "box": {
     "id": "obj-167",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      430.0,
      1530.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 1"
    }
   },
   {
    "box": {
     "id": "obj-168",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1645.0,
      60,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "text": "int 1"
    }
   },
   {
    "box": {
     "id": "obj-169",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1670.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/favourite"
    }
   },
   {
    "box": {
     "id": "obj-170",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1700.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-171",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      1600.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "recall",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      368.0,
      304.0,
      80.0,
      36.0
     ],
     "annotation": "Brings that favourite back.",
     "hint": "Brings that favourite back."
    }
   },
   {
    "box": {
     "id": "obj-172",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      590.0,
      1565.0,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 1000,
     "presentation": 1,
     "presentation_rect": [
      454.0,
      311.0,
      44,
      22
     ],
     "annotation": "How many seams ago.",
     "hint": "How many seams ago."
    }
   },
   {
    "box": {
     "id": "obj-173",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      590.0,
      1530.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 1"
    }
   },
   {
    "box": {
     "id": "obj-174",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1645.0,
      60,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "text": "int 1"
    }
   },
   {
    "box": {
     "id": "obj-175",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1670.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/recall"
    }
   },
   {
    "box": {
     "id": "obj-176",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1700.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-177",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20,
      1790.0,
      400,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/melt /unloop/loop/1/guard /unloop/loop/1/cue"
    }
   },
   {
    "box": {
     "id": "obj-178",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      1760.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-179",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1860.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "melt",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "melt",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      348.0,
      80.0,
      36.0
     ],
     "annotation": "While it is held, what goes by is marked to be made new in the next repetition, and only then; with `variation` 0 nothing else is.",
     "hint": "While it is held, what goes by is marked to be made new in the next repetition, and only then; with `variation` 0 nothing else is."
    }
   },
   {
    "box": {
     "id": "obj-180",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1825.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-181",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1905.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/melt"
    }
   },
   {
    "box": {
     "id": "obj-182",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1960.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-183",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      1860.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "guard",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "guard",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      348.0,
      80.0,
      36.0
     ],
     "annotation": "While it is held, what goes by is marked to stay as it was played, in every repetition.",
     "hint": "While it is held, what goes by is marked to stay as it was played, in every repetition."
    }
   },
   {
    "box": {
     "id": "obj-184",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1825.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-185",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1905.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/guard"
    }
   },
   {
    "box": {
     "id": "obj-186",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1960.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-187",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      1860.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "unguard",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      348.0,
      80.0,
      36.0
     ],
     "annotation": "Nothing is guarded any more.",
     "hint": "Nothing is guarded any more."
    }
   },
   {
    "box": {
     "id": "obj-188",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1905.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/unguard"
    }
   },
   {
    "box": {
     "id": "obj-189",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1960.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-190",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      1860.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "texton": "cue",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "text": "cue",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      268.0,
      348.0,
      80.0,
      36.0
     ],
     "annotation": "Variations wait, and are heard on the second output in time, until you accept one.",
     "hint": "Variations wait, and are heard on the second output in time, until you accept one."
    }
   },
   {
    "box": {
     "id": "obj-191",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1825.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-192",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1905.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/cue"
    }
   },
   {
    "box": {
     "id": "obj-193",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1960.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-194",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      1860.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "accept",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      354.0,
      348.0,
      80.0,
      36.0
     ],
     "annotation": "The variation that waits comes in where the next one may.",
     "hint": "The variation that waits comes in where the next one may."
    }
   },
   {
    "box": {
     "id": "obj-195",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1905.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/accept"
    }
   },
   {
    "box": {
     "id": "obj-196",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      1960.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-197",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2120.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "select",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      392.0,
      80.0,
      36.0
     ],
     "annotation": "Selects a loop by its number: it is the one that keys mean and that `/unloop/loop/selected/` stands for.",
     "hint": "Selects a loop by its number: it is the one that keys mean and that `/unloop/loop/selected/` stands for."
    }
   },
   {
    "box": {
     "id": "obj-198",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      110.0,
      2085.0,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 1000,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      399.0,
      44,
      22
     ],
     "annotation": "How many seams ago.",
     "hint": "How many seams ago."
    }
   },
   {
    "box": {
     "id": "obj-199",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      110.0,
      2050.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 1"
    }
   },
   {
    "box": {
     "id": "obj-200",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2165.0,
      60,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "text": "int 1"
    }
   },
   {
    "box": {
     "id": "obj-201",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/select"
    }
   },
   {
    "box": {
     "id": "obj-202",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      2220.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-203",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      2120.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "select_next",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      146.0,
      392.0,
      80.0,
      36.0
     ],
     "annotation": "Selects the next loop, after the last the first.",
     "hint": "Selects the next loop, after the last the first."
    }
   },
   {
    "box": {
     "id": "obj-204",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2165.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/select_next"
    }
   },
   {
    "box": {
     "id": "obj-205",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      2220.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-206",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      2120.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "select_prev",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      232.0,
      392.0,
      80.0,
      36.0
     ],
     "annotation": "Selects the loop before, before the first the last.",
     "hint": "Selects the loop before, before the first the last."
    }
   },
   {
    "box": {
     "id": "obj-207",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2165.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/select_prev"
    }
   },
   {
    "box": {
     "id": "obj-208",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      2220.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-209",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      2120.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "select_all",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      318.0,
      392.0,
      80.0,
      36.0
     ],
     "annotation": "Selects all loops: keys and `/unloop/loop/selected/` mean each of them.",
     "hint": "Selects all loops: keys and `/unloop/loop/selected/` mean each of them."
    }
   },
   {
    "box": {
     "id": "obj-210",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2165.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/select_all"
    }
   },
   {
    "box": {
     "id": "obj-211",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      2220.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-212",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      2120.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "loop_add",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      404.0,
      392.0,
      80.0,
      36.0
     ],
     "annotation": "One loop more; the one that was deleted last is there again, where it would be by now.",
     "hint": "One loop more; the one that was deleted last is there again, where it would be by now."
    }
   },
   {
    "box": {
     "id": "obj-213",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2165.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop_add"
    }
   },
   {
    "box": {
     "id": "obj-214",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      2220.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-215",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      2120.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "loop_del",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      490.0,
      392.0,
      80.0,
      36.0
     ],
     "annotation": "The last loop falls silent and is there no more; nothing of it is lost.",
     "hint": "The last loop falls silent and is there no more; nothing of it is lost."
    }
   },
   {
    "box": {
     "id": "obj-216",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2165.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop_del"
    }
   },
   {
    "box": {
     "id": "obj-217",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      2220.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-218",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2380.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "tap",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      10.0,
      436.0,
      80.0,
      36.0
     ],
     "annotation": "Taps the tempo: from the second tap on, the beat is where your foot is.",
     "hint": "Taps the tempo: from the second tap on, the beat is where your foot is."
    }
   },
   {
    "box": {
     "id": "obj-219",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2425.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/tap"
    }
   },
   {
    "box": {
     "id": "obj-220",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      2480.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-221",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      2380.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "capture",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      96.0,
      436.0,
      80.0,
      36.0
     ],
     "annotation": "What you have just played becomes a loop, though nothing was recorded: the last bars up to the beat that was, or where there is no beat, all since the last silence.",
     "hint": "What you have just played becomes a loop, though nothing was recorded: the last bars up to the beat that was, or where there is no beat, all since the last silence."
    }
   },
   {
    "box": {
     "id": "obj-222",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      270.0,
      2345.0,
      50,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 1000,
     "presentation": 1,
     "presentation_rect": [
      182.0,
      443.0,
      44,
      22
     ],
     "annotation": "How many seams ago.",
     "hint": "How many seams ago."
    }
   },
   {
    "box": {
     "id": "obj-223",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      270.0,
      2310.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 1"
    }
   },
   {
    "box": {
     "id": "obj-224",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2425.0,
      60,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "text": "int 1"
    }
   },
   {
    "box": {
     "id": "obj-225",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2450.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/capture"
    }
   },
   {
    "box": {
     "id": "obj-226",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      2480.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-227",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      2380.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "save_loop",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      232.0,
      436.0,
      80.0,
      36.0
     ],
     "annotation": "Writes the loop's take to a file whose name is made of the time, in the user's data folder.",
     "hint": "Writes the loop's take to a file whose name is made of the time, in the user's data folder."
    }
   },
   {
    "box": {
     "id": "obj-228",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2425.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/save_loop"
    }
   },
   {
    "box": {
     "id": "obj-229",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      2480.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-230",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      2380.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "set_sync_pos",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      318.0,
      436.0,
      80.0,
      36.0
     ],
     "annotation": "Loops that follow this one count its beats from here instead of from its start.",
     "hint": "Loops that follow this one count its beats from here instead of from its start."
    }
   },
   {
    "box": {
     "id": "obj-231",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2425.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/set_sync_pos"
    }
   },
   {
    "box": {
     "id": "obj-232",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      2480.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-233",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      2380.0,
      80,
      30
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "reset_sync_pos",
     "fontsize": 13.0,
     "rounded": 6.0,
     "outputmode": 0,
     "presentation": 1,
     "presentation_rect": [
      404.0,
      436.0,
      80.0,
      36.0
     ],
     "annotation": "They count them from its start again.",
     "hint": "They count them from its start again."
    }
   },
   {
    "box": {
     "id": "obj-234",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2425.0,
      150,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/unloop/loop/1/reset_sync_pos"
    }
   },
   {
    "box": {
     "id": "obj-235",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      2480.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-236",
     "maxclass": "umenu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      960,
      820,
      150,
      22
     ],
     "outlettype": [
      "int",
      "",
      ""
     ],
     "items": [
      "timbre-transfer",
      ",",
      "small-variation",
      ",",
      "small-follow-beat",
      ",",
      "medium-variation",
      ",",
      "medium-follow-beat",
      ",",
      "large-variation",
      ",",
      "large-follow-beat",
      ",",
      "unconditional",
      ",",
      "as-it-was",
      ",",
      "breathing",
      ",",
      "two-by-two",
      ",",
      "wander",
      ",",
      "ghost",
      ",",
      "half-time",
      ",",
      "octave-below",
      ",",
      "attacks-only"
     ],
     "fontsize": 11.0,
     "presentation": 1,
     "presentation_rect": [
      540,
      443.0,
      150,
      22
     ],
     "annotation": "Sets several parameters by one name or number, at the loop's next seam or over `morph_loops` repetitions; `unloop presets` lists them.",
     "hint": "Sets several parameters by one name or number, at the loop's next seam or over `morph_loops` repetitions; `unloop presets` lists them."
    }
   },
   {
    "box": {
     "id": "obj-237",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      960,
      795,
      50,
      20
     ],
     "text": "preset",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      496,
      444.0,
      44,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-238",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      960,
      865,
      160,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/preset"
    }
   },
   {
    "box": {
     "id": "obj-239",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      960,
      920,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-240",
     "maxclass": "newobj",
     "numinlets": 9,
     "numoutlets": 9,
     "patching_rect": [
      20,
      1030.0,
      1280.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/variation /unloop/loop/1/mix /unloop/loop/1/group /unloop/loop/1/wet /unloop/loop/1/dry /unloop/loop/1/feedback /unloop/loop/1/scratch_pos /unloop/loop/1/morph_loops"
    }
   },
   {
    "box": {
     "id": "obj-241",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      1000.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-242",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      1000.0,
      120,
      20
     ],
     "text": "play",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      486.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-243",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "variation",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "variation",
       "parameter_shortname": "variation",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.5
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      506.0,
      62,
      48
     ],
     "annotation": "variation: How far repetitions stray from the take: moves the prompts and the temperature together; 0 is the take itself. 0..1, default 0.5.",
     "hint": "variation: How far repetitions stray from the take: moves the prompts and the temperature together; 0 is the take itself. 0..1, default 0.5."
    }
   },
   {
    "box": {
     "id": "obj-244",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-245",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/variation"
    }
   },
   {
    "box": {
     "id": "obj-246",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-247",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "mix",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "mix",
       "parameter_shortname": "mix",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      506.0,
      62,
      48
     ],
     "annotation": "mix: Fades from the take (0) to its variation (1). 0..1, default 1.",
     "hint": "mix: Fades from the take (0) to its variation (1). 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-248",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-249",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/mix"
    }
   },
   {
    "box": {
     "id": "obj-250",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-251",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "group",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "group",
       "parameter_shortname": "group",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 8.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      506.0,
      62,
      48
     ],
     "annotation": "group: The group that the loop belongs to; 0 is none. 0..8, default 0.",
     "hint": "group: The group that the loop belongs to; 0 is none. 0..8, default 0."
    }
   },
   {
    "box": {
     "id": "obj-252",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-253",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/group"
    }
   },
   {
    "box": {
     "id": "obj-254",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-255",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "wet",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "wet",
       "parameter_shortname": "wet",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      506.0,
      62,
      48
     ],
     "annotation": "wet: Level of the loop. 0..1, default 1.",
     "hint": "wet: Level of the loop. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-256",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-257",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/wet"
    }
   },
   {
    "box": {
     "id": "obj-258",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-259",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "dry",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "dry",
       "parameter_shortname": "dry",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      506.0,
      62,
      48
     ],
     "annotation": "dry: Level of your own input in the output. 0..1, default 0.",
     "hint": "dry: Level of your own input in the output. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-260",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-261",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/dry"
    }
   },
   {
    "box": {
     "id": "obj-262",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-263",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "feedback",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "feedback",
       "parameter_shortname": "feedback",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      350.0,
      506.0,
      62,
      48
     ],
     "annotation": "feedback: How much of the old loop stays under an overdub. 0..1, default 1.",
     "hint": "feedback: How much of the old loop stays under an overdub. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-264",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-265",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/feedback"
    }
   },
   {
    "box": {
     "id": "obj-266",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-267",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      980.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "scratch_pos",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "scratch_pos",
       "parameter_shortname": "scratch",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      418.0,
      506.0,
      62,
      48
     ],
     "annotation": "scratch_pos: Where in the loop your hand is while you scratch. 0..1, default 0.",
     "hint": "scratch_pos: Where in the loop your hand is while you scratch. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-268",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-269",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/scratch_pos"
    }
   },
   {
    "box": {
     "id": "obj-270",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-271",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1140.0,
      1100.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "morph_loops",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "morph_loops",
       "parameter_shortname": "morph",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      486.0,
      506.0,
      62,
      48
     ],
     "annotation": "morph_loops: A preset or a scene that is recalled comes in over so many repetitions, in which its numbers move evenly; 0 is all at the next seam. 0..64 loops, default 0.",
     "hint": "morph_loops: A preset or a scene that is recalled comes in over so many repetitions, in which its numbers move evenly; 0 is all at the next seam. 0..64 loops, default 0."
    }
   },
   {
    "box": {
     "id": "obj-272",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      1065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-273",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      1190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/morph_loops"
    }
   },
   {
    "box": {
     "id": "obj-274",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      1225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-275",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      20,
      1330.0,
      960.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/loop_dry /unloop/loop/1/main_wet /unloop/loop/1/input_gain /unloop/loop/1/main_input_gain /unloop/loop/1/use_feedback_play /unloop/loop/1/use_safety_feedback"
    }
   },
   {
    "box": {
     "id": "obj-276",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      1300.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-277",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      1300.0,
      120,
      20
     ],
     "text": "levels",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      574.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-278",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1400.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "loop_dry",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "loop_dry",
       "parameter_shortname": "loop_dry",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      594.0,
      62,
      48
     ],
     "annotation": "loop_dry: Level of what this loop hears, where the loop sounds; each loop adds its own. 0..1, default 0.",
     "hint": "loop_dry: Level of what this loop hears, where the loop sounds; each loop adds its own. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-279",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-280",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/loop_dry"
    }
   },
   {
    "box": {
     "id": "obj-281",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-282",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      1400.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "main_wet",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "main_wet",
       "parameter_shortname": "main_wet",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      594.0,
      62,
      48
     ],
     "annotation": "main_wet: Level of all loops together. 0..1, default 1.",
     "hint": "main_wet: Level of all loops together. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-283",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-284",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/main_wet"
    }
   },
   {
    "box": {
     "id": "obj-285",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-286",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      1400.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "input_gain",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "input_gain",
       "parameter_shortname": "input_gain",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      594.0,
      62,
      48
     ],
     "annotation": "input_gain: How loud the loop hears what you play. 0..1, default 1.",
     "hint": "input_gain: How loud the loop hears what you play. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-287",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-288",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/input_gain"
    }
   },
   {
    "box": {
     "id": "obj-289",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-290",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      1400.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "main_input_gain",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "main_input_gain",
       "parameter_shortname": "main in gain",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      594.0,
      62,
      48
     ],
     "annotation": "main_input_gain: How loud all loops hear what you play, and `dry` lets you hear it. 0..1, default 1.",
     "hint": "main_input_gain: How loud all loops hear what you play, and `dry` lets you hear it. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-291",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-292",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/main_input_gain"
    }
   },
   {
    "box": {
     "id": "obj-293",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-294",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      1400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "decay",
     "texton": "decay",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      282.0,
      594.0,
      60,
      24
     ],
     "annotation": "use_feedback_play: Played, the loop becomes quieter from pass to pass as feedback says; undo brings its full level back. 0..1, default 0.",
     "hint": "use_feedback_play: Played, the loop becomes quieter from pass to pass as feedback says; undo brings its full level back. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-295",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-296",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/use_feedback_play"
    }
   },
   {
    "box": {
     "id": "obj-297",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      1525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-298",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      1400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "safe fdbk",
     "texton": "safe fdbk",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      350.0,
      594.0,
      60,
      24
     ],
     "annotation": "use_safety_feedback: No feedback is more than 0.96, so that layers die away at last. 0..1, default 0.",
     "hint": "use_safety_feedback: No feedback is more than 0.96, so that layers die away at last. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-299",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-300",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/use_safety_feedback"
    }
   },
   {
    "box": {
     "id": "obj-301",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      1525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-302",
     "maxclass": "newobj",
     "numinlets": 11,
     "numoutlets": 11,
     "patching_rect": [
      20,
      1630.0,
      1600.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/pan_1 /unloop/loop/1/pan_2 /unloop/loop/1/channels /unloop/loop/1/use_common_ins /unloop/loop/1/input_1 /unloop/loop/1/input_2 /unloop/loop/1/use_common_outs /unloop/loop/1/output_1 /unloop/loop/1/output_2 /unloop/loop/1/discrete_prefader"
    }
   },
   {
    "box": {
     "id": "obj-303",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      1600.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-304",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      1600.0,
      120,
      20
     ],
     "text": "places",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      662.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-305",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "pan_1",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "pan_1",
       "parameter_shortname": "pan_1",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      682.0,
      62,
      48
     ],
     "annotation": "pan_1: Where the loop's first channel sounds: 0 is left, 1 is right; of one channel, halfway to pan_2. 0..1, default 0.",
     "hint": "pan_1: Where the loop's first channel sounds: 0 is left, 1 is right; of one channel, halfway to pan_2. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-306",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-307",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/pan_1"
    }
   },
   {
    "box": {
     "id": "obj-308",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-309",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "pan_2",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "pan_2",
       "parameter_shortname": "pan_2",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      682.0,
      62,
      48
     ],
     "annotation": "pan_2: Where its second channel sounds. 0..1, default 1.",
     "hint": "pan_2: Where its second channel sounds. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-310",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-311",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/pan_2"
    }
   },
   {
    "box": {
     "id": "obj-312",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-313",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "channels",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "channels",
       "parameter_shortname": "channels",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 2.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        2
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      682.0,
      62,
      48
     ],
     "annotation": "channels: A loop of 1 channel hears the mean of its inputs, sounds in the middle, and is varied as one. 1..2, default 2.",
     "hint": "channels: A loop of 1 channel hears the mean of its inputs, sounds in the middle, and is varied as one. 1..2, default 2."
    }
   },
   {
    "box": {
     "id": "obj-314",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-315",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/channels"
    }
   },
   {
    "box": {
     "id": "obj-316",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-317",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      1700.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "common ins",
     "texton": "common ins",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      682.0,
      60,
      24
     ],
     "annotation": "use_common_ins: The loop hears what --inputs names. 0..1, default 1.",
     "hint": "use_common_ins: The loop hears what --inputs names. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-318",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-319",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/use_common_ins"
    }
   },
   {
    "box": {
     "id": "obj-320",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-321",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "input_1",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "input_1",
       "parameter_shortname": "input_1",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      682.0,
      62,
      48
     ],
     "annotation": "input_1: The input that the loop hears besides, of those that --loop-inputs names; 0 is none. 0..64, default 0.",
     "hint": "input_1: The input that the loop hears besides, of those that --loop-inputs names; 0 is none. 0..64, default 0."
    }
   },
   {
    "box": {
     "id": "obj-322",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-323",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/input_1"
    }
   },
   {
    "box": {
     "id": "obj-324",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-325",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "input_2",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "input_2",
       "parameter_shortname": "input_2",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      350.0,
      682.0,
      62,
      48
     ],
     "annotation": "input_2: The one that its second channel hears; 0 is the first channel's. 0..64, default 0.",
     "hint": "input_2: The one that its second channel hears; 0 is the first channel's. 0..64, default 0."
    }
   },
   {
    "box": {
     "id": "obj-326",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-327",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/input_2"
    }
   },
   {
    "box": {
     "id": "obj-328",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-329",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      980.0,
      1700.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "common outs",
     "texton": "common outs",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      418.0,
      682.0,
      60,
      24
     ],
     "annotation": "use_common_outs: The loop sounds at what --outputs names. 0..1, default 1.",
     "hint": "use_common_outs: The loop sounds at what --outputs names. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-330",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-331",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/use_common_outs"
    }
   },
   {
    "box": {
     "id": "obj-332",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-333",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1140.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "output_1",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "output_1",
       "parameter_shortname": "output_1",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      486.0,
      682.0,
      62,
      48
     ],
     "annotation": "output_1: The output that the loop sounds at besides, of those that --loop-outputs names; 0 is none. 0..64, default 0.",
     "hint": "output_1: The output that the loop sounds at besides, of those that --loop-outputs names; 0 is none. 0..64, default 0."
    }
   },
   {
    "box": {
     "id": "obj-334",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-335",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/output_1"
    }
   },
   {
    "box": {
     "id": "obj-336",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-337",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1300.0,
      1700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "output_2",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "output_2",
       "parameter_shortname": "output_2",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      554.0,
      682.0,
      62,
      48
     ],
     "annotation": "output_2: The one that its second channel sounds at; 0 is the first channel's. 0..64, default 0.",
     "hint": "output_2: The one that its second channel sounds at; 0 is the first channel's. 0..64, default 0."
    }
   },
   {
    "box": {
     "id": "obj-338",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1300.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-339",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1300.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/output_2"
    }
   },
   {
    "box": {
     "id": "obj-340",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1300.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-341",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1460.0,
      1700.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "prefader",
     "texton": "prefader",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      622.0,
      682.0,
      60,
      24
     ],
     "annotation": "discrete_prefader: At outputs of its own the loop sounds as if wet were 1. 0..1, default 0.",
     "hint": "discrete_prefader: At outputs of its own the loop sounds as if wet were 1. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-342",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1460.0,
      1665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-343",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1460.0,
      1790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/discrete_prefader"
    }
   },
   {
    "box": {
     "id": "obj-344",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1460.0,
      1825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-345",
     "maxclass": "newobj",
     "numinlets": 10,
     "numoutlets": 10,
     "patching_rect": [
      20,
      1930.0,
      1440.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/speed /unloop/loop/1/stretch_ratio /unloop/loop/1/loop_pitch /unloop/loop/1/tempo_stretch /unloop/loop/1/tail /unloop/loop/1/seam_ms /unloop/loop/1/stop_mode /unloop/loop/1/stop_fade_s /unloop/loop/1/swap"
    }
   },
   {
    "box": {
     "id": "obj-346",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      1900.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-347",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      1900.0,
      120,
      20
     ],
     "text": "seam and stop",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      750.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-348",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "speed",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "speed",
       "parameter_shortname": "speed",
       "parameter_type": 0,
       "parameter_mmin": 0.25,
       "parameter_mmax": 4.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      770.0,
      62,
      48
     ],
     "annotation": "speed: Speed of the loop, and with it its pitch: 0.5 is an octave down, 2 one up. 0.25..4, default 1.",
     "hint": "speed: Speed of the loop, and with it its pitch: 0.5 is an octave down, 2 one up. 0.25..4, default 1."
    }
   },
   {
    "box": {
     "id": "obj-349",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-350",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/speed"
    }
   },
   {
    "box": {
     "id": "obj-351",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-352",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "stretch_ratio",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stretch_ratio",
       "parameter_shortname": "stretch x",
       "parameter_type": 0,
       "parameter_mmin": 0.5,
       "parameter_mmax": 4.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      770.0,
      62,
      48
     ],
     "annotation": "stretch_ratio: Stretches the loop to so many times its length; its pitch stays, 1 is what was played. 0.5..4, default 1.",
     "hint": "stretch_ratio: Stretches the loop to so many times its length; its pitch stays, 1 is what was played. 0.5..4, default 1."
    }
   },
   {
    "box": {
     "id": "obj-353",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-354",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/stretch_ratio"
    }
   },
   {
    "box": {
     "id": "obj-355",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-356",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "loop_pitch",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "loop_pitch",
       "parameter_shortname": "loop pitch",
       "parameter_type": 0,
       "parameter_mmin": -12.0,
       "parameter_mmax": 12.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      770.0,
      62,
      48
     ],
     "annotation": "loop_pitch: Shifts the loop's pitch; its length stays, 0 is what was played. -12..12 semitones, default 0.",
     "hint": "loop_pitch: Shifts the loop's pitch; its length stays, 0 is what was played. -12..12 semitones, default 0."
    }
   },
   {
    "box": {
     "id": "obj-357",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-358",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/loop_pitch"
    }
   },
   {
    "box": {
     "id": "obj-359",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-360",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      2000.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "to tempo",
     "texton": "to tempo",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      770.0,
      60,
      24
     ],
     "annotation": "tempo_stretch: The loop is stretched to follow a tempo that changes. 0..1, default 0.",
     "hint": "tempo_stretch: The loop is stretched to follow a tempo that changes. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-361",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-362",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/tempo_stretch"
    }
   },
   {
    "box": {
     "id": "obj-363",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-364",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "tail",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "tail",
       "parameter_shortname": "tail s",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 10.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      770.0,
      62,
      48
     ],
     "annotation": "tail: How long what rings on after a recording is folded over the loop's start. 0..10 s, default 0.",
     "hint": "tail: How long what rings on after a recording is folded over the loop's start. 0..10 s, default 0."
    }
   },
   {
    "box": {
     "id": "obj-365",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-366",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/tail"
    }
   },
   {
    "box": {
     "id": "obj-367",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-368",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "seam_ms",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "seam_ms",
       "parameter_shortname": "seam ms",
       "parameter_type": 0,
       "parameter_mmin": 1.0,
       "parameter_mmax": 200.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        20.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      350.0,
      770.0,
      62,
      48
     ],
     "annotation": "seam_ms: Length of the cross-fade that ends at the seam. 1..200 ms, default 20.",
     "hint": "seam_ms: Length of the cross-fade that ends at the seam. 1..200 ms, default 20."
    }
   },
   {
    "box": {
     "id": "obj-369",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-370",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/seam_ms"
    }
   },
   {
    "box": {
     "id": "obj-371",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-372",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      980.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "stop_mode",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stop_mode",
       "parameter_shortname": "stop mode",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 3.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      418.0,
      770.0,
      62,
      48
     ],
     "annotation": "stop_mode: How the loop ends when it is paused: 0 at once, 1 at the end of the pass, 2 fading, 3 at the end of the pass, with the tail of its recording ringing on; pause again stops at once. 0..3, default 0.",
     "hint": "stop_mode: How the loop ends when it is paused: 0 at once, 1 at the end of the pass, 2 fading, 3 at the end of the pass, with the tail of its recording ringing on; pause again stops at once. 0..3, default 0."
    }
   },
   {
    "box": {
     "id": "obj-373",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-374",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/stop_mode"
    }
   },
   {
    "box": {
     "id": "obj-375",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-376",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1140.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "stop_fade_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stop_fade_s",
       "parameter_shortname": "stop fade s",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 30.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        4.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      486.0,
      770.0,
      62,
      48
     ],
     "annotation": "stop_fade_s: How long the fade takes. 0..30 s, default 4.",
     "hint": "stop_fade_s: How long the fade takes. 0..30 s, default 4."
    }
   },
   {
    "box": {
     "id": "obj-377",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-378",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/stop_fade_s"
    }
   },
   {
    "box": {
     "id": "obj-379",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-380",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1300.0,
      2000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "swap",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "swap",
       "parameter_shortname": "swap",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 3.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      554.0,
      770.0,
      62,
      48
     ],
     "annotation": "swap: Where a variation comes in: 0 at the seam, 1 at the next bar, 2 at the next beat, 3 at once; without beats, at the seam. 0..3, default 0.",
     "hint": "swap: Where a variation comes in: 0 at the seam, 1 at the next bar, 2 at the next beat, 3 at once; without beats, at the seam. 0..3, default 0."
    }
   },
   {
    "box": {
     "id": "obj-381",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1300.0,
      1965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-382",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1300.0,
      2090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/swap"
    }
   },
   {
    "box": {
     "id": "obj-383",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1300.0,
      2125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-384",
     "maxclass": "newobj",
     "numinlets": 11,
     "numoutlets": 11,
     "patching_rect": [
      20,
      2230.0,
      1600.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/periodic_prompt /unloop/loop/1/periodic_width /unloop/loop/1/beat_mask_ms /unloop/loop/1/onset_mask_width /unloop/loop/1/prefix_s /unloop/loop/1/suffix_s /unloop/loop/1/inpaint_start_s /unloop/loop/1/inpaint_end_s /unloop/loop/1/compression_prompt /unloop/loop/1/mask_dropout"
    }
   },
   {
    "box": {
     "id": "obj-385",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      2200.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-386",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      2200.0,
      120,
      20
     ],
     "text": "prompts",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      838.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-387",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "periodic_prompt",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "periodic_prompt",
       "parameter_shortname": "periodic",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 128.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        2
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      858.0,
      62,
      48
     ],
     "annotation": "periodic_prompt: Keeps one step of the take in so many; 0 keeps none, 1 keeps all. 0..128 steps, default 2.",
     "hint": "periodic_prompt: Keeps one step of the take in so many; 0 keeps none, 1 keeps all. 0..128 steps, default 2."
    }
   },
   {
    "box": {
     "id": "obj-388",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-389",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/periodic_prompt"
    }
   },
   {
    "box": {
     "id": "obj-390",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-391",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "periodic_width",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "periodic_width",
       "parameter_shortname": "width",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 32.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      858.0,
      62,
      48
     ],
     "annotation": "periodic_width: How many steps each periodic hint keeps. 1..32 steps, default 1.",
     "hint": "periodic_width: How many steps each periodic hint keeps. 1..32 steps, default 1."
    }
   },
   {
    "box": {
     "id": "obj-392",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-393",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/periodic_width"
    }
   },
   {
    "box": {
     "id": "obj-394",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-395",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "beat_mask_ms",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "beat_mask_ms",
       "parameter_shortname": "beat ms",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 400.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      858.0,
      62,
      48
     ],
     "annotation": "beat_mask_ms: Keeps so much of the take either side of each beat; 0 is off. 0..400 ms, default 0.",
     "hint": "beat_mask_ms: Keeps so much of the take either side of each beat; 0 is off. 0..400 ms, default 0."
    }
   },
   {
    "box": {
     "id": "obj-396",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-397",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/beat_mask_ms"
    }
   },
   {
    "box": {
     "id": "obj-398",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-399",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "onset_mask_width",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "onset_mask_width",
       "parameter_shortname": "onset",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 100.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      858.0,
      62,
      48
     ],
     "annotation": "onset_mask_width: Keeps so many steps either side of each strong onset; 0 is off. 0..100 steps, default 1.",
     "hint": "onset_mask_width: Keeps so many steps either side of each strong onset; 0 is off. 0..100 steps, default 1."
    }
   },
   {
    "box": {
     "id": "obj-400",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-401",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/onset_mask_width"
    }
   },
   {
    "box": {
     "id": "obj-402",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-403",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "prefix_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "prefix_s",
       "parameter_shortname": "prefix s",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 60.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.05
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      858.0,
      62,
      48
     ],
     "annotation": "prefix_s: Keeps the start of the take for so long; 0 is off. 0..60 s, default 0.05.",
     "hint": "prefix_s: Keeps the start of the take for so long; 0 is off. 0..60 s, default 0.05."
    }
   },
   {
    "box": {
     "id": "obj-404",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-405",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/prefix_s"
    }
   },
   {
    "box": {
     "id": "obj-406",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-407",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "suffix_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "suffix_s",
       "parameter_shortname": "suffix s",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 60.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      350.0,
      858.0,
      62,
      48
     ],
     "annotation": "suffix_s: Keeps the end of the take for so long; 0 is off. 0..60 s, default 0.",
     "hint": "suffix_s: Keeps the end of the take for so long; 0 is off. 0..60 s, default 0."
    }
   },
   {
    "box": {
     "id": "obj-408",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-409",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/suffix_s"
    }
   },
   {
    "box": {
     "id": "obj-410",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-411",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      980.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "inpaint_start_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "inpaint_start_s",
       "parameter_shortname": "inpaint from",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 60.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      418.0,
      858.0,
      62,
      48
     ],
     "annotation": "inpaint_start_s: Where the stretch to make anew begins (needs inpaint_end_s). 0..60 s, default 0.",
     "hint": "inpaint_start_s: Where the stretch to make anew begins (needs inpaint_end_s). 0..60 s, default 0."
    }
   },
   {
    "box": {
     "id": "obj-412",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-413",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/inpaint_start_s"
    }
   },
   {
    "box": {
     "id": "obj-414",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-415",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1140.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "inpaint_end_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "inpaint_end_s",
       "parameter_shortname": "inpaint to",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 60.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      486.0,
      858.0,
      62,
      48
     ],
     "annotation": "inpaint_end_s: Where the stretch to make anew ends: what lies outside is kept; off unless it is past inpaint_start_s. 0..60 s, default 0.",
     "hint": "inpaint_end_s: Where the stretch to make anew ends: what lies outside is kept; off unless it is past inpaint_start_s. 0..60 s, default 0."
    }
   },
   {
    "box": {
     "id": "obj-416",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-417",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/inpaint_end_s"
    }
   },
   {
    "box": {
     "id": "obj-418",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-419",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1300.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "compression_prompt",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "compression_prompt",
       "parameter_shortname": "compress",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 14.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        8
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      554.0,
      858.0,
      62,
      48
     ],
     "annotation": "compression_prompt: How many codebooks a periodic hint keeps: fewer leave more of the timbre free; above the model's own count is all. 1..14 codebooks, default 8.",
     "hint": "compression_prompt: How many codebooks a periodic hint keeps: fewer leave more of the timbre free; above the model's own count is all. 1..14 codebooks, default 8."
    }
   },
   {
    "box": {
     "id": "obj-420",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1300.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-421",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1300.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/compression_prompt"
    }
   },
   {
    "box": {
     "id": "obj-422",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1300.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-423",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1460.0,
      2300.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "mask_dropout",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "mask_dropout",
       "parameter_shortname": "dropout",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      622.0,
      858.0,
      62,
      48
     ],
     "annotation": "mask_dropout: The share of periodic hints that are left out at random. 0..1, default 0.",
     "hint": "mask_dropout: The share of periodic hints that are left out at random. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-424",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1460.0,
      2265.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-425",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1460.0,
      2390.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/mask_dropout"
    }
   },
   {
    "box": {
     "id": "obj-426",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1460.0,
      2425.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-427",
     "maxclass": "newobj",
     "numinlets": 9,
     "numoutlets": 9,
     "patching_rect": [
      20,
      2530.0,
      1280.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/temperature /unloop/loop/1/mask_temperature /unloop/loop/1/top_p /unloop/loop/1/typical_filtering /unloop/loop/1/typical_mass /unloop/loop/1/typical_min_tokens /unloop/loop/1/sample_cutoff /unloop/loop/1/steps"
    }
   },
   {
    "box": {
     "id": "obj-428",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      2500.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-429",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      2500.0,
      120,
      20
     ],
     "text": "sampling",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      926.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-430",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      2600.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "temperature",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "temperature",
       "parameter_shortname": "temperature",
       "parameter_type": 0,
       "parameter_mmin": 0.1,
       "parameter_mmax": 2.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.8
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      946.0,
      62,
      48
     ],
     "annotation": "temperature: How freely tokens are chosen: lower is safer, higher is wilder. 0.1..2, default 0.8.",
     "hint": "temperature: How freely tokens are chosen: lower is safer, higher is wilder. 0.1..2, default 0.8."
    }
   },
   {
    "box": {
     "id": "obj-431",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-432",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/temperature"
    }
   },
   {
    "box": {
     "id": "obj-433",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-434",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      2600.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "mask_temperature",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "mask_temperature",
       "parameter_shortname": "mask temp",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 50.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      946.0,
      62,
      48
     ],
     "annotation": "mask_temperature: How random the order is in which tokens are settled; VampNet's own is 10.5. 0..50, default 1.",
     "hint": "mask_temperature: How random the order is in which tokens are settled; VampNet's own is 10.5. 0..50, default 1."
    }
   },
   {
    "box": {
     "id": "obj-435",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-436",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/mask_temperature"
    }
   },
   {
    "box": {
     "id": "obj-437",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-438",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      2600.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "top_p",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "top_p",
       "parameter_shortname": "top p",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      946.0,
      62,
      48
     ],
     "annotation": "top_p: Chooses among the likeliest tokens that make up this share; 0 is off. 0..1, default 0.",
     "hint": "top_p: Chooses among the likeliest tokens that make up this share; 0 is off. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-439",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-440",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/top_p"
    }
   },
   {
    "box": {
     "id": "obj-441",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-442",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      2600.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "typical",
     "texton": "typical",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      946.0,
      60,
      24
     ],
     "annotation": "typical_filtering: Leaves out tokens that are surprisingly likely or unlikely. 0..1, default 0.",
     "hint": "typical_filtering: Leaves out tokens that are surprisingly likely or unlikely. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-443",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-444",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/typical_filtering"
    }
   },
   {
    "box": {
     "id": "obj-445",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-446",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      2600.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "typical_mass",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "typical_mass",
       "parameter_shortname": "typ mass",
       "parameter_type": 0,
       "parameter_mmin": 0.01,
       "parameter_mmax": 0.99,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.15
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      946.0,
      62,
      48
     ],
     "annotation": "typical_mass: The share of probability that typical filtering keeps. 0.01..0.99, default 0.15.",
     "hint": "typical_mass: The share of probability that typical filtering keeps. 0.01..0.99, default 0.15."
    }
   },
   {
    "box": {
     "id": "obj-447",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-448",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/typical_mass"
    }
   },
   {
    "box": {
     "id": "obj-449",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-450",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      2582.0,
      60,
      18
     ],
     "text": "typ min",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      350.0,
      946.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-451",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      2600.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1,
     "maximum": 1024,
     "presentation": 1,
     "presentation_rect": [
      350.0,
      966.0,
      62,
      22
     ],
     "annotation": "typical_min_tokens: The fewest tokens that typical filtering leaves. 1..1024 tokens, default 64.",
     "hint": "typical_min_tokens: The fewest tokens that typical filtering leaves. 1..1024 tokens, default 64."
    }
   },
   {
    "box": {
     "id": "obj-452",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-453",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/typical_min_tokens"
    }
   },
   {
    "box": {
     "id": "obj-454",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-455",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      980.0,
      2600.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "sample_cutoff",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "sample_cutoff",
       "parameter_shortname": "cutoff",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      418.0,
      946.0,
      62,
      48
     ],
     "annotation": "sample_cutoff: The share of the sampling steps in which tokens are drawn by chance; after it, the likeliest are taken. 0..1, default 1.",
     "hint": "sample_cutoff: The share of the sampling steps in which tokens are drawn by chance; after it, the likeliest are taken. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-456",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-457",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/sample_cutoff"
    }
   },
   {
    "box": {
     "id": "obj-458",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-459",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1140.0,
      2600.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "steps",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "steps",
       "parameter_shortname": "steps",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 128.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        6
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      486.0,
      946.0,
      62,
      48
     ],
     "annotation": "steps: Sampling steps: more is finer and slower; while playing it is a ceiling, and fewer are taken when time is short. 1..128 steps, default 6.",
     "hint": "steps: Sampling steps: more is finer and slower; while playing it is a ceiling, and fewer are taken when time is short. 1..128 steps, default 6."
    }
   },
   {
    "box": {
     "id": "obj-460",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2565.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-461",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2690.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/steps"
    }
   },
   {
    "box": {
     "id": "obj-462",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      2725.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-463",
     "maxclass": "newobj",
     "numinlets": 9,
     "numoutlets": 9,
     "patching_rect": [
      20,
      2830.0,
      1280.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/stretch /unloop/loop/1/pitch_shift /unloop/loop/1/seed /unloop/loop/1/seed_lock /unloop/loop/1/feedback_steps /unloop/loop/1/batch /unloop/loop/1/loudness_match /unloop/loop/1/adapt"
    }
   },
   {
    "box": {
     "id": "obj-464",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      2800.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-465",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      2800.0,
      120,
      20
     ],
     "text": "repetitions",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1014.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-466",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      2900.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "stretch",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stretch",
       "parameter_shortname": "stretch",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 8.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1034.0,
      62,
      48
     ],
     "annotation": "stretch: Plays the take so many times slower in a loop of the same length: each repetition goes on where the one before ended, and after so many the whole take has gone by; 2 is a half-time feel. 1..8 times, default 1.",
     "hint": "stretch: Plays the take so many times slower in a loop of the same length: each repetition goes on where the one before ended, and after so many the whole take has gone by; 2 is a half-time feel. 1..8 times, default 1."
    }
   },
   {
    "box": {
     "id": "obj-467",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-468",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/stretch"
    }
   },
   {
    "box": {
     "id": "obj-469",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-470",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      2900.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "pitch_shift",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "pitch_shift",
       "parameter_shortname": "pitch",
       "parameter_type": 1,
       "parameter_mmin": -12.0,
       "parameter_mmax": 12.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1034.0,
      62,
      48
     ],
     "annotation": "pitch_shift: Transposes the take before the model hears it; its length and its beat stay. -12..12 semitones, default 0.",
     "hint": "pitch_shift: Transposes the take before the model hears it; its length and its beat stay. -12..12 semitones, default 0."
    }
   },
   {
    "box": {
     "id": "obj-471",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-472",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/pitch_shift"
    }
   },
   {
    "box": {
     "id": "obj-473",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-474",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      2882.0,
      60,
      18
     ],
     "text": "seed",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1034.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-475",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      2900.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0,
     "maximum": 2147483647,
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1054.0,
      62,
      22
     ],
     "annotation": "seed: Repeats the same variations; 0 draws a new seed for each repetition. 0..2147483647, default 0.",
     "hint": "seed: Repeats the same variations; 0 draws a new seed for each repetition. 0..2147483647, default 0."
    }
   },
   {
    "box": {
     "id": "obj-476",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-477",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/seed"
    }
   },
   {
    "box": {
     "id": "obj-478",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-479",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      2900.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "seed lock",
     "texton": "seed lock",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1034.0,
      60,
      24
     ],
     "annotation": "seed_lock: Every repetition is drawn with one seed, so that nothing but the knobs makes a difference: the first that the parameter seed gives, or with 0 the one that was drawn last. 0..1, default 0.",
     "hint": "seed_lock: Every repetition is drawn with one seed, so that nothing but the knobs makes a difference: the first that the parameter seed gives, or with 0 the one that was drawn last. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-480",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-481",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/seed_lock"
    }
   },
   {
    "box": {
     "id": "obj-482",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-483",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      2900.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "feedback_steps",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "feedback_steps",
       "parameter_shortname": "passes",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 8.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1034.0,
      62,
      48
     ],
     "annotation": "feedback_steps: How many times a repetition goes through the model. 1..8 passes, default 1.",
     "hint": "feedback_steps: How many times a repetition goes through the model. 1..8 passes, default 1."
    }
   },
   {
    "box": {
     "id": "obj-484",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-485",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/feedback_steps"
    }
   },
   {
    "box": {
     "id": "obj-486",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-487",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      2900.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "batch",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "batch",
       "parameter_shortname": "batch",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 16.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      350.0,
      1034.0,
      62,
      48
     ],
     "annotation": "batch: How many repetitions are made at one go while playing: they follow each other seam by seam. 1..16, default 1.",
     "hint": "batch: How many repetitions are made at one go while playing: they follow each other seam by seam. 1..16, default 1."
    }
   },
   {
    "box": {
     "id": "obj-488",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-489",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/batch"
    }
   },
   {
    "box": {
     "id": "obj-490",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-491",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      980.0,
      2900.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "loudness",
     "texton": "loudness",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      418.0,
      1034.0,
      60,
      24
     ],
     "annotation": "loudness_match: Makes each variation as loud as the take, by at most 3 dB up or down; 0 leaves it as the model made it. 0..1, default 1.",
     "hint": "loudness_match: Makes each variation as loud as the take, by at most 3 dB up or down; 0 leaves it as the model made it. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-492",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-493",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/loudness_match"
    }
   },
   {
    "box": {
     "id": "obj-494",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-495",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1140.0,
      2900.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "adapt",
     "texton": "adapt",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      486.0,
      1034.0,
      60,
      24
     ],
     "annotation": "adapt: While the loop plays, the model learns the sound of the take, for its variations to sound more like it; 0 is the model as it came. 0..1, default 1.",
     "hint": "adapt: While the loop plays, the model learns the sound of the take, for its variations to sound more like it; 0 is the model as it came. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-496",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2865.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-497",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      2990.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/adapt"
    }
   },
   {
    "box": {
     "id": "obj-498",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      3025.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-499",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      20,
      3130.0,
      960.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/vary_together /unloop/loop/1/vary_mode /unloop/loop/1/vary_every /unloop/loop/1/drift_limit /unloop/loop/1/against /unloop/loop/1/multiply_vary"
    }
   },
   {
    "box": {
     "id": "obj-500",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      3100.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-501",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      3100.0,
      120,
      20
     ],
     "text": "when",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1102.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-502",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      3200.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "vary_together",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "vary_together",
       "parameter_shortname": "vary_together",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1122.0,
      62,
      48
     ],
     "annotation": "vary_together: The share of the clock's beats that the loops of a group keep as they were played, the same ones in all of them. 0..1, default 0.",
     "hint": "vary_together: The share of the clock's beats that the loops of a group keep as they were played, the same ones in all of them. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-503",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      3165.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-504",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      3290.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/vary_together"
    }
   },
   {
    "box": {
     "id": "obj-505",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      3325.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-506",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      3200.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "vary_mode",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "vary_mode",
       "parameter_shortname": "vary_mode",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 3.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1122.0,
      62,
      48
     ],
     "annotation": "vary_mode: When the loop is varied: 0 never, 1 at its seams, 2 only when `vary` asks for one, 3 at its seams, each variation from the one before. 0..3, default 1.",
     "hint": "vary_mode: When the loop is varied: 0 never, 1 at its seams, 2 only when `vary` asks for one, 3 at its seams, each variation from the one before. 0..3, default 1."
    }
   },
   {
    "box": {
     "id": "obj-507",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      3165.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-508",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      3290.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/vary_mode"
    }
   },
   {
    "box": {
     "id": "obj-509",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      3325.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-510",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      3200.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "vary_every",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "vary_every",
       "parameter_shortname": "vary_every",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 64.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1122.0,
      62,
      48
     ],
     "annotation": "vary_every: A variation comes at every so many seams; until then the loop holds the last. 1..64 seams, default 1.",
     "hint": "vary_every: A variation comes at every so many seams; until then the loop holds the last. 1..64 seams, default 1."
    }
   },
   {
    "box": {
     "id": "obj-511",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      3165.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-512",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      3290.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/vary_every"
    }
   },
   {
    "box": {
     "id": "obj-513",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      3325.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-514",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      3200.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "drift_limit",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "drift_limit",
       "parameter_shortname": "drift_limit",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.8
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1122.0,
      62,
      48
     ],
     "annotation": "drift_limit: With vary_mode 3: once so much of what was heard is no longer the take's, the next variation begins from the take again. 0..1, default 0.8.",
     "hint": "drift_limit: With vary_mode 3: once so much of what was heard is no longer the take's, the next variation begins from the take again. 0..1, default 0.8."
    }
   },
   {
    "box": {
     "id": "obj-515",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      3165.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-516",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      3290.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/drift_limit"
    }
   },
   {
    "box": {
     "id": "obj-517",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      3325.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-518",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      3200.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "against",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "against",
       "parameter_shortname": "against",
       "parameter_type": 1,
       "parameter_mmin": -1.0,
       "parameter_mmax": 16.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1122.0,
      62,
      48
     ],
     "annotation": "against: What the model hears beside the take, for its variations to go with it: 1 and on that loop, -1 all others that sound, 0 nothing. -1..16, default 0.",
     "hint": "against: What the model hears beside the take, for its variations to go with it: 1 and on that loop, -1 all others that sound, 0 nothing. -1..16, default 0."
    }
   },
   {
    "box": {
     "id": "obj-519",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      3165.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-520",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      3290.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/against"
    }
   },
   {
    "box": {
     "id": "obj-521",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      3325.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-522",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      3200.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "multiply_vary",
     "texton": "multiply_vary",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      350.0,
      1122.0,
      60,
      24
     ],
     "annotation": "multiply_vary: Fills the cycles that multiply adds with variations instead of copies, as soon as they are made; undo brings the copies back. 0..1, default 0.",
     "hint": "multiply_vary: Fills the cycles that multiply adds with variations instead of copies, as soon as they are made; undo brings the copies back. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-523",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      3165.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-524",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      3290.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/multiply_vary"
    }
   },
   {
    "box": {
     "id": "obj-525",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      3325.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-526",
     "maxclass": "newobj",
     "numinlets": 9,
     "numoutlets": 9,
     "patching_rect": [
      20,
      3430.0,
      1280.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/sync_source /unloop/loop/1/tempo /unloop/loop/1/beats_per_bar /unloop/loop/1/eighth_per_cycle /unloop/loop/1/smart_eighths /unloop/loop/1/round_integer_tempo /unloop/loop/1/forgiveness_ms /unloop/loop/1/click"
    }
   },
   {
    "box": {
     "id": "obj-527",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      3400.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-528",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      3400.0,
      120,
      20
     ],
     "text": "clock",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1190.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-529",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      3500.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "sync_source",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "sync_source",
       "parameter_shortname": "source",
       "parameter_type": 1,
       "parameter_mmin": -6.0,
       "parameter_mmax": 16.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        -5
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1210.0,
      62,
      48
     ],
     "annotation": "sync_source: Whose beats the loops follow: -6 Ableton Link, -5 the first loop, -3 the tempo, -2 MIDI clock, -1 JACK's transport, 0 nobody's, 1 and on that loop's. -6..16, default -5.",
     "hint": "sync_source: Whose beats the loops follow: -6 Ableton Link, -5 the first loop, -3 the tempo, -2 MIDI clock, -1 JACK's transport, 0 nobody's, 1 and on that loop's. -6..16, default -5."
    }
   },
   {
    "box": {
     "id": "obj-530",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-531",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/sync_source"
    }
   },
   {
    "box": {
     "id": "obj-532",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-533",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      3500.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "tempo",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "tempo",
       "parameter_shortname": "tempo",
       "parameter_type": 0,
       "parameter_mmin": 20.0,
       "parameter_mmax": 300.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        120.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1210.0,
      62,
      48
     ],
     "annotation": "tempo: The instrument's own tempo; `tap` and the first loop set it. 20..300 bpm, default 120.",
     "hint": "tempo: The instrument's own tempo; `tap` and the first loop set it. 20..300 bpm, default 120."
    }
   },
   {
    "box": {
     "id": "obj-534",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-535",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/tempo"
    }
   },
   {
    "box": {
     "id": "obj-536",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-537",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      3500.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "beats_per_bar",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "beats_per_bar",
       "parameter_shortname": "bar beats",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 16.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        4
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1210.0,
      62,
      48
     ],
     "annotation": "beats_per_bar: Beats of a bar. 1..16 beats, default 4.",
     "hint": "beats_per_bar: Beats of a bar. 1..16 beats, default 4."
    }
   },
   {
    "box": {
     "id": "obj-538",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-539",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/beats_per_bar"
    }
   },
   {
    "box": {
     "id": "obj-540",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-541",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      3500.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "eighth_per_cycle",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "eighth_per_cycle",
       "parameter_shortname": "cycle 8ths",
       "parameter_type": 1,
       "parameter_mmin": 1.0,
       "parameter_mmax": 128.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        16
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1210.0,
      62,
      48
     ],
     "annotation": "eighth_per_cycle: Eighth notes of a cycle. 1..128 eighths, default 16.",
     "hint": "eighth_per_cycle: Eighth notes of a cycle. 1..128 eighths, default 16."
    }
   },
   {
    "box": {
     "id": "obj-542",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-543",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/eighth_per_cycle"
    }
   },
   {
    "box": {
     "id": "obj-544",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-545",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      3500.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "smart 8ths",
     "texton": "smart 8ths",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1210.0,
      60,
      24
     ],
     "annotation": "smart_eighths: When the first loop sets the tempo, a cycle becomes as long as that loop. 0..1, default 1.",
     "hint": "smart_eighths: When the first loop sets the tempo, a cycle becomes as long as that loop. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-546",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-547",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/smart_eighths"
    }
   },
   {
    "box": {
     "id": "obj-548",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-549",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      3500.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "whole bpm",
     "texton": "whole bpm",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      350.0,
      1210.0,
      60,
      24
     ],
     "annotation": "round_integer_tempo: The tempo that the first loop or your foot sets becomes a whole number. 0..1, default 0.",
     "hint": "round_integer_tempo: The tempo that the first loop or your foot sets becomes a whole number. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-550",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-551",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/round_integer_tempo"
    }
   },
   {
    "box": {
     "id": "obj-552",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-553",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      980.0,
      3500.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "forgiveness_ms",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "forgiveness_ms",
       "parameter_shortname": "forgive ms",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 120.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        120.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      418.0,
      1210.0,
      62,
      48
     ],
     "annotation": "forgiveness_ms: A press so late still counts as on the boundary; what was played since is kept. 0..120 ms, default 120.",
     "hint": "forgiveness_ms: A press so late still counts as on the boundary; what was played since is kept. 0..120 ms, default 120."
    }
   },
   {
    "box": {
     "id": "obj-554",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-555",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/forgiveness_ms"
    }
   },
   {
    "box": {
     "id": "obj-556",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-557",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1140.0,
      3500.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "click",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "click",
       "parameter_shortname": "click",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.5
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      486.0,
      1210.0,
      62,
      48
     ],
     "annotation": "click: Level of the click that counts in; 0 is silent. 0..1, default 0.5.",
     "hint": "click: Level of the click that counts in; 0 is silent. 0..1, default 0.5."
    }
   },
   {
    "box": {
     "id": "obj-558",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      3465.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-559",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      3590.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/click"
    }
   },
   {
    "box": {
     "id": "obj-560",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      3625.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-561",
     "maxclass": "newobj",
     "numinlets": 6,
     "numoutlets": 6,
     "patching_rect": [
      20,
      3730.0,
      800.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/output_midi_clock /unloop/loop/1/send_midi_start_on_trigger /unloop/loop/1/use_midi_start /unloop/loop/1/use_midi_stop /unloop/loop/1/jack_timebase_master"
    }
   },
   {
    "box": {
     "id": "obj-562",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      3700.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-563",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      3700.0,
      120,
      20
     ],
     "text": "midi and jack",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1278.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-564",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      3800.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "midi out",
     "texton": "midi out",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1298.0,
      60,
      24
     ],
     "annotation": "output_midi_clock: Sends MIDI clock to what --midi-out names. 0..1, default 0.",
     "hint": "output_midi_clock: Sends MIDI clock to what --midi-out names. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-565",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      3765.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-566",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      3890.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/output_midi_clock"
    }
   },
   {
    "box": {
     "id": "obj-567",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      3925.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-568",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      3800.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "start out",
     "texton": "start out",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1298.0,
      60,
      24
     ],
     "annotation": "send_midi_start_on_trigger: A loop that is triggered sends MIDI start with the clock. 0..1, default 0.",
     "hint": "send_midi_start_on_trigger: A loop that is triggered sends MIDI start with the clock. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-569",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      3765.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-570",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      3890.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/send_midi_start_on_trigger"
    }
   },
   {
    "box": {
     "id": "obj-571",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      3925.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-572",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      3800.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "midi start",
     "texton": "midi start",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1298.0,
      60,
      24
     ],
     "annotation": "use_midi_start: A MIDI start that comes in triggers all loops. 0..1, default 0.",
     "hint": "use_midi_start: A MIDI start that comes in triggers all loops. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-573",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      3765.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-574",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      3890.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/use_midi_start"
    }
   },
   {
    "box": {
     "id": "obj-575",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      3925.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-576",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      3800.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "midi stop",
     "texton": "midi stop",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1298.0,
      60,
      24
     ],
     "annotation": "use_midi_stop: A MIDI stop that comes in pauses all loops. 0..1, default 0.",
     "hint": "use_midi_stop: A MIDI stop that comes in pauses all loops. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-577",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      3765.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-578",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      3890.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/use_midi_stop"
    }
   },
   {
    "box": {
     "id": "obj-579",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      3925.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-580",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      3800.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "timebase",
     "texton": "timebase",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1298.0,
      60,
      24
     ],
     "annotation": "jack_timebase_master: Tells JACK's transport bars, beats and tempo. 0..1, default 0.",
     "hint": "jack_timebase_master: Tells JACK's transport bars, beats and tempo. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-581",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      3765.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-582",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      3890.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/jack_timebase_master"
    }
   },
   {
    "box": {
     "id": "obj-583",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      3925.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-584",
     "maxclass": "newobj",
     "numinlets": 6,
     "numoutlets": 6,
     "patching_rect": [
      20,
      4030.0,
      800.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/autoset_latency /unloop/loop/1/auto_disable_latency /unloop/loop/1/input_latency /unloop/loop/1/output_latency /unloop/loop/1/trigger_latency"
    }
   },
   {
    "box": {
     "id": "obj-585",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      4000.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-586",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      4000.0,
      120,
      20
     ],
     "text": "latency",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1366.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-587",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      4100.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "auto latency",
     "texton": "auto latency",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1386.0,
      60,
      24
     ],
     "annotation": "autoset_latency: input_latency and output_latency are what the sound card says or calibration found; setting one switches it off. 0..1, default 1.",
     "hint": "autoset_latency: input_latency and output_latency are what the sound card says or calibration found; setting one switches it off. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-588",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-589",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/autoset_latency"
    }
   },
   {
    "box": {
     "id": "obj-590",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      4225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-591",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      180.0,
      4100.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "off if dry",
     "texton": "off if dry",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1386.0,
      60,
      24
     ],
     "annotation": "auto_disable_latency: While you hear yourself through the looper (dry), what you play is not moved in time. 0..1, default 1.",
     "hint": "auto_disable_latency: While you hear yourself through the looper (dry), what you play is not moved in time. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-592",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-593",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/auto_disable_latency"
    }
   },
   {
    "box": {
     "id": "obj-594",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      4225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-595",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      4082.0,
      60,
      18
     ],
     "text": "in frames",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1386.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-596",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      4100.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0,
     "maximum": 32768,
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1406.0,
      62,
      22
     ],
     "annotation": "input_latency: So late comes what you play. 0..32768 frames, default 0.",
     "hint": "input_latency: So late comes what you play. 0..32768 frames, default 0."
    }
   },
   {
    "box": {
     "id": "obj-597",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-598",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/input_latency"
    }
   },
   {
    "box": {
     "id": "obj-599",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      4225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-600",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      4082.0,
      60,
      18
     ],
     "text": "out frames",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1386.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-601",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      4100.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0,
     "maximum": 32768,
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1406.0,
      62,
      22
     ],
     "annotation": "output_latency: So late is heard what the looper plays. 0..32768 frames, default 0.",
     "hint": "output_latency: So late is heard what the looper plays. 0..32768 frames, default 0."
    }
   },
   {
    "box": {
     "id": "obj-602",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-603",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/output_latency"
    }
   },
   {
    "box": {
     "id": "obj-604",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      4225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-605",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      4082.0,
      60,
      18
     ],
     "text": "press frames",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1386.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-606",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      4100.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0,
     "maximum": 32768,
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1406.0,
      62,
      22
     ],
     "annotation": "trigger_latency: So late come presses: each counts so much earlier. 0..32768 frames, default 0.",
     "hint": "trigger_latency: So late come presses: each counts so much earlier. 0..32768 frames, default 0."
    }
   },
   {
    "box": {
     "id": "obj-607",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      4065.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-608",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      4190.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/trigger_latency"
    }
   },
   {
    "box": {
     "id": "obj-609",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      4225.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-610",
     "maxclass": "newobj",
     "numinlets": 9,
     "numoutlets": 9,
     "patching_rect": [
      20,
      4330.0,
      1280.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/sync /unloop/loop/1/quantize /unloop/loop/1/round /unloop/loop/1/relative_sync /unloop/loop/1/overdub_quantized /unloop/loop/1/replace_quantized /unloop/loop/1/mute_quantized /unloop/loop/1/playback_sync"
    }
   },
   {
    "box": {
     "id": "obj-611",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      4300.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-612",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      4300.0,
      120,
      20
     ],
     "text": "boundaries",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1454.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-613",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "sync",
     "texton": "sync",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1474.0,
      60,
      24
     ],
     "annotation": "sync: 0: the loop follows nobody's beats but its own. 0..1, default 1.",
     "hint": "sync: 0: the loop follows nobody's beats but its own. 0..1, default 1."
    }
   },
   {
    "box": {
     "id": "obj-614",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-615",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/sync"
    }
   },
   {
    "box": {
     "id": "obj-616",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-617",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      4400.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "quantize",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "quantize",
       "parameter_shortname": "quantize",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 5.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1474.0,
      62,
      48
     ],
     "annotation": "quantize: What recording waits for, at its start and its end: 0 nothing, 1 the cycle, 2 the eighth, 3 the loop, 4 the bar, 5 the beat. 0..5, default 0.",
     "hint": "quantize: What recording waits for, at its start and its end: 0 nothing, 1 the cycle, 2 the eighth, 3 the loop, 4 the bar, 5 the beat. 0..5, default 0."
    }
   },
   {
    "box": {
     "id": "obj-618",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-619",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/quantize"
    }
   },
   {
    "box": {
     "id": "obj-620",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-621",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "round",
     "texton": "round",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1474.0,
      60,
      24
     ],
     "annotation": "round: A recording that was begun freely goes on until it is whole cycles long. 0..1, default 0.",
     "hint": "round: A recording that was begun freely goes on until it is whole cycles long. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-622",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-623",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/round"
    }
   },
   {
    "box": {
     "id": "obj-624",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-625",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      500.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "relative",
     "texton": "relative",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1474.0,
      60,
      24
     ],
     "annotation": "relative_sync: A recording begins where you press, and only its length waits for what quantize says. 0..1, default 0.",
     "hint": "relative_sync: A recording begins where you press, and only its length waits for what quantize says. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-626",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-627",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/relative_sync"
    }
   },
   {
    "box": {
     "id": "obj-628",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-629",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      660.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "quant dub",
     "texton": "quant dub",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1474.0,
      60,
      24
     ],
     "annotation": "overdub_quantized: Overdubbing waits as recording does. 0..1, default 0.",
     "hint": "overdub_quantized: Overdubbing waits as recording does. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-630",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-631",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/overdub_quantized"
    }
   },
   {
    "box": {
     "id": "obj-632",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-633",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      820.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "quant repl",
     "texton": "quant repl",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      350.0,
      1474.0,
      60,
      24
     ],
     "annotation": "replace_quantized: Replace and substitute wait as recording does; multiply and insert always do. 0..1, default 0.",
     "hint": "replace_quantized: Replace and substitute wait as recording does; multiply and insert always do. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-634",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-635",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/replace_quantized"
    }
   },
   {
    "box": {
     "id": "obj-636",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-637",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      980.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "quant mute",
     "texton": "quant mute",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      418.0,
      1474.0,
      60,
      24
     ],
     "annotation": "mute_quantized: Mute, pause, play, trigger and reverse wait as recording does. 0..1, default 0.",
     "hint": "mute_quantized: Mute, pause, play, trigger and reverse wait as recording does. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-638",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-639",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/mute_quantized"
    }
   },
   {
    "box": {
     "id": "obj-640",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-641",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1140.0,
      4400.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "play sync",
     "texton": "play sync",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      486.0,
      1474.0,
      60,
      24
     ],
     "annotation": "playback_sync: The loop begins anew on the clock's boundary that is nearest to its end, be it longer or shorter than that: each bar, or what quantize says. 0..1, default 0.",
     "hint": "playback_sync: The loop begins anew on the clock's boundary that is nearest to its end, be it longer or shorter than that: each bar, or what quantize says. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-642",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      4365.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-643",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1140.0,
      4490.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/playback_sync"
    }
   },
   {
    "box": {
     "id": "obj-644",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1140.0,
      4525.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-645",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      20,
      4630.0,
      960.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/redo_is_tap /unloop/loop/1/record_bars /unloop/loop/1/record_beats /unloop/loop/1/count_in /unloop/loop/1/rec_thresh /unloop/loop/1/silence_stop_s"
    }
   },
   {
    "box": {
     "id": "obj-646",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      4600.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-647",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      4600.0,
      120,
      20
     ],
     "text": "recording",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1542.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-648",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      4700.0,
      60,
      24
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 1,
     "outputmode": 0,
     "fontsize": 11.0,
     "rounded": 6.0,
     "text": "redo = tap",
     "texton": "redo = tap",
     "usebgoncolor": 1,
     "bgoncolor": [
      0.25,
      0.55,
      0.8,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1562.0,
      60,
      24
     ],
     "annotation": "redo_is_tap: Redo plays the loop from its start where there is nothing to redo. 0..1, default 0.",
     "hint": "redo_is_tap: Redo plays the loop from its start where there is nothing to redo. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-649",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-650",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/redo_is_tap"
    }
   },
   {
    "box": {
     "id": "obj-651",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      4825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-652",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      4682.0,
      60,
      18
     ],
     "text": "rec bars",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1562.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-653",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      4700.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0,
     "maximum": 256,
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1582.0,
      62,
      22
     ],
     "annotation": "record_bars: A recording ends by itself after so many bars; 0 is off. 0..256 bars, default 0.",
     "hint": "record_bars: A recording ends by itself after so many bars; 0 is off. 0..256 bars, default 0."
    }
   },
   {
    "box": {
     "id": "obj-654",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-655",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/record_bars"
    }
   },
   {
    "box": {
     "id": "obj-656",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      4825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-657",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      4682.0,
      60,
      18
     ],
     "text": "rec beats",
     "fontsize": 11.0,
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1562.0,
      62,
      18
     ]
    }
   },
   {
    "box": {
     "id": "obj-658",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      4700.0,
      62,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0,
     "maximum": 1024,
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1582.0,
      62,
      22
     ],
     "annotation": "record_beats: A recording ends by itself after so many beats; 0 is off. 0..1024 beats, default 0.",
     "hint": "record_beats: A recording ends by itself after so many beats; 0 is off. 0..1024 beats, default 0."
    }
   },
   {
    "box": {
     "id": "obj-659",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-660",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/record_beats"
    }
   },
   {
    "box": {
     "id": "obj-661",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      4825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-662",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      4700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "count_in",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "count_in",
       "parameter_shortname": "count in",
       "parameter_type": 1,
       "parameter_mmin": 0.0,
       "parameter_mmax": 8.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1562.0,
      62,
      48
     ],
     "annotation": "count_in: So many bars are counted in before a recording begins. 0..8 bars, default 0.",
     "hint": "count_in: So many bars are counted in before a recording begins. 0..8 bars, default 0."
    }
   },
   {
    "box": {
     "id": "obj-663",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-664",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/count_in"
    }
   },
   {
    "box": {
     "id": "obj-665",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      4825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-666",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      4700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "rec_thresh",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "rec_thresh",
       "parameter_shortname": "threshold",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      282.0,
      1562.0,
      62,
      48
     ],
     "annotation": "rec_thresh: A recording begins with the first sound so loud (1 is full scale), its attack included; 0 begins at once. 0..1, default 0.",
     "hint": "rec_thresh: A recording begins with the first sound so loud (1 is full scale), its attack included; 0 begins at once. 0..1, default 0."
    }
   },
   {
    "box": {
     "id": "obj-667",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      4665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-668",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      660.0,
      4790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/rec_thresh"
    }
   },
   {
    "box": {
     "id": "obj-669",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      660.0,
      4825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-670",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      820.0,
      4700.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "silence_stop_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "silence_stop_s",
       "parameter_shortname": "silence s",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 10.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      350.0,
      1562.0,
      62,
      48
     ],
     "annotation": "silence_stop_s: So long a silence ends a recording where it began; 0 is off. 0..10 s, default 0.",
     "hint": "silence_stop_s: So long a silence ends a recording where it began; 0 is off. 0..10 s, default 0."
    }
   },
   {
    "box": {
     "id": "obj-671",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      4665.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-672",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      4790.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/silence_stop_s"
    }
   },
   {
    "box": {
     "id": "obj-673",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      820.0,
      4825.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-674",
     "maxclass": "newobj",
     "numinlets": 5,
     "numoutlets": 5,
     "patching_rect": [
      20,
      4930.0,
      640.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /unloop/loop/1/tap_ms /unloop/loop/1/hold_s /unloop/loop/1/erase_s /unloop/loop/1/debounce_ms"
    }
   },
   {
    "box": {
     "id": "obj-675",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      4900.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-676",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180,
      4900.0,
      120,
      20
     ],
     "text": "switches",
     "fontsize": 11.0,
     "textcolor": [
      0.62,
      0.62,
      0.64,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1630.0,
      120,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-677",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      5000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "tap_ms",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "tap_ms",
       "parameter_shortname": "tap_ms",
       "parameter_type": 0,
       "parameter_mmin": 100.0,
       "parameter_mmax": 1500.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        500.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1650.0,
      62,
      48
     ],
     "annotation": "tap_ms: Two presses of a switch within it are a double tap. 100..1500 ms, default 500.",
     "hint": "tap_ms: Two presses of a switch within it are a double tap. 100..1500 ms, default 500."
    }
   },
   {
    "box": {
     "id": "obj-678",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      4965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-679",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      5090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/tap_ms"
    }
   },
   {
    "box": {
     "id": "obj-680",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      5125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-681",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      180.0,
      5000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "hold_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "hold_s",
       "parameter_shortname": "hold_s",
       "parameter_type": 0,
       "parameter_mmin": 0.3,
       "parameter_mmax": 1.5,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      78.0,
      1650.0,
      62,
      48
     ],
     "annotation": "hold_s: A switch that is down for so long is held. 0.3..1.5 s, default 1.",
     "hint": "hold_s: A switch that is down for so long is held. 0.3..1.5 s, default 1."
    }
   },
   {
    "box": {
     "id": "obj-682",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      4965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-683",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      180.0,
      5090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/hold_s"
    }
   },
   {
    "box": {
     "id": "obj-684",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      180.0,
      5125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-685",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      340.0,
      5000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "erase_s",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "erase_s",
       "parameter_shortname": "erase_s",
       "parameter_type": 0,
       "parameter_mmin": 1.0,
       "parameter_mmax": 10.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        2.5
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      146.0,
      1650.0,
      62,
      48
     ],
     "annotation": "erase_s: The first switch, held for so long on a loop that is stopped, erases it; its light warns half a second before. 1..10 s, default 2.5.",
     "hint": "erase_s: The first switch, held for so long on a loop that is stopped, erases it; its light warns half a second before. 1..10 s, default 2.5."
    }
   },
   {
    "box": {
     "id": "obj-686",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      4965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-687",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      5090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/erase_s"
    }
   },
   {
    "box": {
     "id": "obj-688",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      5125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-689",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      500.0,
      5000.0,
      62,
      48
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "debounce_ms",
     "textcolor": [
      0.9,
      0.9,
      0.9,
      1.0
     ],
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "debounce_ms",
       "parameter_shortname": "debounce_ms",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 60.0,
       "parameter_unitstyle": 1,
       "parameter_initial": [
        15.0
       ],
       "parameter_initial_enable": 0
      }
     },
     "presentation": 1,
     "presentation_rect": [
      214.0,
      1650.0,
      62,
      48
     ],
     "annotation": "debounce_ms: A switch that closes again so soon has only bounced. 0..60 ms, default 15.",
     "hint": "debounce_ms: A switch that closes again so soon has only bounced. 0..60 ms, default 15."
    }
   },
   {
    "box": {
     "id": "obj-690",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      4965.0,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-691",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      500.0,
      5090.0,
      150,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /unloop/loop/1/debounce_ms"
    }
   },
   {
    "box": {
     "id": "obj-692",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      500.0,
      5125.0,
      90,
      22.0
     ],
     "text": "s unloop.out"
    }
   },
   {
    "box": {
     "id": "obj-693",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20,
      2260,
      150,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /unloop/error"
    }
   },
   {
    "box": {
     "id": "obj-694",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      2320,
      600,
      20
     ],
     "text": "",
     "fontsize": 11.0,
     "textcolor": [
      0.95,
      0.55,
      0.35,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      10.0,
      1724.0,
      680.0,
      20
     ]
    }
   },
   {
    "box": {
     "id": "obj-695",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20,
      2230,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r unloop.in"
    }
   },
   {
    "box": {
     "id": "obj-696",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      2290,
      90,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-4",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-5",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      0
     ],
     "destination": [
      "obj-8",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-10",
      0
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      0
     ],
     "destination": [
      "obj-12",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      1
     ],
     "destination": [
      "obj-13",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      2
     ],
     "destination": [
      "obj-14",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-15",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-16",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-18",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      0
     ],
     "destination": [
      "obj-12",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      1
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-20",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-20",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-22",
      0
     ],
     "destination": [
      "obj-21",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-26",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
      0
     ],
     "destination": [
      "obj-25",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-27",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      0
     ],
     "destination": [
      "obj-28",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      1
     ],
     "destination": [
      "obj-29",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      2
     ],
     "destination": [
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      3
     ],
     "destination": [
      "obj-31",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      4
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      5
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      6
     ],
     "destination": [
      "obj-34",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      7
     ],
     "destination": [
      "obj-35",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      8
     ],
     "destination": [
      "obj-36",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      9
     ],
     "destination": [
      "obj-37",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-37",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      10
     ],
     "destination": [
      "obj-38",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      11
     ],
     "destination": [
      "obj-39",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      12
     ],
     "destination": [
      "obj-40",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-40",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      1
     ],
     "destination": [
      "obj-43",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-43",
      0
     ],
     "destination": [
      "obj-41",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      2
     ],
     "destination": [
      "obj-46",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-46",
      0
     ],
     "destination": [
      "obj-44",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      3
     ],
     "destination": [
      "obj-47",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      1
     ],
     "destination": [
      "obj-48",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-49",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      0
     ],
     "destination": [
      "obj-50",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      1
     ],
     "destination": [
      "obj-51",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      4
     ],
     "destination": [
      "obj-52",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      5
     ],
     "destination": [
      "obj-53",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      6
     ],
     "destination": [
      "obj-54",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      7
     ],
     "destination": [
      "obj-56",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      0
     ],
     "destination": [
      "obj-55",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      0
     ],
     "destination": [
      "obj-64",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-66",
      0
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-68",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-69",
      0
     ],
     "destination": [
      "obj-70",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      0
     ],
     "destination": [
      "obj-71",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-72",
      0
     ],
     "destination": [
      "obj-73",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-73",
      0
     ],
     "destination": [
      "obj-74",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-75",
      0
     ],
     "destination": [
      "obj-76",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-76",
      0
     ],
     "destination": [
      "obj-77",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-78",
      0
     ],
     "destination": [
      "obj-79",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-79",
      0
     ],
     "destination": [
      "obj-80",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      0
     ],
     "destination": [
      "obj-82",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-82",
      0
     ],
     "destination": [
      "obj-83",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
      0
     ],
     "destination": [
      "obj-85",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-85",
      0
     ],
     "destination": [
      "obj-84",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-84",
      0
     ],
     "destination": [
      "obj-86",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-86",
      0
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-88",
      0
     ],
     "destination": [
      "obj-89",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-89",
      0
     ],
     "destination": [
      "obj-90",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      0
     ],
     "destination": [
      "obj-92",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-92",
      0
     ],
     "destination": [
      "obj-93",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-94",
      0
     ],
     "destination": [
      "obj-95",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-95",
      0
     ],
     "destination": [
      "obj-96",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-97",
      0
     ],
     "destination": [
      "obj-98",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-98",
      0
     ],
     "destination": [
      "obj-99",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-100",
      0
     ],
     "destination": [
      "obj-101",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-101",
      0
     ],
     "destination": [
      "obj-102",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-103",
      0
     ],
     "destination": [
      "obj-104",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-104",
      0
     ],
     "destination": [
      "obj-105",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-106",
      0
     ],
     "destination": [
      "obj-107",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-107",
      0
     ],
     "destination": [
      "obj-108",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-110",
      0
     ],
     "destination": [
      "obj-109",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      0
     ],
     "destination": [
      "obj-112",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-112",
      0
     ],
     "destination": [
      "obj-113",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-114",
      0
     ],
     "destination": [
      "obj-115",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-115",
      0
     ],
     "destination": [
      "obj-116",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-117",
      0
     ],
     "destination": [
      "obj-118",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-118",
      0
     ],
     "destination": [
      "obj-119",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-109",
      0
     ],
     "destination": [
      "obj-121",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-121",
      0
     ],
     "destination": [
      "obj-120",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-120",
      0
     ],
     "destination": [
      "obj-122",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-122",
      0
     ],
     "destination": [
      "obj-123",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-124",
      0
     ],
     "destination": [
      "obj-125",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-125",
      0
     ],
     "destination": [
      "obj-126",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-127",
      0
     ],
     "destination": [
      "obj-128",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-128",
      0
     ],
     "destination": [
      "obj-129",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-130",
      0
     ],
     "destination": [
      "obj-131",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-131",
      0
     ],
     "destination": [
      "obj-132",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-134",
      0
     ],
     "destination": [
      "obj-133",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-135",
      0
     ],
     "destination": [
      "obj-136",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-136",
      0
     ],
     "destination": [
      "obj-137",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-138",
      0
     ],
     "destination": [
      "obj-139",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-139",
      0
     ],
     "destination": [
      "obj-140",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-141",
      0
     ],
     "destination": [
      "obj-142",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-142",
      0
     ],
     "destination": [
      "obj-143",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-133",
      0
     ],
     "destination": [
      "obj-145",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-145",
      0
     ],
     "destination": [
      "obj-144",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-144",
      0
     ],
     "destination": [
      "obj-146",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-146",
      0
     ],
     "destination": [
      "obj-147",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-133",
      1
     ],
     "destination": [
      "obj-149",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-149",
      0
     ],
     "destination": [
      "obj-148",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-148",
      0
     ],
     "destination": [
      "obj-150",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-150",
      0
     ],
     "destination": [
      "obj-151",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-133",
      2
     ],
     "destination": [
      "obj-153",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-153",
      0
     ],
     "destination": [
      "obj-152",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-152",
      0
     ],
     "destination": [
      "obj-154",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-154",
      0
     ],
     "destination": [
      "obj-155",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-156",
      0
     ],
     "destination": [
      "obj-157",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-157",
      0
     ],
     "destination": [
      "obj-158",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-161",
      0
     ],
     "destination": [
      "obj-160",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-160",
      0
     ],
     "destination": [
      "obj-162",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-159",
      0
     ],
     "destination": [
      "obj-162",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-162",
      0
     ],
     "destination": [
      "obj-163",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-163",
      0
     ],
     "destination": [
      "obj-164",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-167",
      0
     ],
     "destination": [
      "obj-166",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-166",
      0
     ],
     "destination": [
      "obj-168",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-165",
      0
     ],
     "destination": [
      "obj-168",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-168",
      0
     ],
     "destination": [
      "obj-169",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-169",
      0
     ],
     "destination": [
      "obj-170",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-173",
      0
     ],
     "destination": [
      "obj-172",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-172",
      0
     ],
     "destination": [
      "obj-174",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-171",
      0
     ],
     "destination": [
      "obj-174",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-174",
      0
     ],
     "destination": [
      "obj-175",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-175",
      0
     ],
     "destination": [
      "obj-176",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-178",
      0
     ],
     "destination": [
      "obj-177",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
      0
     ],
     "destination": [
      "obj-180",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-180",
      0
     ],
     "destination": [
      "obj-179",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-179",
      0
     ],
     "destination": [
      "obj-181",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
      0
     ],
     "destination": [
      "obj-182",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
      1
     ],
     "destination": [
      "obj-184",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-184",
      0
     ],
     "destination": [
      "obj-183",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-183",
      0
     ],
     "destination": [
      "obj-185",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-185",
      0
     ],
     "destination": [
      "obj-186",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-187",
      0
     ],
     "destination": [
      "obj-188",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-188",
      0
     ],
     "destination": [
      "obj-189",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
      2
     ],
     "destination": [
      "obj-191",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-191",
      0
     ],
     "destination": [
      "obj-190",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-190",
      0
     ],
     "destination": [
      "obj-192",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-192",
      0
     ],
     "destination": [
      "obj-193",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-194",
      0
     ],
     "destination": [
      "obj-195",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-195",
      0
     ],
     "destination": [
      "obj-196",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-199",
      0
     ],
     "destination": [
      "obj-198",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-198",
      0
     ],
     "destination": [
      "obj-200",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-197",
      0
     ],
     "destination": [
      "obj-200",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-200",
      0
     ],
     "destination": [
      "obj-201",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-201",
      0
     ],
     "destination": [
      "obj-202",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-203",
      0
     ],
     "destination": [
      "obj-204",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-204",
      0
     ],
     "destination": [
      "obj-205",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-206",
      0
     ],
     "destination": [
      "obj-207",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-207",
      0
     ],
     "destination": [
      "obj-208",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-209",
      0
     ],
     "destination": [
      "obj-210",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-210",
      0
     ],
     "destination": [
      "obj-211",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-212",
      0
     ],
     "destination": [
      "obj-213",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-213",
      0
     ],
     "destination": [
      "obj-214",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-215",
      0
     ],
     "destination": [
      "obj-216",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-216",
      0
     ],
     "destination": [
      "obj-217",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-218",
      0
     ],
     "destination": [
      "obj-219",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-219",
      0
     ],
     "destination": [
      "obj-220",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-223",
      0
     ],
     "destination": [
      "obj-222",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-222",
      0
     ],
     "destination": [
      "obj-224",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-221",
      0
     ],
     "destination": [
      "obj-224",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-224",
      0
     ],
     "destination": [
      "obj-225",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-225",
      0
     ],
     "destination": [
      "obj-226",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-227",
      0
     ],
     "destination": [
      "obj-228",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-228",
      0
     ],
     "destination": [
      "obj-229",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-230",
      0
     ],
     "destination": [
      "obj-231",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-231",
      0
     ],
     "destination": [
      "obj-232",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-233",
      0
     ],
     "destination": [
      "obj-234",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-234",
      0
     ],
     "destination": [
      "obj-235",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-236",
      1
     ],
     "destination": [
      "obj-238",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-238",
      0
     ],
     "destination": [
      "obj-239",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-241",
      0
     ],
     "destination": [
      "obj-240",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      0
     ],
     "destination": [
      "obj-244",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-244",
      0
     ],
     "destination": [
      "obj-243",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-243",
      0
     ],
     "destination": [
      "obj-245",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-245",
      0
     ],
     "destination": [
      "obj-246",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      1
     ],
     "destination": [
      "obj-248",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-248",
      0
     ],
     "destination": [
      "obj-247",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-247",
      0
     ],
     "destination": [
      "obj-249",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-249",
      0
     ],
     "destination": [
      "obj-250",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      2
     ],
     "destination": [
      "obj-252",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-252",
      0
     ],
     "destination": [
      "obj-251",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-251",
      0
     ],
     "destination": [
      "obj-253",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-253",
      0
     ],
     "destination": [
      "obj-254",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      3
     ],
     "destination": [
      "obj-256",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-256",
      0
     ],
     "destination": [
      "obj-255",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-255",
      0
     ],
     "destination": [
      "obj-257",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-257",
      0
     ],
     "destination": [
      "obj-258",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      4
     ],
     "destination": [
      "obj-260",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-260",
      0
     ],
     "destination": [
      "obj-259",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-259",
      0
     ],
     "destination": [
      "obj-261",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-261",
      0
     ],
     "destination": [
      "obj-262",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      5
     ],
     "destination": [
      "obj-264",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-264",
      0
     ],
     "destination": [
      "obj-263",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-263",
      0
     ],
     "destination": [
      "obj-265",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-265",
      0
     ],
     "destination": [
      "obj-266",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      6
     ],
     "destination": [
      "obj-268",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-268",
      0
     ],
     "destination": [
      "obj-267",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-267",
      0
     ],
     "destination": [
      "obj-269",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-269",
      0
     ],
     "destination": [
      "obj-270",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      7
     ],
     "destination": [
      "obj-272",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-272",
      0
     ],
     "destination": [
      "obj-271",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-271",
      0
     ],
     "destination": [
      "obj-273",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-273",
      0
     ],
     "destination": [
      "obj-274",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-276",
      0
     ],
     "destination": [
      "obj-275",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      0
     ],
     "destination": [
      "obj-279",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-279",
      0
     ],
     "destination": [
      "obj-278",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-278",
      0
     ],
     "destination": [
      "obj-280",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-280",
      0
     ],
     "destination": [
      "obj-281",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      1
     ],
     "destination": [
      "obj-283",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-283",
      0
     ],
     "destination": [
      "obj-282",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-282",
      0
     ],
     "destination": [
      "obj-284",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-284",
      0
     ],
     "destination": [
      "obj-285",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      2
     ],
     "destination": [
      "obj-287",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-287",
      0
     ],
     "destination": [
      "obj-286",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-286",
      0
     ],
     "destination": [
      "obj-288",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-288",
      0
     ],
     "destination": [
      "obj-289",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      3
     ],
     "destination": [
      "obj-291",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-291",
      0
     ],
     "destination": [
      "obj-290",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-290",
      0
     ],
     "destination": [
      "obj-292",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-292",
      0
     ],
     "destination": [
      "obj-293",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      4
     ],
     "destination": [
      "obj-295",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-295",
      0
     ],
     "destination": [
      "obj-294",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-294",
      0
     ],
     "destination": [
      "obj-296",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-296",
      0
     ],
     "destination": [
      "obj-297",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      5
     ],
     "destination": [
      "obj-299",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-299",
      0
     ],
     "destination": [
      "obj-298",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-298",
      0
     ],
     "destination": [
      "obj-300",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-300",
      0
     ],
     "destination": [
      "obj-301",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-303",
      0
     ],
     "destination": [
      "obj-302",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      0
     ],
     "destination": [
      "obj-306",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-306",
      0
     ],
     "destination": [
      "obj-305",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-305",
      0
     ],
     "destination": [
      "obj-307",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-307",
      0
     ],
     "destination": [
      "obj-308",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      1
     ],
     "destination": [
      "obj-310",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-310",
      0
     ],
     "destination": [
      "obj-309",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-309",
      0
     ],
     "destination": [
      "obj-311",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-311",
      0
     ],
     "destination": [
      "obj-312",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      2
     ],
     "destination": [
      "obj-314",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-314",
      0
     ],
     "destination": [
      "obj-313",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-313",
      0
     ],
     "destination": [
      "obj-315",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-315",
      0
     ],
     "destination": [
      "obj-316",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      3
     ],
     "destination": [
      "obj-318",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-318",
      0
     ],
     "destination": [
      "obj-317",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-317",
      0
     ],
     "destination": [
      "obj-319",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-319",
      0
     ],
     "destination": [
      "obj-320",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      4
     ],
     "destination": [
      "obj-322",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-322",
      0
     ],
     "destination": [
      "obj-321",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-321",
      0
     ],
     "destination": [
      "obj-323",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-323",
      0
     ],
     "destination": [
      "obj-324",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      5
     ],
     "destination": [
      "obj-326",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-326",
      0
     ],
     "destination": [
      "obj-325",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-325",
      0
     ],
     "destination": [
      "obj-327",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-327",
      0
     ],
     "destination": [
      "obj-328",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      6
     ],
     "destination": [
      "obj-330",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-330",
      0
     ],
     "destination": [
      "obj-329",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-329",
      0
     ],
     "destination": [
      "obj-331",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-331",
      0
     ],
     "destination": [
      "obj-332",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      7
     ],
     "destination": [
      "obj-334",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-334",
      0
     ],
     "destination": [
      "obj-333",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-333",
      0
     ],
     "destination": [
      "obj-335",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-335",
      0
     ],
     "destination": [
      "obj-336",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      8
     ],
     "destination": [
      "obj-338",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-338",
      0
     ],
     "destination": [
      "obj-337",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-337",
      0
     ],
     "destination": [
      "obj-339",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-339",
      0
     ],
     "destination": [
      "obj-340",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      9
     ],
     "destination": [
      "obj-342",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-342",
      0
     ],
     "destination": [
      "obj-341",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-341",
      0
     ],
     "destination": [
      "obj-343",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-343",
      0
     ],
     "destination": [
      "obj-344",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-346",
      0
     ],
     "destination": [
      "obj-345",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      0
     ],
     "destination": [
      "obj-349",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-349",
      0
     ],
     "destination": [
      "obj-348",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-348",
      0
     ],
     "destination": [
      "obj-350",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-350",
      0
     ],
     "destination": [
      "obj-351",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      1
     ],
     "destination": [
      "obj-353",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-353",
      0
     ],
     "destination": [
      "obj-352",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-352",
      0
     ],
     "destination": [
      "obj-354",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-354",
      0
     ],
     "destination": [
      "obj-355",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      2
     ],
     "destination": [
      "obj-357",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-357",
      0
     ],
     "destination": [
      "obj-356",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-356",
      0
     ],
     "destination": [
      "obj-358",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-358",
      0
     ],
     "destination": [
      "obj-359",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      3
     ],
     "destination": [
      "obj-361",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-361",
      0
     ],
     "destination": [
      "obj-360",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-360",
      0
     ],
     "destination": [
      "obj-362",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-362",
      0
     ],
     "destination": [
      "obj-363",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      4
     ],
     "destination": [
      "obj-365",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-365",
      0
     ],
     "destination": [
      "obj-364",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-364",
      0
     ],
     "destination": [
      "obj-366",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-366",
      0
     ],
     "destination": [
      "obj-367",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      5
     ],
     "destination": [
      "obj-369",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-369",
      0
     ],
     "destination": [
      "obj-368",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-368",
      0
     ],
     "destination": [
      "obj-370",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-370",
      0
     ],
     "destination": [
      "obj-371",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      6
     ],
     "destination": [
      "obj-373",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-373",
      0
     ],
     "destination": [
      "obj-372",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-372",
      0
     ],
     "destination": [
      "obj-374",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-374",
      0
     ],
     "destination": [
      "obj-375",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      7
     ],
     "destination": [
      "obj-377",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-377",
      0
     ],
     "destination": [
      "obj-376",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-376",
      0
     ],
     "destination": [
      "obj-378",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-378",
      0
     ],
     "destination": [
      "obj-379",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      8
     ],
     "destination": [
      "obj-381",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-381",
      0
     ],
     "destination": [
      "obj-380",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-380",
      0
     ],
     "destination": [
      "obj-382",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-382",
      0
     ],
     "destination": [
      "obj-383",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-385",
      0
     ],
     "destination": [
      "obj-384",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      0
     ],
     "destination": [
      "obj-388",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-388",
      0
     ],
     "destination": [
      "obj-387",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-387",
      0
     ],
     "destination": [
      "obj-389",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-389",
      0
     ],
     "destination": [
      "obj-390",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      1
     ],
     "destination": [
      "obj-392",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-392",
      0
     ],
     "destination": [
      "obj-391",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-391",
      0
     ],
     "destination": [
      "obj-393",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-393",
      0
     ],
     "destination": [
      "obj-394",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      2
     ],
     "destination": [
      "obj-396",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-396",
      0
     ],
     "destination": [
      "obj-395",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-395",
      0
     ],
     "destination": [
      "obj-397",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-397",
      0
     ],
     "destination": [
      "obj-398",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      3
     ],
     "destination": [
      "obj-400",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-400",
      0
     ],
     "destination": [
      "obj-399",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-399",
      0
     ],
     "destination": [
      "obj-401",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-401",
      0
     ],
     "destination": [
      "obj-402",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      4
     ],
     "destination": [
      "obj-404",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-404",
      0
     ],
     "destination": [
      "obj-403",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-403",
      0
     ],
     "destination": [
      "obj-405",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-405",
      0
     ],
     "destination": [
      "obj-406",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      5
     ],
     "destination": [
      "obj-408",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-408",
      0
     ],
     "destination": [
      "obj-407",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-407",
      0
     ],
     "destination": [
      "obj-409",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-409",
      0
     ],
     "destination": [
      "obj-410",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      6
     ],
     "destination": [
      "obj-412",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-412",
      0
     ],
     "destination": [
      "obj-411",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-411",
      0
     ],
     "destination": [
      "obj-413",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-413",
      0
     ],
     "destination": [
      "obj-414",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      7
     ],
     "destination": [
      "obj-416",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-416",
      0
     ],
     "destination": [
      "obj-415",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-415",
      0
     ],
     "destination": [
      "obj-417",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-417",
      0
     ],
     "destination": [
      "obj-418",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      8
     ],
     "destination": [
      "obj-420",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-420",
      0
     ],
     "destination": [
      "obj-419",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-419",
      0
     ],
     "destination": [
      "obj-421",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-421",
      0
     ],
     "destination": [
      "obj-422",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-384",
      9
     ],
     "destination": [
      "obj-424",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-424",
      0
     ],
     "destination": [
      "obj-423",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-423",
      0
     ],
     "destination": [
      "obj-425",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-425",
      0
     ],
     "destination": [
      "obj-426",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-428",
      0
     ],
     "destination": [
      "obj-427",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      0
     ],
     "destination": [
      "obj-431",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-431",
      0
     ],
     "destination": [
      "obj-430",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-430",
      0
     ],
     "destination": [
      "obj-432",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-432",
      0
     ],
     "destination": [
      "obj-433",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      1
     ],
     "destination": [
      "obj-435",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-435",
      0
     ],
     "destination": [
      "obj-434",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-434",
      0
     ],
     "destination": [
      "obj-436",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-436",
      0
     ],
     "destination": [
      "obj-437",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      2
     ],
     "destination": [
      "obj-439",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-439",
      0
     ],
     "destination": [
      "obj-438",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-438",
      0
     ],
     "destination": [
      "obj-440",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-440",
      0
     ],
     "destination": [
      "obj-441",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      3
     ],
     "destination": [
      "obj-443",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-443",
      0
     ],
     "destination": [
      "obj-442",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-442",
      0
     ],
     "destination": [
      "obj-444",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-444",
      0
     ],
     "destination": [
      "obj-445",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      4
     ],
     "destination": [
      "obj-447",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-447",
      0
     ],
     "destination": [
      "obj-446",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-446",
      0
     ],
     "destination": [
      "obj-448",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-448",
      0
     ],
     "destination": [
      "obj-449",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      5
     ],
     "destination": [
      "obj-452",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-452",
      0
     ],
     "destination": [
      "obj-451",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-451",
      0
     ],
     "destination": [
      "obj-453",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-453",
      0
     ],
     "destination": [
      "obj-454",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      6
     ],
     "destination": [
      "obj-456",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-456",
      0
     ],
     "destination": [
      "obj-455",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-455",
      0
     ],
     "destination": [
      "obj-457",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-457",
      0
     ],
     "destination": [
      "obj-458",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-427",
      7
     ],
     "destination": [
      "obj-460",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-460",
      0
     ],
     "destination": [
      "obj-459",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-459",
      0
     ],
     "destination": [
      "obj-461",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-461",
      0
     ],
     "destination": [
      "obj-462",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-464",
      0
     ],
     "destination": [
      "obj-463",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      0
     ],
     "destination": [
      "obj-467",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-467",
      0
     ],
     "destination": [
      "obj-466",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-466",
      0
     ],
     "destination": [
      "obj-468",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-468",
      0
     ],
     "destination": [
      "obj-469",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      1
     ],
     "destination": [
      "obj-471",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-471",
      0
     ],
     "destination": [
      "obj-470",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-470",
      0
     ],
     "destination": [
      "obj-472",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-472",
      0
     ],
     "destination": [
      "obj-473",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      2
     ],
     "destination": [
      "obj-476",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-476",
      0
     ],
     "destination": [
      "obj-475",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-475",
      0
     ],
     "destination": [
      "obj-477",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-477",
      0
     ],
     "destination": [
      "obj-478",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      3
     ],
     "destination": [
      "obj-480",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-480",
      0
     ],
     "destination": [
      "obj-479",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-479",
      0
     ],
     "destination": [
      "obj-481",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-481",
      0
     ],
     "destination": [
      "obj-482",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      4
     ],
     "destination": [
      "obj-484",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-484",
      0
     ],
     "destination": [
      "obj-483",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-483",
      0
     ],
     "destination": [
      "obj-485",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-485",
      0
     ],
     "destination": [
      "obj-486",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      5
     ],
     "destination": [
      "obj-488",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-488",
      0
     ],
     "destination": [
      "obj-487",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-487",
      0
     ],
     "destination": [
      "obj-489",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-489",
      0
     ],
     "destination": [
      "obj-490",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      6
     ],
     "destination": [
      "obj-492",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-492",
      0
     ],
     "destination": [
      "obj-491",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-491",
      0
     ],
     "destination": [
      "obj-493",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-493",
      0
     ],
     "destination": [
      "obj-494",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-463",
      7
     ],
     "destination": [
      "obj-496",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-496",
      0
     ],
     "destination": [
      "obj-495",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-495",
      0
     ],
     "destination": [
      "obj-497",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-497",
      0
     ],
     "destination": [
      "obj-498",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-500",
      0
     ],
     "destination": [
      "obj-499",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-499",
      0
     ],
     "destination": [
      "obj-503",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-503",
      0
     ],
     "destination": [
      "obj-502",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-502",
      0
     ],
     "destination": [
      "obj-504",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-504",
      0
     ],
     "destination": [
      "obj-505",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-499",
      1
     ],
     "destination": [
      "obj-507",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-507",
      0
     ],
     "destination": [
      "obj-506",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-506",
      0
     ],
     "destination": [
      "obj-508",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-508",
      0
     ],
     "destination": [
      "obj-509",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-499",
      2
     ],
     "destination": [
      "obj-511",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-511",
      0
     ],
     "destination": [
      "obj-510",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-510",
      0
     ],
     "destination": [
      "obj-512",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-512",
      0
     ],
     "destination": [
      "obj-513",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-499",
      3
     ],
     "destination": [
      "obj-515",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-515",
      0
     ],
     "destination": [
      "obj-514",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-514",
      0
     ],
     "destination": [
      "obj-516",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-516",
      0
     ],
     "destination": [
      "obj-517",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-499",
      4
     ],
     "destination": [
      "obj-519",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-519",
      0
     ],
     "destination": [
      "obj-518",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-518",
      0
     ],
     "destination": [
      "obj-520",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-520",
      0
     ],
     "destination": [
      "obj-521",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-499",
      5
     ],
     "destination": [
      "obj-523",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-523",
      0
     ],
     "destination": [
      "obj-522",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-522",
      0
     ],
     "destination": [
      "obj-524",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-524",
      0
     ],
     "destination": [
      "obj-525",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-527",
      0
     ],
     "destination": [
      "obj-526",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      0
     ],
     "destination": [
      "obj-530",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-530",
      0
     ],
     "destination": [
      "obj-529",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-529",
      0
     ],
     "destination": [
      "obj-531",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-531",
      0
     ],
     "destination": [
      "obj-532",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      1
     ],
     "destination": [
      "obj-534",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-534",
      0
     ],
     "destination": [
      "obj-533",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-533",
      0
     ],
     "destination": [
      "obj-535",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-535",
      0
     ],
     "destination": [
      "obj-536",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      2
     ],
     "destination": [
      "obj-538",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-538",
      0
     ],
     "destination": [
      "obj-537",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-537",
      0
     ],
     "destination": [
      "obj-539",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-539",
      0
     ],
     "destination": [
      "obj-540",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      3
     ],
     "destination": [
      "obj-542",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-542",
      0
     ],
     "destination": [
      "obj-541",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-541",
      0
     ],
     "destination": [
      "obj-543",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-543",
      0
     ],
     "destination": [
      "obj-544",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      4
     ],
     "destination": [
      "obj-546",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-546",
      0
     ],
     "destination": [
      "obj-545",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-545",
      0
     ],
     "destination": [
      "obj-547",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-547",
      0
     ],
     "destination": [
      "obj-548",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      5
     ],
     "destination": [
      "obj-550",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-550",
      0
     ],
     "destination": [
      "obj-549",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-549",
      0
     ],
     "destination": [
      "obj-551",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-551",
      0
     ],
     "destination": [
      "obj-552",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      6
     ],
     "destination": [
      "obj-554",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-554",
      0
     ],
     "destination": [
      "obj-553",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-553",
      0
     ],
     "destination": [
      "obj-555",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-555",
      0
     ],
     "destination": [
      "obj-556",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-526",
      7
     ],
     "destination": [
      "obj-558",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-558",
      0
     ],
     "destination": [
      "obj-557",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-557",
      0
     ],
     "destination": [
      "obj-559",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-559",
      0
     ],
     "destination": [
      "obj-560",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-562",
      0
     ],
     "destination": [
      "obj-561",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-561",
      0
     ],
     "destination": [
      "obj-565",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-565",
      0
     ],
     "destination": [
      "obj-564",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-564",
      0
     ],
     "destination": [
      "obj-566",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-566",
      0
     ],
     "destination": [
      "obj-567",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-561",
      1
     ],
     "destination": [
      "obj-569",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-569",
      0
     ],
     "destination": [
      "obj-568",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-568",
      0
     ],
     "destination": [
      "obj-570",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-570",
      0
     ],
     "destination": [
      "obj-571",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-561",
      2
     ],
     "destination": [
      "obj-573",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-573",
      0
     ],
     "destination": [
      "obj-572",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-572",
      0
     ],
     "destination": [
      "obj-574",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-574",
      0
     ],
     "destination": [
      "obj-575",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-561",
      3
     ],
     "destination": [
      "obj-577",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-577",
      0
     ],
     "destination": [
      "obj-576",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-576",
      0
     ],
     "destination": [
      "obj-578",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-578",
      0
     ],
     "destination": [
      "obj-579",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-561",
      4
     ],
     "destination": [
      "obj-581",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-581",
      0
     ],
     "destination": [
      "obj-580",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-580",
      0
     ],
     "destination": [
      "obj-582",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-582",
      0
     ],
     "destination": [
      "obj-583",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-585",
      0
     ],
     "destination": [
      "obj-584",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-584",
      0
     ],
     "destination": [
      "obj-588",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-588",
      0
     ],
     "destination": [
      "obj-587",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-587",
      0
     ],
     "destination": [
      "obj-589",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-589",
      0
     ],
     "destination": [
      "obj-590",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-584",
      1
     ],
     "destination": [
      "obj-592",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-592",
      0
     ],
     "destination": [
      "obj-591",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-591",
      0
     ],
     "destination": [
      "obj-593",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-593",
      0
     ],
     "destination": [
      "obj-594",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-584",
      2
     ],
     "destination": [
      "obj-597",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-597",
      0
     ],
     "destination": [
      "obj-596",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-596",
      0
     ],
     "destination": [
      "obj-598",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-598",
      0
     ],
     "destination": [
      "obj-599",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-584",
      3
     ],
     "destination": [
      "obj-602",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-602",
      0
     ],
     "destination": [
      "obj-601",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-601",
      0
     ],
     "destination": [
      "obj-603",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-603",
      0
     ],
     "destination": [
      "obj-604",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-584",
      4
     ],
     "destination": [
      "obj-607",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-607",
      0
     ],
     "destination": [
      "obj-606",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-606",
      0
     ],
     "destination": [
      "obj-608",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-608",
      0
     ],
     "destination": [
      "obj-609",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-611",
      0
     ],
     "destination": [
      "obj-610",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      0
     ],
     "destination": [
      "obj-614",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-614",
      0
     ],
     "destination": [
      "obj-613",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-613",
      0
     ],
     "destination": [
      "obj-615",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-615",
      0
     ],
     "destination": [
      "obj-616",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      1
     ],
     "destination": [
      "obj-618",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-618",
      0
     ],
     "destination": [
      "obj-617",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-617",
      0
     ],
     "destination": [
      "obj-619",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-619",
      0
     ],
     "destination": [
      "obj-620",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      2
     ],
     "destination": [
      "obj-622",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-622",
      0
     ],
     "destination": [
      "obj-621",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-621",
      0
     ],
     "destination": [
      "obj-623",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-623",
      0
     ],
     "destination": [
      "obj-624",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      3
     ],
     "destination": [
      "obj-626",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-626",
      0
     ],
     "destination": [
      "obj-625",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-625",
      0
     ],
     "destination": [
      "obj-627",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-627",
      0
     ],
     "destination": [
      "obj-628",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      4
     ],
     "destination": [
      "obj-630",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-630",
      0
     ],
     "destination": [
      "obj-629",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-629",
      0
     ],
     "destination": [
      "obj-631",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-631",
      0
     ],
     "destination": [
      "obj-632",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      5
     ],
     "destination": [
      "obj-634",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-634",
      0
     ],
     "destination": [
      "obj-633",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-633",
      0
     ],
     "destination": [
      "obj-635",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-635",
      0
     ],
     "destination": [
      "obj-636",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      6
     ],
     "destination": [
      "obj-638",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-638",
      0
     ],
     "destination": [
      "obj-637",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-637",
      0
     ],
     "destination": [
      "obj-639",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-639",
      0
     ],
     "destination": [
      "obj-640",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-610",
      7
     ],
     "destination": [
      "obj-642",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-642",
      0
     ],
     "destination": [
      "obj-641",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-641",
      0
     ],
     "destination": [
      "obj-643",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-643",
      0
     ],
     "destination": [
      "obj-644",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-646",
      0
     ],
     "destination": [
      "obj-645",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-645",
      0
     ],
     "destination": [
      "obj-649",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-649",
      0
     ],
     "destination": [
      "obj-648",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-648",
      0
     ],
     "destination": [
      "obj-650",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-650",
      0
     ],
     "destination": [
      "obj-651",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-645",
      1
     ],
     "destination": [
      "obj-654",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-654",
      0
     ],
     "destination": [
      "obj-653",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-653",
      0
     ],
     "destination": [
      "obj-655",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-655",
      0
     ],
     "destination": [
      "obj-656",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-645",
      2
     ],
     "destination": [
      "obj-659",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-659",
      0
     ],
     "destination": [
      "obj-658",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-658",
      0
     ],
     "destination": [
      "obj-660",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-660",
      0
     ],
     "destination": [
      "obj-661",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-645",
      3
     ],
     "destination": [
      "obj-663",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-663",
      0
     ],
     "destination": [
      "obj-662",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-662",
      0
     ],
     "destination": [
      "obj-664",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-664",
      0
     ],
     "destination": [
      "obj-665",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-645",
      4
     ],
     "destination": [
      "obj-667",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-667",
      0
     ],
     "destination": [
      "obj-666",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-666",
      0
     ],
     "destination": [
      "obj-668",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-668",
      0
     ],
     "destination": [
      "obj-669",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-645",
      5
     ],
     "destination": [
      "obj-671",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-671",
      0
     ],
     "destination": [
      "obj-670",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-670",
      0
     ],
     "destination": [
      "obj-672",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-672",
      0
     ],
     "destination": [
      "obj-673",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-675",
      0
     ],
     "destination": [
      "obj-674",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-674",
      0
     ],
     "destination": [
      "obj-678",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-678",
      0
     ],
     "destination": [
      "obj-677",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-677",
      0
     ],
     "destination": [
      "obj-679",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-679",
      0
     ],
     "destination": [
      "obj-680",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-674",
      1
     ],
     "destination": [
      "obj-682",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-682",
      0
     ],
     "destination": [
      "obj-681",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-681",
      0
     ],
     "destination": [
      "obj-683",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-683",
      0
     ],
     "destination": [
      "obj-684",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-674",
      2
     ],
     "destination": [
      "obj-686",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-686",
      0
     ],
     "destination": [
      "obj-685",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-685",
      0
     ],
     "destination": [
      "obj-687",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-687",
      0
     ],
     "destination": [
      "obj-688",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-674",
      3
     ],
     "destination": [
      "obj-690",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-690",
      0
     ],
     "destination": [
      "obj-689",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-689",
      0
     ],
     "destination": [
      "obj-691",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-691",
      0
     ],
     "destination": [
      "obj-692",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-695",
      0
     ],
     "destination": [
      "obj-693",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-693",
      0
     ],
     "destination": [
      "obj-696",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-696",
      0
     ],
     "destination": [
      "obj-694",
      0
     ]
    }
   }
  ],
  "parameters": {}
 }
}
