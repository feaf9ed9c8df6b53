import { logout } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import { dropProof } from "../api/session";

/** Ends this session, or all of them, and forgets its proof. Returns what went wrong, if anything did. */
export async function signOut(everywhere: boolean): Promise<string | undefined> {
  try {
    await logout(everywhere);
  } catch (problem) {
    // A session the agent no longer knows is as gone as one can be.
    if (!(problem instanceof ApiError && problem.status === 401)) return messageOf(problem);
  }
  dropProof();
  return undefined;
}
