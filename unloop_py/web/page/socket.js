/** The line to the instrument: a WebSocket that comes back by itself, and questions that are answered. */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const DEAD_AFTER_MS = 3000; // the instrument says something every second

export class Line {
  /**
   * @param {string} url
   * @param {(message: Object) => void} hear given each message that answers no question
   * @param {(state: "open"|"lost"|"connecting") => void} changed
   */
  constructor(url, hear, changed) {
    this.url = url;
    this.hear = hear;
    this.changed = changed;
    this.waiting = new Map(); // id -> {resolve, reject}
    this.lastId = 0;
    this.wait = FIRST_WAIT_MS;
    this.heardAt = 0;
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
    setInterval(() => this.look(), 1000);
    this.open();
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.changed("connecting");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.changed("open");
    };
    socket.onmessage = (event) => {
      this.heardAt = performance.now();
      if (this.socket === socket) this.told(JSON.parse(event.data));
    };
    socket.onclose = () => this.socket === socket && this.lost();
  }

  told(message) {
    const asker = this.waiting.get(message.id);
    if (!asker) return this.hear(message);
    this.waiting.delete(message.id);
    if (message.type === "error") asker.reject(new Error(message.text));
    else asker.resolve(message);
  }

  lost() {
    this.socket = null;
    for (const asker of this.waiting.values()) asker.reject(new Error("the line to the instrument is lost"));
    this.waiting.clear();
    this.changed("lost");
    // A little of chance, so that ten phones do not knock at one moment.
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + 0.5 * Math.random()));
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
  }

  look() {
    if (this.socket && performance.now() - this.heardAt > DEAD_AFTER_MS) {
      this.socket.onclose = null;
      this.socket.close();
      this.lost();
    }
  }

  retryNow() {
    if (this.socket || !this.timer) return;
    this.wait = FIRST_WAIT_MS;
    this.open();
  }

  /** Sends a message; the promise holds its answer, or fails with what the instrument says against it. */
  ask(message) {
    if (!this.isOpen) return Promise.reject(new Error("not connected: nothing was sent"));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ ...message, id }));
    });
  }
}
