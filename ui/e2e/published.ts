import { engine, runContainer, type Stack } from "./stack";
import { ask, change, type Session } from "./test";

/** Images with versions, and containers that follow them. */

export const LIVES = `CMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.2; done"]`;
export const label = (name: string, value: string) => `LABEL org.opencontainers.image.${name}=${value}`;

/** An image in the registry under `repository:1`: that of the test kit with `changes` in the words of a Dockerfile. */
async function publish(stack: Stack, repository: string, changes: string[]): Promise<string> {
  const { docker, registry } = stack;
  const name = `${registry}/${repository}`;
  const made = await engine(docker, "POST", "/containers/create", { Image: "hm-test/busybox:1" });
  if (made.status !== 201) throw new Error(`create: ${made.status} ${made.body}`);
  const { Id } = JSON.parse(made.body) as { Id: string };
  const query = new URLSearchParams({ container: Id, repo: name, tag: "1" });
  for (const change of changes) query.append("changes", change);
  const steps: [string, string, unknown?, Record<string, string>?][] = [
    ["POST", `/commit?${query}`, {}],
    ["DELETE", `/containers/${Id}`],
    // Nothing to sign in with; the engine wants the header.
    ["POST", `/images/${name}/push?tag=1`, undefined, { "X-Registry-Auth": "e30=" }],
  ];
  for (const [method, path, body, extra] of steps) {
    const answer = await engine(docker, method, path, body, extra);
    if (answer.status >= 300 || answer.body.includes('"error"'))
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  }
  return `${name}:1`;
}

/** A container that follows a tag which has moved on since. */
export async function outdated(stack: Stack, session: Session, name: string, newer: string[]): Promise<void> {
  const first = [LIVES, "ENV GREETING=hello", label("version", "1.0.0")];
  const image = await publish(stack, `e2e/${name}`, first);
  await runContainer(stack.docker, name, { Image: image, Env: ["OWN=kept"] });
  await publish(stack, `e2e/${name}`, newer);
  const policy = { mode: "follow", watchSeconds: 2 };
  await change(stack, session, "PUT", `/api/containers/${name}/update-policy`, policy);
}

/** One of them among the household, once, and looked for. */
export async function update(stack: Stack, session: Session): Promise<void> {
  const list = await ask<{ name: string }[]>(stack, session, "/api/containers?all=true");
  if (list.some((c) => c.name === "bookshelf")) return;
  await outdated(stack, session, "bookshelf", [
    LIVES,
    "ENV GREETING=good-morning",
    "ENV COVERS=large",
    "EXPOSE 8443/tcp",
    label("version", "1.1.0"),
    label("source", "https://example.org/bookshelf"),
  ]);
  await change(stack, session, "POST", "/api/updates/check", {});
}
