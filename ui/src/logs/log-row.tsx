import { memo } from "react";
import { coloursOf, type Style, stripAnsi } from "./ansi";
import { jsonPieces, looksLikeJson, prettyJson } from "./json";
import type { Level } from "./levels";
import css from "./log-view.module.css";
import { type TimeMode, timeText } from "./options";
import type { Range } from "./pattern";
import { linePieces, type MarkedPiece } from "./pieces";
import type { LogStore } from "./store";

function styleOf(s: Style | undefined) {
  if (!s) return undefined;
  return {
    ...coloursOf(s),
    fontWeight: s.bold ? 700 : undefined,
    fontStyle: s.italic ? "italic" : undefined,
    textDecoration: s.underline ? "underline" : undefined,
  };
}

function PieceView({ piece, current }: { piece: MarkedPiece; current: boolean }) {
  const style = styleOf(piece.style);
  if (piece.hit) {
    return (
      <mark style={style} data-current={current || undefined}>
        {piece.text}
      </mark>
    );
  }
  if (piece.level) return <b data-level={piece.level}>{piece.text}</b>;
  return style ? <span style={style}>{piece.text}</span> : piece.text;
}

function Pretty({ text }: { text: string }) {
  return (
    <code className={css.pretty}>
      {jsonPieces(text).map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other identity
        <span key={i} data-kind={p.kind}>
          {p.text}
        </span>
      ))}
    </code>
  );
}

export type RowProps = {
  store: LogStore;
  n: number;
  place: number;
  level: Level;
  times: TimeMode;
  /** Only for times that say how long ago. */
  now: number;
  /** Name of the container, where several share a view, and which of them it is. */
  source?: string;
  sourceAt: number;
  current: boolean;
  chosen: boolean;
  open: boolean;
  marks: (plain: string, source: number) => readonly Range[];
  onOpen: (place: number) => void;
};

/** One line. It is drawn anew only when something about it changes; the line itself never does. */
export const LogRow = memo(function LogRow(props: RowProps) {
  const { store, n, place, level, times, now, source, sourceAt, current, chosen, open, marks, onOpen } =
    props;
  const line = store.line(n);
  const json = looksLikeJson(line.text);
  const pretty = open && json ? prettyJson(line.text) : undefined;
  return (
    <div
      className={css.line}
      data-place={place}
      data-stream={line.stream}
      data-level={level}
      data-current={current || undefined}
      data-chosen={chosen || undefined}
    >
      <i aria-hidden="true">{line.continued ? "↳" : (n + 1).toLocaleString("en")}</i>
      {source && (
        <em data-source={sourceAt} title={source}>
          {source}
        </em>
      )}
      {times !== "off" && (
        <time data-mode={times} dateTime={line.time} title={line.time}>
          {timeText(times, line.time, now)}
        </time>
      )}
      {line.stream === "stderr" && (
        <>
          <s aria-hidden="true" title="Error output">
            err
          </s>
          <span className="vh">error output: </span>
        </>
      )}
      {json && (
        <button
          type="button"
          tabIndex={-1}
          aria-expanded={open}
          aria-label={`Lay out line ${n + 1}`}
          onClick={() => onOpen(place)}
        />
      )}
      <span data-text>
        {pretty ? (
          <Pretty text={pretty} />
        ) : (
          linePieces(line.text, (plain) => marks(plain, sourceAt)).map((piece, p) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other identity
            <PieceView key={p} piece={piece} current={current} />
          ))
        )}
      </span>
    </div>
  );
});

/** The text a line is copied as. */
export function copyText(store: LogStore, n: number, times: TimeMode): string {
  const { time, text } = store.line(n);
  const plain = stripAnsi(text);
  return times === "off" || !time ? plain : `${time} ${plain}`;
}
