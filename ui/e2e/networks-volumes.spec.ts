import { engine, runContainer } from "./stack";
import { expect, household, test } from "./test";

const row = (page: import("@playwright/test").Page, name: string) =>
  page.getByRole("row").filter({ hasText: name });

/** The one bridge of this file: an interface that comes or goes makes Chromium drop its connections. */
test("a network: problems on their fields, made, listed, in use, removed", async ({
  signedIn: page,
  stack,
}) => {
  await page.goto("/networks");
  await expect(row(page, "came with Docker").first()).toBeVisible();
  await page.getByRole("button", { name: "New network" }).click();
  const dialog = page.getByRole("dialog", { name: "New network" });
  await dialog.getByRole("button", { name: "Create network" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("harbour-net");
  await dialog.getByLabel("Subnet").fill("not a subnet");
  await dialog.getByRole("button", { name: "Create network" }).click();
  await expect(dialog.getByLabel("Subnet")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Subnet").fill("");
  await dialog.getByLabel("Internal").check();
  await dialog.getByRole("button", { name: "Create network" }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, "harbour-net")).toContainText("internal");
  await expect(row(page, "harbour-net")).toContainText("unused");

  // Made for it and not started: it is on the network all the same, and needs no interface.
  const made = await engine(stack.docker, "POST", "/containers/create?name=netuser", {
    Image: "hm-test/busybox:1",
    Cmd: ["true"],
    HostConfig: { NetworkMode: "harbour-net" },
  });
  expect(made.status).toBe(201);
  await expect(row(page, "harbour-net").getByRole("link", { name: "netuser" })).toBeVisible();
  await page.getByRole("button", { name: "Remove harbour-net" }).click();
  const remove = page.getByRole("dialog", { name: "Remove harbour-net?" });
  await expect(remove).toContainText("A container uses it: netuser");
  await expect(remove.getByRole("button", { name: "Remove", exact: true })).toHaveCount(0);
  await remove.getByRole("button", { name: "Close" }).last().click();

  await engine(stack.docker, "DELETE", "/containers/netuser?force=true");
  await expect(row(page, "harbour-net")).toContainText("unused");
  await page.getByRole("button", { name: "Clear out…" }).click();
  const prune = page.getByRole("dialog", { name: "Clear out networks" });
  await expect(prune.getByRole("checkbox", { name: /harbour-net/ })).toBeChecked();
  // The engine may have other networks that nobody uses.
  for (const box of await prune.getByRole("listitem").getByRole("checkbox").all()) await box.uncheck();
  await prune.getByRole("checkbox", { name: /harbour-net/ }).check();
  await prune.getByRole("button", { name: "Remove 1 network" }).click();
  await expect(prune).toBeHidden();
  await expect(row(page, "harbour-net")).toHaveCount(0);
});

test("a volume: made, in use by whom, kept while it is, lost only when its name is typed", async ({
  signedIn: page,
  stack,
}) => {
  await page.goto("/volumes?open=new");
  const dialog = page.getByRole("dialog", { name: "New volume" });
  await dialog.getByLabel("Name").fill("no good name");
  await dialog.getByRole("button", { name: "Create volume" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("photos");
  await dialog.getByRole("button", { name: "Create volume" }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, "photos")).toContainText("unused");

  await runContainer(stack.docker, "album", {
    Cmd: ["sleep", "600"],
    HostConfig: { NetworkMode: "none", Binds: ["photos:/photos"] },
  });
  await expect(row(page, "photos").getByRole("link", { name: "album" })).toBeVisible();
  await page.getByRole("button", { name: "Remove photos" }).click();
  const remove = page.getByRole("dialog", { name: "Remove photos?" });
  await expect(remove).toContainText("A container uses it: album");
  await remove.getByRole("button", { name: "Close" }).last().click();

  await engine(stack.docker, "DELETE", "/containers/album?force=true");
  await expect(row(page, "photos")).toContainText("unused");
  await page.getByRole("button", { name: "Remove photos" }).click();
  await expect(remove).toContainText("lost for good");
  const sure = remove.getByRole("button", { name: "Remove for good" });
  await expect(sure).toBeDisabled();
  await remove.getByLabel(/Type photos/).fill("photos");
  await sure.click();
  await expect(remove).toBeHidden();
  await expect(row(page, "photos")).toHaveCount(0);
});

test("a volume that opens a folder of the server is allowed by name only", async ({ signedIn: page }) => {
  await page.goto("/volumes?open=new");
  const dialog = page.getByRole("dialog", { name: "New volume" });
  await dialog.getByLabel("Name").fill("etc");
  await dialog.getByLabel("Driver options").fill("type=none\no=bind\ndevice=/etc");
  await dialog.getByRole("button", { name: "Create volume" }).click();
  const typed = dialog.getByLabel(/^Type /);
  await expect(typed).toBeVisible();
  await dialog.getByRole("button", { name: "Create volume" }).click();
  await expect(typed).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("cell", { name: "etc", exact: true })).toHaveCount(0);
});

test("prune shows first what goes; of volumes, named ones must be chosen", async ({
  signedIn: page,
  stack,
}) => {
  await engine(stack.docker, "POST", "/volumes/create", { Name: "kept-by-name" });
  await engine(stack.docker, "POST", "/volumes/create", {});
  await page.goto("/volumes?open=prune");
  const dialog = page.getByRole("dialog", { name: "Clear out volumes" });
  await expect(dialog.getByRole("checkbox", { name: /[0-9a-f]{12}/ }).first()).toBeChecked();
  await expect(dialog.getByText("kept-by-name")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Everything unused" }).click();
  await expect(dialog.getByRole("checkbox", { name: /kept-by-name/ })).not.toBeChecked();
  await dialog.getByRole("button", { name: "Without a name" }).click();
  const go = dialog.getByRole("button", { name: /^Remove \d+ volumes?/ });
  await expect(go).toBeDisabled();
  await dialog.getByLabel(/^Type remove/).fill("remove");
  await go.click();
  await expect(dialog).toBeHidden();
  await expect(row(page, "kept-by-name")).toBeVisible();
  await engine(stack.docker, "DELETE", "/volumes/kept-by-name");
});

test("images: unused ones are listed with what they free, nothing goes unasked", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await household(stack, session);
  await page.goto("/images?open=prune");
  const dialog = page.getByRole("dialog", { name: "Clear out images" });
  await dialog.getByRole("button", { name: "Everything unused" }).click();
  const boxes = dialog.getByRole("listitem").getByRole("checkbox");
  await expect(boxes.first()).toBeChecked();
  await expect(dialog.getByRole("button", { name: /^Remove \d+ images?, free / })).toBeEnabled();
  await dialog.getByRole("checkbox", { name: /chosen/i }).click();
  await expect(boxes.first()).not.toBeChecked();
  await expect(dialog.getByRole("button", { name: "Nothing chosen" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();
});
