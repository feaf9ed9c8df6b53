import { createStore } from "./store";

/** Ids of the containers whose update is ready; filled when the first lists are on show. */
export const updatable = createStore<ReadonlySet<string>>(new Set());
