import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState } from "react";
import { useEngine } from "../api/cache";
import { messageOf } from "../api/errors";
import { type ExecEnd, ExecSocket } from "../api/exec-socket";
import type { Container } from "../api/types";
import { can } from "../lib/actions";
import { OutputQueue } from "../lib/output-queue";
import ui from "../styles/controls.module.css";
import css from "./container-terminal.module.css";
import { Lamp } from "./lamp";
import { EmptyState } from "./states";

type Phase = { kind: "opening" } | { kind: "open"; command: string } | ({ kind: "ended" } & ExecEnd);

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

function endWords(end: ExecEnd): string {
  if (end.message) return end.message;
  if (end.code !== undefined)
    return end.code === 0 ? "The shell ended." : `The shell ended with exit code ${end.code}.`;
  return "The connection to the shell was lost.";
}

/** Connects a screen to a shell, and takes both apart again. */
function connect(id: string, pane: HTMLElement, onPhase: (phase: Phase) => void): () => void {
  const screen = new Terminal({
    fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
    fontSize: 13,
    lineHeight: 1.25,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    scrollback: 10_000,
    theme: { ...colours, background: getComputedStyle(pane).getPropertyValue("--log-bg").trim() },
  });
  const fit = new FitAddon();
  screen.loadAddon(fit);
  screen.open(pane);
  // Keys count from now on; the socket keeps those that come before the shell.
  screen.focus();
  const queue = new OutputQueue((bytes, done) => screen.write(bytes, done));
  const socket = new ExecSocket({
    onOpen: (command) => {
      socket.resize(screen.cols, screen.rows);
      onPhase({ kind: "open", command: command.join(" ") });
    },
    onBytes: (bytes) => queue.push(bytes),
    onEnd: (end) => {
      screen.options.cursorBlink = false;
      screen.options.disableStdin = true;
      onPhase({ kind: "ended", ...end });
    },
  });
  screen.onData((text) => socket.send(text));
  screen.onBinary((text) => socket.sendBytes(Uint8Array.from(text, (c) => c.charCodeAt(0))));
  screen.onResize(({ cols, rows }) => socket.resize(cols, rows));

  let frame = 0;
  const refit = () => {
    cancelAnimationFrame(frame);
    // A hidden pane has no size; fitting to it would make a terminal of two columns.
    frame = requestAnimationFrame(() => pane.offsetParent && fit.fit());
  };
  const observer = new ResizeObserver(refit);
  observer.observe(pane);
  fit.fit();
  // The width of a cell is only right once the font is there.
  void document.fonts.load('13px "JetBrains Mono Variable"').then(refit);

  socket
    .open(id, { cols: screen.cols, rows: screen.rows })
    .catch((error: unknown) => onPhase({ kind: "ended", message: messageOf(error) }));
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    queue.stop();
    socket.close();
    screen.dispose();
  };
}

export default function ContainerTerminal({ container }: { container: Container }) {
  const engine = useEngine();
  const pane = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<Phase>({ kind: "opening" });
  const [attempt, setAttempt] = useState(0);
  const verdict = can("terminal", container, engine);
  // A terminal that has been opened stays on screen with what it shows, whatever the container does next.
  const [opened, setOpened] = useState(verdict.ok);
  const { id } = container;

  useEffect(() => {
    if (verdict.ok) setOpened(true);
  }, [verdict.ok]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is the Reconnect button
  useEffect(() => {
    if (!opened || !pane.current) return;
    setPhase({ kind: "opening" });
    let live = true;
    const leave = connect(id, pane.current, (next) => live && setPhase(next));
    return () => {
      live = false;
      leave();
    };
  }, [id, opened, attempt]);

  if (!opened && !verdict.ok) return <EmptyState text={`${verdict.reason}.`} />;
  return (
    <div className={css.frame}>
      <div ref={pane} className={css.pane} />
      <p className={css.foot} role="status">
        <Lamp kind={phase.kind === "open" ? "run" : phase.kind === "opening" ? "go" : "off"} />
        <span>
          {phase.kind === "opening" && "Opening a shell"}
          {phase.kind === "open" && phase.command}
          {phase.kind === "ended" && endWords(phase)}
        </span>
        {phase.kind === "ended" && (
          <button
            type="button"
            className={ui.quiet}
            disabled={!verdict.ok}
            title={verdict.ok ? undefined : verdict.reason}
            onClick={() => setAttempt((n) => n + 1)}
          >
            Reconnect
          </button>
        )}
      </p>
    </div>
  );
}
