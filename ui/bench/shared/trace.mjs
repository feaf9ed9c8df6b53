// Reads a trace of the browser: what the page's main thread did, in real time and in time on a processor.

/** What must be traced for it. */
export const CATEGORIES = [
  "toplevel",
  "blink.user_timing",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
];
const TASKS = new Set(["RunTask", "ThreadControllerImpl::RunTask", "ThreadPool_RunTask"]);
/** A task that long keeps people waiting: what browsers call a long task. */
const LONG_MS = 50;

/** What work is called in a trace, by what a person would call it. */
const KINDS = {
  scripts: [
    "FunctionCall",
    "EvaluateScript",
    "RunMicrotasks",
    "TimerFire",
    "FireAnimationFrame",
    "FireIdleCallback",
  ],
  compiling: ["v8.compile", "v8.compileModule", "v8.produceCache"],
  garbage: ["MinorGC", "MajorGC", "BlinkGC.AtomicPhase", "V8.GCScavenger"],
  style: ["UpdateLayoutTree", "ScheduleStyleRecalculation"],
  layout: ["Layout"],
  painting: ["PrePaint", "Paint", "Layerize", "Commit", "UpdateLayer"],
  reading: ["ParseHTML", "ParseAuthorStyleSheet"],
};
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind])));

/** The navigation to `url`. */
const navigation = (traceEvents, url) =>
  traceEvents
    .filter(
      (e) =>
        e.name === "navigationStart" &&
        e.args?.data?.isOutermostMainFrame &&
        e.args.data.documentLoaderURL?.startsWith(url),
    )
    .sort((a, b) => a.ts - b.ts)[0];

/** CPU of the main thread in milliseconds by kind of work, from the navigation to `quiet`; each moment counts once. */
export function workOf({ traceEvents }, url, quiet) {
  const start = navigation(traceEvents, url);
  const events = traceEvents
    .filter((e) => e.pid === start.pid && e.tid === start.tid && e.ph === "X" && KIND_OF.has(e.name))
    .filter((e) => e.ts >= start.ts && (e.ts - start.ts) / 1000 < quiet)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const work = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  const open = [];
  for (const e of events) {
    while (open.length > 0 && open.at(-1).ts + open.at(-1).dur <= e.ts) open.pop();
    const cpu = (e.tdur ?? 0) / 1000;
    work[KIND_OF.get(e.name)] += cpu;
    // What happens inside of something else is not the other's own.
    if (open.length > 0) work[KIND_OF.get(open.at(-1).name)] -= cpu;
    open.push(e);
  }
  return work;
}

/**
 * Tasks of the main thread of the page at `url`, from its navigation on: start, length and CPU in milliseconds.
 * Nothing when the browser began to trace the page's new process only after its navigation, as it does at times.
 */
export function tasksOf({ traceEvents }, url) {
  const start = navigation(traceEvents, url);
  if (!start) return undefined;
  const tasks = traceEvents
    .filter((e) => e.pid === start.pid && e.tid === start.tid && e.ph === "X" && TASKS.has(e.name))
    .filter((e) => e.ts + e.dur > start.ts)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const outer = [];
  let end = 0;
  for (const task of tasks) {
    if (task.ts < end) continue;
    end = task.ts + task.dur;
    outer.push({ at: (task.ts - start.ts) / 1000, ms: task.dur / 1000, cpu: (task.tdur ?? 0) / 1000 });
  }
  if (!outer.some((t) => t.cpu > 0)) throw new Error("the trace has no thread times");
  return outer;
}

/** When the page was complete (at `last`) and no long task came after; and the CPU and the longest task until then. */
export function untilQuiet(tasks, last) {
  const long = tasks.filter((t) => t.ms > LONG_MS);
  const quiet = Math.max(last, ...long.map((t) => t.at + t.ms));
  const until = tasks.filter((t) => t.at < quiet);
  return {
    quiet,
    cpu: until.reduce((sum, t) => sum + t.cpu, 0),
    longest: Math.max(...until.map((t) => t.ms)),
  };
}
