export type ServerEvent = { name: string; data: string; id?: string };

/**
 * Parser of server-sent events (WHATWG HTML, section 9.2.6) for a byte stream read through `fetch`, which is how
 * the proof header can be sent. Feed it text in any pieces; it returns the events completed by each piece.
 */
export class EventParser {
  #rest = "";
  #name = "";
  #data: string[] = [];
  #id: string | undefined;
  #first = true;

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let input = this.#rest + text;
    if (this.#first && input.length > 0) {
      if (input.charCodeAt(0) === 0xfeff) input = input.slice(1);
      this.#first = false;
    }
    let start = 0;
    for (let i = 0; i < input.length; i++) {
      const c = input[i];
      if (c !== "\n" && c !== "\r") continue;
      // A carriage return at the very end may be half of a pair; wait for the next piece.
      if (c === "\r" && i === input.length - 1) break;
      const event = this.#line(input.slice(start, i));
      if (event) events.push(event);
      if (c === "\r" && input[i + 1] === "\n") i++;
      start = i + 1;
    }
    this.#rest = input.slice(start);
    return events;
  }

  #line(line: string): ServerEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const name = this.#name || "message";
    const data = this.#data;
    this.#name = "";
    this.#data = [];
    if (data.length === 0) return undefined;
    return this.#id === undefined
      ? { name, data: data.join("\n") }
      : { name, data: data.join("\n"), id: this.#id };
  }
}
