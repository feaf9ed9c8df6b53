/**
 * Where in the event stream the first answers of this page stand. The stream goes on from there, so that nothing has to
 * be asked twice: not even the changes between an answer and the stream are missed.
 */
const POSITION_HEADER = "X-Event-Position";

type Position = { boot: string; seq: number };

/** The earliest so far. `null` when none can be used any more: the stream has begun, or the agent was started anew. */
let earliest: Position | undefined | null;

const parse = (id: string): Position | undefined => {
  const at = id.lastIndexOf("-");
  const seq = Number(id.slice(at + 1));
  return at > 0 && Number.isSafeInteger(seq) ? { boot: id.slice(0, at), seq } : undefined;
};

/** Notes where an answer stands; answers to strangers say nothing about it. */
export function notePosition(answer: Response): void {
  if (earliest === null) return;
  const id = answer.headers.get(POSITION_HEADER);
  const position = id === null ? undefined : parse(id);
  if (!position) return;
  if (earliest && earliest.boot !== position.boot) earliest = null;
  else if (!earliest || position.seq < earliest.seq) earliest = position;
}

/** The place from which the stream has to go on. It is given once: later only the stream itself knows. */
export function takePosition(): { boot: string; id: string } | undefined {
  const position = earliest;
  earliest = null;
  return position ? { boot: position.boot, id: `${position.boot}-${position.seq}` } : undefined;
}
