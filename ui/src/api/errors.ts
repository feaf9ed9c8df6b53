import type { ErrorBody, Problem } from "./types";

/** An answer of the agent that is not a success; `code` is stable and what code may branch on. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly requestId?: string;
  readonly problems: Problem[];
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter?: number;

  constructor(status: number, body: Partial<ErrorBody>, retryAfter?: number) {
    super(body.message ?? `The agent answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.field = body.field;
    this.requestId = body.requestId;
    this.problems = body.problems ?? [];
    this.retryAfter = retryAfter;
  }
}

/** No answer at all: the network or the agent is away. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super("The agent cannot be reached.", { cause });
    this.name = "OfflineError";
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something unexpected happened.";
}

export const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";
