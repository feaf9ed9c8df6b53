/** What `public/ahead.js` has asked for before this program ran. Each answer is given out once. */

type Ahead = { proof: string; answers: Map<string, Promise<Response | undefined>> };

declare global {
  interface Window {
    harbourmasterAhead?: Ahead;
  }
}

/** The answer to `request`, or undefined when nobody has asked, asked as somebody else, or it was lost on the way. */
export async function takeAhead(request: Request, proof: string | null): Promise<Response | undefined> {
  const ahead = window.harbourmasterAhead;
  if (!ahead || request.method !== "GET" || ahead.proof !== proof) return undefined;
  const { pathname, search } = new URL(request.url);
  const path = pathname + search;
  const answer = ahead.answers.get(path);
  ahead.answers.delete(path);
  return answer;
}
