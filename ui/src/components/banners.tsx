import { useEffect, useState } from "react";
import { useEngine } from "../api/cache";
import { retryNow, streamState } from "../api/stream-state";
import { ago, clock, useNow } from "../lib/format";
import { useStore } from "../lib/store";
import ui from "../styles/controls.module.css";
import css from "./banners.module.css";
import { Icon } from "./icon";

function Offline() {
  const stream = useStore(streamState);
  const [seconds, setSeconds] = useState(0);
  const retryAt = stream.phase === "waiting" ? stream.retryAt : undefined;
  useEffect(() => {
    if (retryAt === undefined) return;
    const count = () => setSeconds(Math.max(1, Math.ceil((retryAt - Date.now()) / 1000)));
    count();
    const timer = setInterval(count, 250);
    return () => clearInterval(timer);
  }, [retryAt]);
  const waiting = stream.phase === "waiting" && stream.tries > 1;
  // The first tries after a loss keep the banner, or it would blink with each of them.
  if (!waiting && !(stream.phase === "connecting" && stream.tries > 1)) return null;
  return (
    <div className={css.banner} data-kind="amber" role="status">
      <Icon name="net" />
      <p>
        <b>Connection lost</b>
        {/* The count is for eyes; a screen reader hears the loss once. */}
        <span aria-hidden="true">{waiting ? `, trying again in ${seconds} s` : ", trying now"}</span>
      </p>
      <button type="button" className={ui.quiet} onClick={retryNow} disabled={!waiting}>
        Try now
      </button>
    </div>
  );
}

function EngineDown() {
  const engine = useEngine();
  const now = useNow();
  if (!engine || engine.connected) return null;
  return (
    <div className={css.banner} data-kind="port" role="status">
      <Icon name="warn" />
      <p>
        <b>Docker is not answering</b>
        <span>
          {" "}
          since {clock(engine.since)} ({ago(engine.since, now)}). {engine.message} What you see is as of{" "}
          {clock(engine.since)}; it comes back by itself when the engine does.
        </span>
      </p>
    </div>
  );
}

export function Banners() {
  return (
    <>
      <Offline />
      <EngineDown />
    </>
  );
}
