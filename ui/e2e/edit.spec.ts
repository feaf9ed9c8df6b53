import { engine, runContainer } from "./stack";
import { container, expect, household, test } from "./test";

const sleep = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"];
const inspect = async (docker: string, name: string) =>
  JSON.parse((await engine(docker, "GET", `/containers/${name}/json`)).body) as {
    Id: string;
    Config: { Env: string[]; Cmd: string[] };
    HostConfig: { Memory: number; PidsLimit: number | null };
    State: { Running: boolean };
  };

test("settings are edited, the difference is shown, and it is re-created", async ({
  signedIn: page,
  stack,
}) => {
  test.setTimeout(120_000);
  const before = await runContainer(stack.docker, "barge", {
    Cmd: sleep,
    Env: ["CARGO=coal", "CREW=3"],
    HostConfig: { NetworkMode: "none", Memory: 33_554_432, MemorySwap: 67_108_864 },
  });
  await page.goto("/");
  await container(page, "barge").focus();
  await page.keyboard.press("e");
  await expect(page).toHaveURL(/\/containers\/barge\/edit$/);
  await expect(page.getByRole("tab", { name: "Settings", selected: true })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Image" })).toHaveValue("hm-test/busybox:1");
  await expect(page.getByLabel("Value of variable 1")).toHaveValue("coal");
  await expect(page.getByLabel(/^Memory optional/)).toHaveValue("32 MB");
  await expect(page.getByLabel("Name", { exact: true })).not.toBeEditable();
  await expect(page.getByText("Nothing you set changes")).toBeVisible();

  await page.getByLabel("Value of variable 1").fill("grain");
  await page.getByRole("button", { name: "Remove variable 2" }).click();
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name of variable 2").fill("PILOT");
  await page.getByLabel("Value of variable 2").fill("yes");
  await page.getByLabel(/^Memory optional/).fill("48 MB");
  const review = page.getByRole("region", { name: "Review" });
  await expect(review).toContainText("4 settings change");
  await page.getByRole("button", { name: "Review and re-create" }).click();

  const ask = page.getByRole("dialog", { name: "Re-create barge?" });
  const environment = ask.getByRole("region", { name: "Environment" });
  await expect(environment.getByRole("listitem").filter({ hasText: "CARGO" })).toContainText(
    /changed.*before: coal.*after: grain/,
  );
  await expect(environment.getByRole("listitem").filter({ hasText: "CREW" })).toContainText("removed");
  await expect(environment.getByRole("listitem").filter({ hasText: "PILOT" })).toContainText("added");
  await expect(ask.getByRole("region", { name: "Limits" })).toContainText(/before: 32 MB.*after: 48 MB/);
  await ask.getByRole("button", { name: "Re-create" }).click();

  // Its steps show, and a reload in the middle finds them again.
  await expect(page).toHaveURL(/\/containers\/barge(\/edit\?operation=|$)/);
  await page.reload();
  await expect(page).toHaveURL(/\/containers\/barge$/, { timeout: 60_000 });
  await expect(page.getByRole("heading", { name: "barge" })).toBeVisible();
  await expect(page.getByRole("main").getByText("Running")).toBeVisible();

  const after = await inspect(stack.docker, "barge");
  expect(after.Id).not.toBe(before);
  expect(after.State.Running).toBe(true);
  expect(after.Config.Cmd).toEqual(sleep);
  expect(after.Config.Env).toEqual(expect.arrayContaining(["CARGO=grain", "PILOT=yes"]));
  expect(after.Config.Env.join()).not.toContain("CREW");
  expect(after.HostConfig.Memory).toBe(50_331_648);
  expect((await engine(stack.docker, "GET", `/containers/${before}/json`)).status).toBe(404);
});

test("what was changed elsewhere is loaded again, and what was typed stays", async ({
  signedIn: page,
  stack,
}) => {
  await runContainer(stack.docker, "ketch", { Cmd: sleep });
  await page.goto("/containers/ketch");
  await page.getByRole("tab", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/containers\/ketch\/edit$/);
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name of variable 1").fill("WIND");
  await expect(page.getByText("1 setting changes")).toBeVisible();

  const update = await engine(stack.docker, "POST", "/containers/ketch/update", { PidsLimit: 64 });
  expect(update.status).toBe(200);
  await page.getByLabel("Value of variable 1").fill("north");
  const notice = page.getByRole("alert").filter({ hasText: "It was changed elsewhere." });
  await notice.getByRole("button", { name: "Load again" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByLabel("Value of variable 1")).toHaveValue("north");
  await expect(page.locator("details").filter({ hasText: "More limits" })).toContainText("processes 64");
  await expect(page.getByText("1 setting changes")).toBeVisible();
});

test("when the new one does not run the old one is back, and the form still holds what was typed", async ({
  signedIn: page,
  stack,
}) => {
  test.setTimeout(120_000);
  const before = await runContainer(stack.docker, "wreck", { Cmd: sleep });
  await page.goto("/containers/wreck/edit");
  await page.getByLabel(/^Command optional/).fill("sh -c 'exit 3'");
  await expect(page.getByText("1 setting changes")).toBeVisible();
  await page.getByRole("button", { name: "Review and re-create" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Re-create" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("It went back to how it was.")).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole("button", { name: "Back to the settings" }).click();
  await expect(page.getByLabel(/^Command optional/)).toHaveValue("sh -c 'exit 3'");
  const after = await inspect(stack.docker, "wreck");
  expect(after.Id).toBe(before);
  expect(after.State.Running).toBe(true);
});

test("every way to set a container is read back without a difference", async ({ signedIn: page, stack }) => {
  const made: [string, Record<string, unknown>][] = [
    ["plain", { HostConfig: {} }],
    ["on-host", { HostConfig: { NetworkMode: "host" } }],
    ["on-hmnet", { HostConfig: { NetworkMode: "hmnet" } }],
    [
      "dressed",
      {
        Entrypoint: ["sleep"],
        Cmd: ["600"],
        User: "0",
        Labels: { a: "b" },
        HostConfig: {
          NetworkMode: "none",
          Init: false,
          CapAdd: ["NET_ADMIN"],
          Tmpfs: { "/scratch": "size=1m" },
          RestartPolicy: { Name: "on-failure", MaximumRetryCount: 2 },
          LogConfig: { Type: "local", Config: { "max-size": "1m" } },
          Ulimits: [{ Name: "nofile", Soft: 10, Hard: 20 }],
          NanoCpus: 500_000_000,
        },
      },
    ],
  ];
  for (const [name, config] of made) {
    const body = { Image: "hm-test/busybox:1", Cmd: ["sleep", "600"], ...config };
    const answer = await engine(stack.docker, "POST", `/containers/create?name=${name}`, body);
    expect(answer.status, answer.body).toBe(201);
    await page.goto(`/containers/${name}/edit`);
    await expect(page.getByText("Ready to re-create"), name).toBeVisible();
    await expect(page.getByRole("heading", { name: "Nothing you set changes" }), name).toBeVisible();
    await engine(stack.docker, "DELETE", `/containers/${name}`);
  }
});

test("the menu leads to the settings", async ({ signedIn: page, stack, session }) => {
  await household(stack, session);
  await page.goto("/");
  await page.getByRole("button", { name: "Actions for weather" }).click();
  await page.getByRole("menuitem", { name: "Edit settings" }).click();
  await expect(page).toHaveURL(/\/containers\/weather\/edit$/);
  await expect(page.getByRole("form", { name: "Settings" })).toBeVisible();
});
