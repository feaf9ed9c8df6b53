import { notifyManager } from "@tanstack/react-query";
import {
  addActivities,
  containersQuery,
  dropContainer,
  healthQuery,
  INSTALLS,
  imagesQuery,
  NETWORKS,
  putContainer,
  putOperation,
  queryClient,
  refreshLists,
  STORE,
  UPDATES,
  VOLUMES,
} from "./cache";
import { stream } from "./client";
import { ApiError, isAbort } from "./errors";
import { takePosition } from "./position";
import { currentProof, sessionRefused } from "./session";
import { EventParser, type ServerEvent } from "./sse";
import { onRetry, streamState } from "./stream-state";
import type { Activity, Container, EngineStatus, Operation } from "./types";

/** The agent sends a comment every 15 s; a stream silent for longer than two of them is dead. */
const SILENCE_MS = 35_000;
const RECENT = 100;
/** How long the stream waits for a list that is on its way. */
const LIST_FIRST_MS = 1000;

/**
 * Wait before try number `tries` (from 1): at once, then 1, 2, 4 … 30 s, a quarter either way so that many pages do
 * not return together. The first is for a connection that broke although nothing is wrong with the agent.
 */
export function backoff(tries: number, random: number): number {
  if (tries <= 1) return 200;
  return Math.min(1000 * 2 ** (tries - 2), 30_000) * (0.75 + random / 2);
}

let running: AbortController | undefined;
let lastEventId: string | undefined;
let bootId: string | undefined;

export function startEvents(): void {
  if (running) return;
  running = new AbortController();
  void begin(running);
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The first list is what people wait for; the stream goes on from where it stands. */
async function begin(control: AbortController): Promise<void> {
  const list = queryClient.getQueryCache().find({ queryKey: containersQuery.queryKey });
  const here = list?.state.fetchStatus === "fetching" ? list.promise?.catch(() => undefined) : undefined;
  if (here) await Promise.race([here, after(LIST_FIRST_MS)]);
  if (control.signal.aborted) return;
  const position = takePosition();
  lastEventId = position?.id;
  bootId = position?.boot;
  await loop(control);
}

export function stopEvents(): void {
  running?.abort();
  running = undefined;
  lastEventId = undefined;
  bootId = undefined;
  streamState.set({ phase: "idle" });
}

async function loop(control: AbortController): Promise<void> {
  let tries = 0;
  while (!control.signal.aborted) {
    streamState.set({ phase: "connecting", tries });
    try {
      await readStream(control.signal, () => {
        tries = 0;
        streamState.set({ phase: "live" });
      });
    } catch (error) {
      if (control.signal.aborted) return;
      // Signed out: `send` has said so already, and the session starts the stream again when it is back.
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        stopEvents();
        return;
      }
      if (!isAbort(error)) console.warn("event stream:", error);
    }
    if (control.signal.aborted) return;
    tries++;
    const wait = backoff(tries, Math.random());
    streamState.set({ phase: "waiting", tries, retryAt: Date.now() + wait });
    await pause(wait, control.signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      onRetry(undefined);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
    onRetry(done);
  });
}

async function readStream(outer: AbortSignal, onLive: () => void): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([outer, silence.signal]);
  let watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastEventId) headers["Last-Event-ID"] = lastEventId;
    const body = await stream("/api/events", { recent: RECENT }, { headers, signal });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
      const events = parser.push(value);
      // One render for everything that came together.
      notifyManager.batch(() => apply(events, onLive));
    }
  } finally {
    clearTimeout(watchdog);
  }
}

function apply(events: ServerEvent[], onLive: () => void): void {
  const activities: Activity[] = [];
  for (const event of events) {
    if (event.id !== undefined) lastEventId = event.id;
    switch (event.name) {
      case "hello":
        onHello(event.data, onLive);
        break;
      case "container":
        putContainer(JSON.parse(event.data) as Container);
        break;
      case "container-removed":
        dropContainer((JSON.parse(event.data) as { id: string }).id);
        break;
      case "images":
        void queryClient.invalidateQueries({ queryKey: imagesQuery.queryKey });
        break;
      case "networks":
        void queryClient.invalidateQueries({ queryKey: NETWORKS });
        break;
      case "volumes":
        void queryClient.invalidateQueries({ queryKey: VOLUMES });
        break;
      // Cards say what is installed, so they change with both.
      case "installs":
        void queryClient.invalidateQueries({ queryKey: INSTALLS });
        void queryClient.invalidateQueries({ queryKey: STORE });
        break;
      case "updates":
        void queryClient.invalidateQueries({ queryKey: UPDATES });
        break;
      case "store":
        void queryClient.invalidateQueries({ queryKey: STORE });
        break;
      case "operation":
        onOperation(JSON.parse(event.data) as Operation);
        break;
      case "activity":
        activities.push(JSON.parse(event.data) as Activity);
        break;
      case "engine":
        onEngine(JSON.parse(event.data) as EngineStatus);
        break;
      case "session-ended":
        sessionRefused(currentProof());
        break;
      case "reset":
        void refreshLists();
        break;
    }
  }
  addActivities(activities);
}

function onOperation(operation: Operation): void {
  putOperation(operation);
  // What runs afterwards is another image, or the old one with a reason.
  if (operation.kind === "update" && operation.state !== "running")
    void queryClient.invalidateQueries({ queryKey: UPDATES });
}

function onHello(data: string, onLive: () => void): void {
  const { boot } = JSON.parse(data) as { boot: string };
  // An agent that was started anew, or lists that stand nowhere: whatever came before may be out of date.
  if (boot !== bootId) void refreshLists();
  // Health is told to strangers too, so its answer does not say where it stands.
  else void queryClient.invalidateQueries({ queryKey: healthQuery.queryKey });
  bootId = boot;
  onLive();
}

function onEngine(engine: EngineStatus): void {
  const before = queryClient.getQueryData(healthQuery.queryKey);
  queryClient.setQueryData(healthQuery.queryKey, (old) => old && { ...old, engine });
  // Coming back, the engine may be another version on a changed machine.
  if (before && before.engine.connected !== engine.connected && engine.connected) {
    void queryClient.invalidateQueries({ queryKey: healthQuery.queryKey });
  }
}
