import xtermStyle from "@xterm/xterm/css/xterm.css?inline";
import { useEffect, useRef, useState } from "react";
import { useEngine } from "../api/cache";
import { messageOf } from "../api/errors";
import { readAgain } from "../api/lost-answer";
import type { Container } from "../api/types";
import { can } from "../lib/actions";
import type { ShellChoice } from "../lib/dock";
import { addStyle } from "../lib/foreign-style";
import { disk } from "../lib/format";
import type { InputProgress } from "../lib/input-queue";
import { endWords, type TerminalPhase } from "../lib/terminal-phase";
import type { TerminalSession } from "../lib/terminal-session";
import ui from "../styles/controls.module.css";
import css from "./container-terminal.module.css";
import { Lamp } from "./lamp";
import { ShellChooser } from "./shell-chooser";
import { EmptyState } from "./states";

addStyle(xtermStyle);

/** The screen itself, by far the largest part, comes while the frame is shown already. */
const loadSession = () => readAgain(() => import("../lib/terminal-session").then((m) => m.TerminalSession));

type Props = {
  container: Container;
  choice?: ShellChoice;
  /** In the dock it fills what it is given. */
  docked?: boolean;
};

/** A terminal in a container: the screen, and beneath it what runs, what is being pasted, how it ended. */
export default function ContainerTerminal({ container, choice: first = {}, docked = false }: Props) {
  const engine = useEngine();
  const pane = useRef<HTMLDivElement>(null);
  const session = useRef<TerminalSession>(undefined);
  const [phase, setPhase] = useState<TerminalPhase>({ kind: "opening" });
  const [progress, setProgress] = useState<InputProgress>();
  const [choice, setChoice] = useState(first);
  const verdict = can("terminal", container, engine);
  // A terminal that has been opened stays on screen with what it shows, whatever the container does next.
  const [opened, setOpened] = useState(verdict.ok);

  useEffect(() => {
    if (verdict.ok) setOpened(true);
  }, [verdict.ok]);

  const again = (next: ShellChoice = choice) => {
    if (!verdict.ok) return;
    setChoice(next);
    session.current?.connect(container.id, next);
    session.current?.focus();
  };
  const latest = useRef({ again, id: container.id, choice });
  latest.current = { again, id: container.id, choice };

  useEffect(() => {
    if (!opened || !pane.current) return;
    const element = pane.current;
    let live = true;
    let mine: TerminalSession | undefined;
    loadSession().then(
      (Session) => {
        if (!live) return;
        mine = new Session(element, {
          onPhase: (next) => live && setPhase(next),
          onProgress: (next) => live && setProgress(next),
          onAgain: () => latest.current.again(),
        });
        session.current = mine;
        mine.connect(latest.current.id, latest.current.choice);
        // Keys count from now on; those that come before the shell are kept for it.
        mine.focus();
      },
      (error: unknown) => live && setPhase({ kind: "ended", message: messageOf(error) }),
    );
    return () => {
      live = false;
      mine?.close();
    };
  }, [opened]);

  if (!opened && !verdict.ok) return <EmptyState text={`${verdict.reason}.`} />;
  const share = progress && progress.total > 64 * 1024 ? progress : undefined;
  return (
    <div className={css.frame} data-docked={docked || undefined}>
      <div ref={pane} className={css.pane} />
      <div className={css.foot}>
        <Lamp kind={phase.kind === "open" ? "run" : phase.kind === "opening" ? "go" : "off"} />
        <p role="status">
          {phase.kind === "opening" && "Opening a shell"}
          {phase.kind === "open" && `${phase.command}${choice.user ? ` as ${choice.user}` : ""}`}
          {phase.kind === "ended" && endWords(phase)}
        </p>
        {share && (
          <>
            <progress aria-label="Pasting" max={share.total} value={share.sent} />
            <span className={ui.num}>
              {disk(share.sent)} of {disk(share.total)}
            </span>
            <button type="button" className={ui.quiet} onClick={() => session.current?.cancelPaste()}>
              Stop pasting
            </button>
          </>
        )}
        {phase.kind === "ended" && (
          <button
            type="button"
            className={ui.quiet}
            disabled={!verdict.ok}
            title={verdict.ok ? undefined : verdict.reason}
            onClick={() => again()}
          >
            New shell
          </button>
        )}
        <ShellChooser choice={choice} disabled={!verdict.ok} onChoose={again} />
      </div>
    </div>
  );
}
