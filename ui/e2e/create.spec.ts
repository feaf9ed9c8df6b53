import { createServer, type Server } from "node:net";
import { ask, expect, test, unfold } from "./test";

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const at = server.address();
      resolve({ server, port: typeof at === "object" && at ? at.port : 0 });
    });
  });
}

type Listed = { name: string; state: string; ports: { host?: number; container: number }[] };

test("create: a taken port names who holds it, its suggestion is taken, and the container runs", async ({
  signedIn: page,
  stack,
  session,
}) => {
  const { server, port } = await listen();
  try {
    await page.goto("/new");
    await page.getByRole("combobox", { name: "Image" }).fill("hm-test/busybox:1");
    await page.getByLabel(/^Name/).fill("gangway");
    await page
      .getByLabel(/^Command/)
      .first()
      .fill("sh -c \"trap 'exit 0' TERM; echo hello from the gangway; while :; do sleep 1; done\"");
    await page.getByRole("button", { name: "Add port" }).click();
    await page.getByLabel("Port 1 on this server").fill(String(port));
    await page.getByLabel("Port 1 in the container").fill("80");
    await page.getByLabel("Network", { exact: true }).selectOption({ label: "Networks by name" });
    await page.getByLabel("Name of network 1").fill("hmnet");
    await page.getByRole("button", { name: "Add variable" }).click();
    await page.getByLabel("Name of variable 1").fill("TIDE");
    await page.getByLabel("Value of variable 1").fill("high");

    const suggestion = page.getByRole("button", { name: /^Use \d+$/ });
    await expect(suggestion).toBeVisible();
    await expect(page.getByLabel("Port 1 on this server")).toHaveAttribute("aria-invalid", "true");
    const next = Number((await suggestion.textContent())?.replace(/\D/g, ""));
    expect(next).not.toBe(port);

    // Create is never off: it goes to the first problem.
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByLabel("Port 1 on this server")).toBeFocused();

    await suggestion.click();
    await expect(page.getByLabel("Port 1 on this server")).toHaveValue(String(next));
    await expect(page.getByText("Ready to create")).toBeVisible();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page).toHaveURL(/\/containers\/gangway$/);
    await expect(page.getByRole("heading", { name: "gangway" })).toBeVisible();
    await expect(page.getByRole("main").getByText("Running")).toBeVisible();
    await expect(page.getByRole("link", { name: String(next) })).toBeVisible();

    const made = (await ask<Listed[]>(stack, session, "/api/containers?all=true")).find(
      (c) => c.name === "gangway",
    );
    expect(made?.ports.some((p) => p.host === next && p.container === 80)).toBe(true);
  } finally {
    server.close();
  }
});

test("create: a missing folder can be made, and a risk is granted by typing its name", async ({
  signedIn: page,
}) => {
  await page.goto("/new");
  await page.getByRole("combobox", { name: "Image" }).fill("hm-test/busybox:1");
  await page.getByLabel(/^Name/).fill("lighthouse");
  await page.getByLabel("Start it now").uncheck();
  await page.getByRole("button", { name: "Add folder or volume" }).click();
  await page.getByLabel("Folder 1 on this server").fill("/nowhere/at/all");
  await page.getByLabel("Path of storage 1 in the container").fill("/data");
  await expect(page.getByLabel("Folder 1 on this server")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("button", { name: "Remove storage 1" }).click();

  await unfold(page, "Rights");
  await page.getByLabel("Privileged").check();
  const confirm = page.getByLabel("Type privileged to allow it");
  await expect(confirm).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(confirm).toBeFocused();
  await confirm.fill("privileged");
  await expect(page.getByText("Ready to create")).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/containers\/lighthouse$/);
  // The address is there before the page is; the form says the word too.
  await expect(page.getByRole("heading", { name: "lighthouse" })).toBeVisible();
  await expect(page.getByText("Privileged", { exact: true })).toBeVisible();
});

test("create leads to the new container although the event stream is away", async ({ signedIn: page }) => {
  await page.route("**/api/events*", (route) => route.abort("failed"));
  await page.goto("/new");
  await page.getByRole("combobox", { name: "Image" }).fill("hm-test/busybox:1");
  await page.getByLabel(/^Name/).fill("unheard");
  await page.getByLabel("Start it now").uncheck();
  await expect(page.getByText("Ready to create")).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: "unheard" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Environment" })).toBeVisible();
  await page.goto("/containers/never-made");
  await expect(page.getByText("There is no container “never-made” on this server.")).toBeVisible();
});

test("create works without a mouse", async ({ signedIn: page }) => {
  await page.goto("/");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/new$/);
  await page.getByRole("combobox", { name: "Image" }).focus();
  await page.keyboard.type("hm-test/busy");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Image" })).toHaveValue("hm-test/busybox:1");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Tags" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.type("by-hand");
  await page.keyboard.press("Tab");
  await page.keyboard.type("sleep 600");
  await expect(page.getByText("Ready to create")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/containers\/by-hand$/);
});
