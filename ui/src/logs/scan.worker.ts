import { type Job, mark, scan } from "./scan";

// The page decides what is worth reading, this thread only reads. It says once that it is there; then one job per
// message, answered in order.
self.onmessage = ({ data }: MessageEvent<Job>) => {
  if (data.kind === "mark") {
    self.postMessage(mark(data));
    return;
  }
  const flags = scan(data);
  self.postMessage(flags, { transfer: [flags.buffer] });
};
self.postMessage("ready");
