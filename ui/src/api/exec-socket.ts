import { address } from "./client";
import { openExec } from "./endpoints";

export type ExecEnd = { code?: number; message?: string };
export type ExecEvents = {
  onOpen: (command: string[]) => void;
  onBytes: (bytes: Uint8Array) => void;
  /** Called once: with the exit code, with a message, or with neither when the connection just broke. */
  onEnd: (end: ExecEnd) => void;
};

const EARLY_KEYS = 256;

/** One shell in a container. A socket cannot carry the proof header, so a one-use ticket is fetched first. */
export class ExecSocket {
  #socket: WebSocket | undefined;
  #ended = false;
  /** Keys pressed before the shell is there; nobody waits for a prompt to type. */
  #early: Uint8Array<ArrayBuffer>[] = [];
  readonly #events: ExecEvents;
  readonly #encoder = new TextEncoder();

  constructor(events: ExecEvents) {
    this.#events = events;
  }

  /** Rejects when the agent refuses a ticket: container not running, or no shell in its image. */
  async open(id: string, size: { cols: number; rows: number }): Promise<void> {
    const ticket = await openExec(id, size);
    if (this.#ended) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const path = address(`/api/containers/${encodeURIComponent(id)}/exec`, { ticket: ticket.ticket });
    const socket = new WebSocket(`${scheme}://${location.host}${path}`);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#events.onOpen(ticket.command);
      for (const bytes of this.#early) socket.send(bytes);
      this.#early = [];
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (typeof event.data === "string") this.#control(event.data);
      else this.#events.onBytes(new Uint8Array(event.data));
    };
    socket.onclose = () => this.#end({});
  }

  send(text: string): void {
    this.sendBytes(this.#encoder.encode(text));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
    else if (!this.#ended && this.#early.length < EARLY_KEYS) this.#early.push(bytes);
  }

  resize(cols: number, rows: number): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ type: "resize", cols, rows }));
  }

  /** Ends it without a report; for leaving the page. */
  close(): void {
    this.#ended = true;
    this.#socket?.close();
  }

  #control(text: string): void {
    const message = JSON.parse(text) as { type: string; code?: number | string; message?: string };
    if (message.type === "exit") this.#end({ code: Number(message.code) });
    if (message.type === "error") this.#end({ message: message.message ?? "The shell ended with an error." });
  }

  #end(end: ExecEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.onEnd(end);
    this.#socket?.close();
  }
}
