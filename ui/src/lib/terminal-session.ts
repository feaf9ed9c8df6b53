import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { messageOf } from "../api/errors";
import { ExecSocket } from "../api/exec-socket";
import type { ShellChoice } from "./dock";
import { OutputQueue } from "./output-queue";
import { endWords, type TerminalEvents, type TerminalPhase } from "./terminal-phase";

const colours = {
  foreground: "#CFDDE2",
  cursor: "#54C1CB",
  cursorAccent: "#04191C",
  selectionBackground: "#54C1CB55",
  black: "#24343D",
  red: "#FF8077",
  green: "#4CC38A",
  yellow: "#F0B94D",
  blue: "#86ADFF",
  magenta: "#D59BF0",
  cyan: "#54C1CB",
  white: "#CFDDE2",
  brightBlack: "#6A808B",
  brightRed: "#FFA29B",
  brightGreen: "#7FDDB0",
  brightYellow: "#FFD27D",
  brightBlue: "#B5CCFF",
  brightMagenta: "#E6BFF8",
  brightCyan: "#A0E6EC",
  brightWhite: "#FFFFFF",
};

/** A screen, and one shell after the other on it. What was on it stays when a shell ends. */
export class TerminalSession {
  readonly #pane: HTMLElement;
  readonly #events: TerminalEvents;
  readonly #screen: Terminal;
  readonly #fit = new FitAddon();
  readonly #queue: OutputQueue;
  readonly #observer: ResizeObserver;
  #socket: ExecSocket | undefined;
  #phase: TerminalPhase = { kind: "opening" };
  #frame = 0;

  constructor(pane: HTMLElement, events: TerminalEvents) {
    this.#pane = pane;
    this.#events = events;
    this.#screen = new Terminal({
      fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
      fontSize: 13,
      lineHeight: 1.25,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      scrollback: 10_000,
      theme: { ...colours, background: getComputedStyle(pane).getPropertyValue("--log-bg").trim() },
    });
    this.#screen.loadAddon(this.#fit);
    this.#screen.open(pane);
    this.#queue = new OutputQueue(
      (bytes, done) => this.#screen.write(bytes, done),
      (paused) => this.#socket?.pause(paused),
    );
    this.#screen.onData((text) => this.#socket?.send(text));
    this.#screen.onBinary((text) => this.#socket?.sendBytes(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    this.#screen.onResize(({ cols, rows }) => this.#socket?.resize(cols, rows));
    this.#screen.attachCustomKeyEventHandler((event) => this.#key(event));
    this.#observer = new ResizeObserver(this.#refit);
    this.#observer.observe(pane);
    if (pane.offsetParent) this.#fit.fit();
    // The width of a cell is only right once the font is there.
    void document.fonts.load('13px "JetBrains Mono Variable"').then(this.#refit);
  }

  focus(): void {
    this.#screen.focus();
  }

  /** Opens a shell; on a screen that had one, beneath what it left. */
  connect(id: string, choice: ShellChoice): void {
    this.#socket?.close();
    this.#queue.renew();
    this.#turn({ kind: "opening" });
    const screen = this.#screen;
    const socket = new ExecSocket({
      onOpen: (command) => {
        // The pane may have changed its size since the ticket was asked for.
        socket.resize(screen.cols, screen.rows);
        this.#turn({ kind: "open", command: command.join(" ") });
      },
      onBytes: (bytes) => this.#queue.push(bytes),
      onProgress: this.#events.onProgress,
      onEnd: (end) => this.#turn({ kind: "ended", ...end }),
    });
    this.#socket = socket;
    const { cols, rows } = screen;
    const { user, shell } = choice;
    socket.open(id, { cols, rows, user, cmd: shell ? [shell] : undefined }).catch((error: unknown) => {
      if (socket !== this.#socket) return;
      socket.close();
      this.#turn({ kind: "ended", message: messageOf(error) });
    });
  }

  cancelPaste(): void {
    this.#socket?.cancelPaste();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#queue.stop();
    this.#socket?.close();
    this.#socket = undefined;
    this.#screen.dispose();
  }

  #turn(phase: TerminalPhase): void {
    const before = this.#phase.kind;
    this.#phase = phase;
    const ended = phase.kind === "ended";
    this.#screen.options.cursorBlink = !ended && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (ended && before === "open") {
      const note = `\r\n\x1b[0m\x1b[2m${endWords(phase)} Press Enter for a new one.\x1b[0m\r\n`;
      this.#queue.push(new TextEncoder().encode(note));
    }
    this.#events.onPhase(phase);
  }

  /** Keys of the terminal itself; false keeps one from the shell. */
  #key(event: KeyboardEvent): boolean {
    if (event.type !== "keydown") return true;
    if (this.#phase.kind === "ended") {
      if (event.key === "Enter" && !event.ctrlKey && !event.altKey) {
        event.preventDefault();
        this.#events.onAgain();
      }
      // Tab leaves a terminal that has nothing to complete.
      return false;
    }
    const key = event.key.toLowerCase();
    const copies = event.ctrlKey && !event.altKey && (key === "c" || event.key === "Insert");
    if (copies && this.#screen.hasSelection()) {
      event.preventDefault();
      void navigator.clipboard.writeText(this.#screen.getSelection()).then(
        () => this.#screen.clearSelection(),
        // Without the right to the clipboard the browser's own copy command still works.
        () => document.execCommand("copy"),
      );
      return false;
    }
    // Without a selection it would be an interrupt nobody meant.
    if (event.ctrlKey && event.shiftKey && key === "c") {
      event.preventDefault();
      return false;
    }
    // The browser pastes; the screen hands on what it gets.
    if ((event.ctrlKey && key === "v") || (event.shiftKey && event.key === "Insert")) return false;
    return true;
  }

  #refit = () => {
    cancelAnimationFrame(this.#frame);
    // A hidden pane has no size; fitting to it would make a terminal of two columns.
    this.#frame = requestAnimationFrame(() => {
      if (this.#pane.offsetParent && this.#pane.clientHeight > 20) this.#fit.fit();
    });
  };
}
