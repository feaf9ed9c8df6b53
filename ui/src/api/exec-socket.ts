import { type InputProgress, InputQueue } from "../lib/input-queue";
import { address, api, unwrap } from "./client";

type ExecAsked = { cols: number; rows: number; user?: string; cmd?: string[] };
const openExec = (id: string, asked: ExecAsked) =>
  unwrap(api.POST("/api/containers/{id}/exec", { params: { path: { id } }, body: { tty: true, ...asked } }));

export type ExecEnd = { code?: number; message?: string };
export type ExecEvents = {
  onOpen: (command: string[]) => void;
  onBytes: (bytes: Uint8Array) => void;
  /** How far a paste has come. */
  onProgress: (progress: InputProgress) => void;
  /** Called once: with the exit code, with a message, or with neither when the connection just broke. */
  onEnd: (end: ExecEnd) => void;
};

const INTERRUPT = "\x03";

/** One shell in a container. A socket cannot carry the proof header, so a one-use ticket is fetched first. */
export class ExecSocket {
  #socket: WebSocket | undefined;
  #ended = false;
  readonly #events: ExecEvents;
  /** Keys pressed before the shell is there wait in it; nobody waits for a prompt to type. */
  readonly #input: InputQueue;
  readonly #encoder = new TextEncoder();

  constructor(events: ExecEvents) {
    this.#events = events;
    this.#input = new InputQueue(events.onProgress);
  }

  /** Rejects when the agent refuses a ticket: container not running, or no shell in its image. */
  async open(id: string, asked: ExecAsked): Promise<void> {
    const ticket = await openExec(id, asked);
    if (this.#ended) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const path = address(`/api/containers/${encodeURIComponent(id)}/exec`, { ticket: ticket.ticket });
    const socket = new WebSocket(`${scheme}://${location.host}${path}`);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#events.onOpen(ticket.command);
      this.#input.open(socket);
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (typeof event.data === "string") this.#control(event.data);
      else this.#events.onBytes(new Uint8Array(event.data));
    };
    socket.onclose = () => this.#end({});
  }

  /** An interrupt overtakes what is still being pasted, which is then given up. */
  send(text: string): void {
    if (text === INTERRUPT) this.#input.cancel();
    this.sendBytes(this.#encoder.encode(text));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#ended) this.#input.push(bytes);
  }

  cancelPaste(): void {
    this.#input.cancel();
  }

  resize(cols: number, rows: number): void {
    this.#say({ type: "resize", cols, rows });
  }

  /** The screen is behind: the agent stops reading, and the program waits. */
  pause(paused: boolean): void {
    this.#say({ type: paused ? "pause" : "resume" });
  }

  /** Ends it without a report; for leaving the page. */
  close(): void {
    this.#ended = true;
    this.#input.close();
    this.#socket?.close();
  }

  #say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #control(text: string): void {
    const message = JSON.parse(text) as { type: string; code?: number | string; message?: string };
    if (message.type === "exit") this.#end({ code: Number(message.code) });
    if (message.type === "error") this.#end({ message: message.message ?? "The shell ended with an error." });
  }

  #end(end: ExecEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#input.close();
    this.#events.onEnd(end);
    this.#socket?.close();
  }
}
