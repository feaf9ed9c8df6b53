import createClient from "openapi-fetch";
import { takeAhead } from "./ahead";
import { ApiError, isAbort, OfflineError } from "./errors";
import { readAgain } from "./lost-answer";
import { notePosition } from "./position";
import type { paths } from "./schema";
import { confirmSession, currentProof, PROOF_HEADER, sessionRefused } from "./session";
import type { ErrorBody } from "./types";

const SESSION_CODES = new Set(["not_signed_in", "proof_missing", "proof_wrong"]);

async function errorFrom(response: Response): Promise<ApiError> {
  const text = await response.text();
  let body: Partial<ErrorBody> = {};
  try {
    body = JSON.parse(text) as ErrorBody;
  } catch {
    // A proxy in between may answer in its own words; the status still says what happened.
  }
  const retry = Number(response.headers.get("Retry-After"));
  return new ApiError(response.status, body, retry > 0 ? retry : undefined);
}

/** A dry run only asks, so like a read it may be sent again when its answer was lost. */
const changesNothing = (request: Request) =>
  request.method === "GET" || /dryRun=true|\/preview$/.test(request.url);

/** The only `fetch` there is: adds the proof, and turns every failure into one of two errors. */
async function guarded(request: Request): Promise<Response> {
  const proof = currentProof();
  if (proof) request.headers.set(PROOF_HEADER, proof);
  let response: Response;
  try {
    const once = () => fetch(request.clone(), { cache: "no-store" });
    const ahead = await takeAhead(request, proof);
    response = ahead ?? (await (changesNothing(request) ? readAgain(once) : once()));
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new OfflineError(error);
  }
  if (response.ok) {
    if (proof) confirmSession();
    notePosition(response);
    return response;
  }
  const error = await errorFrom(response);
  if (SESSION_CODES.has(error.code)) sessionRefused(proof);
  throw error;
}

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: "same-origin",
  fetch: guarded,
});

/** The body of a success; failures have been thrown by then. */
export async function unwrap<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** A request whose body or answer is no JSON: pictures. */
export const send = (path: string, init: RequestInit) =>
  guarded(new Request(path, { ...init, credentials: "same-origin" }));

/** Answers that are read as they come: events and logs. */
export async function stream(
  path: string,
  query: Record<string, string | number | boolean>,
  options: { signal: AbortSignal; headers?: Record<string, string> },
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await guarded(
    // It stays open: what ends soon goes first.
    new Request(address(path, query), { ...options, credentials: "same-origin", priority: "low" }),
  );
  if (!response.body) throw new Error("The answer came without a body.");
  return response.body;
}

export function address(path: string, query: Record<string, string | number | boolean>): string {
  const search = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]));
  return `${path}?${search}`;
}
