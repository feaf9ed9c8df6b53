import { test as base, expect, type Page } from "@playwright/test";
import { engine, outside, runContainer, type Stack } from "./stack";

export const PASSWORD = "the quick brown harbour";

export type Session = { cookie: string; proof: string };

function stackFromEnv(): Stack {
  const text = process.env.HM_STACK;
  if (!text) throw new Error("globalSetup has not run");
  return JSON.parse(text) as Stack;
}

/** Signs in without the browser; sets the password first where no test has done so. */
export async function signInOutside(stack: Stack): Promise<Session> {
  const headers = { "Content-Type": "application/json" };
  const health = JSON.parse((await outside(`${stack.url}/api/health`)).body) as { setupNeeded: boolean };
  const [path, body] = health.setupNeeded
    ? ["setup", { code: stack.setupCode, password: PASSWORD }]
    : ["login", { password: PASSWORD }];
  const answer = await outside(`${stack.url}/api/${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  if (answer.status !== 200 || !answer.cookie) throw new Error(`${path}: ${answer.status} ${answer.body}`);
  return { cookie: answer.cookie, proof: (JSON.parse(answer.body) as { proof: string }).proof };
}

/** A page at the agent with a session, as if somebody had signed in on it before. */
export async function useSession(page: Page, stack: Stack, session: Session): Promise<void> {
  const at = session.cookie.indexOf("=");
  await page.context().addCookies([
    {
      name: session.cookie.slice(0, at),
      value: session.cookie.slice(at + 1),
      url: stack.url,
      secure: true,
      httpOnly: true,
      sameSite: "Strict",
    },
  ]);
  await page.addInitScript((proof) => {
    // Once: a page that signs out must stay signed out after a reload.
    if (sessionStorage.getItem("seeded")) return;
    sessionStorage.setItem("seeded", "yes");
    localStorage.setItem("harbourmaster.proof", proof);
  }, session.proof);
}

export const test = base.extend<{ stack: Stack; session: Session; signedIn: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names out of this pattern
  stack: async ({}, use) => {
    await use(stackFromEnv());
  },
  baseURL: async ({ stack }, use) => {
    await use(stack.url);
  },
  session: async ({ stack }, use) => {
    await use(await signInOutside(stack));
  },
  signedIn: async ({ page, stack, session }, use) => {
    await useSession(page, stack, session);
    await use(page);
  },
});

export { expect };

/** A container on the dashboard, by the link that is its name; the events beside it have links of the same name. */
export const container = (page: Page, name: string) =>
  page.getByRole("region", { name: "Containers", exact: true }).getByRole("link", { name, exact: true });

/** Opens a folded part of the form. */
export const unfold = (page: Page, title: string) =>
  page
    .locator("summary")
    .filter({ has: page.getByText(title, { exact: true }) })
    .click();

/** Opens all folded parts. */
export async function openEverything(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "Review" })).toBeVisible();
  for (const summary of await page
    .locator("details:not([open]) > summary")
    .all()
    .then((l) => l.reverse()))
    await summary.click();
}

/** As the signed-in page would ask, from outside it. */
export async function ask<T>(stack: Stack, session: Session, path: string): Promise<T> {
  const answer = await outside(`${stack.url}${path}`, {
    headers: { Cookie: session.cookie, "X-Session-Proof": session.proof },
  });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as T;
}

/** The same for a change. */
export async function change(
  stack: Stack,
  session: Session,
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<void> {
  const answer = await outside(`${stack.url}${path}`, {
    method,
    headers: {
      Cookie: session.cookie,
      "X-Session-Proof": session.proof,
      "Content-Type": "application/json",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
}

/** The store of the test kit, added once and read. */
export async function shop(stack: Stack, session: Session): Promise<void> {
  type Stores = { stores: { id: string }[] };
  const { stores } = await ask<Stores>(stack, session, "/api/store/status");
  if (!stores.some((s) => s.id === stack.store.root))
    await change(stack, session, "POST", "/api/store/stores", { invite: stack.store.invite });
  await expect
    .poll(async () => (await ask<{ total: number }>(stack, session, "/api/store/index")).total)
    .toBeGreaterThan(1);
}

const say = (script: string) => ["sh", "-c", `trap 'exit 0' TERM; ${script}; while :; do sleep 1; done`];
const labels = (project: string, service: string) => ({
  "com.docker.compose.project": project,
  "com.docker.compose.service": service,
});

/** A small household of containers, made once for all files that want company on the page. */
export async function household(stack: Stack, session: Session): Promise<void> {
  const list = await ask<{ name: string }[]>(stack, session, "/api/containers?all=true");
  if (list.some((c) => c.name === "audiobooks")) return;
  const talk =
    "i=0; while [ $i -lt 40 ]; do echo INFO request $i served; echo WARN slow answer $i >&2; i=$((i+1)); done; sleep 0.5; echo INFO all 40 served";
  await runContainer(stack.docker, "audiobooks", { Cmd: say(talk), Labels: labels("media", "audiobooks") });
  await runContainer(stack.docker, "jukebox", { Cmd: say("echo ready"), Labels: labels("media", "jukebox") });
  await runContainer(stack.docker, "kitchen-clock", {
    Cmd: say("echo ready"),
    Labels: labels("home", "kitchen-clock"),
  });
  await runContainer(stack.docker, "weather", { Cmd: say("echo ready"), Labels: labels("home", "weather") });
  await runContainer(stack.docker, "mailroom", {
    Image: "hm-test/health:1",
    Cmd: say("echo ready"),
    Labels: labels("office", "mailroom"),
  });
  await runContainer(stack.docker, "nightly-copy", {
    Cmd: ["sh", "-c", "echo the disk is full >&2; exit 3"],
    Labels: labels("office", "nightly-copy"),
  });
  await runContainer(stack.docker, "zephyr", { Cmd: say("echo ready") });
  // An image that nobody uses: every other one has a container by the time of the last tests.
  // It has bytes of its own, so that removing it frees something.
  await runContainer(stack.docker, "spare", {
    Cmd: ["sh", "-c", "dd if=/dev/zero of=/ballast bs=1000 count=300"],
  });
  await engine(stack.docker, "POST", "/containers/spare/wait");
  await engine(stack.docker, "POST", "/commit?container=spare&repo=hm-test/unused&tag=1");
  await engine(stack.docker, "DELETE", "/containers/spare");
}
