import { engine } from "./stack";
import { ask, expect, openEverything, test, unfold } from "./test";

type Inspect = {
  Config: Record<string, unknown> & { Env: string[]; Labels: Record<string, string> };
  HostConfig: Record<string, unknown>;
  NetworkSettings: {
    Networks: Record<string, { Aliases: string[] | null; IPAMConfig: { IPv4Address?: string } | null }>;
  };
};

const inspect = async (docker: string, name: string) =>
  JSON.parse((await engine(docker, "GET", `/containers/${name}/json`)).body) as Inspect;

test("the whole form reaches the engine", async ({ signedIn: page, stack }) => {
  test.setTimeout(120_000);
  const network = await engine(stack.docker, "POST", "/networks/create", {
    Name: "quay",
    IPAM: { Config: [{ Subnet: "10.231.7.0/24" }] },
  });
  expect(network.status).toBe(201);
  await page.goto("/new?image=hm-test%2Fbusybox%3A1");
  await openEverything(page);

  await page.getByLabel(/^Name optional/).fill("flagship");
  await page.getByLabel(/^Command optional/).fill("sleep 600");
  await page.getByLabel(/^User optional/).fill("0:0");
  await page.getByLabel("Working directory").fill("/tmp");
  await page.getByLabel("Keep its input open").check();

  await page.getByRole("button", { name: "Add port" }).click();
  await page.getByLabel("Port 1 on this server").fill("28080-28082");
  await page.getByLabel("Port 1 in the container").fill("8080-8082");
  await page.getByLabel("Protocol of port 1").selectOption("udp");
  await page.getByLabel("Address for port 1").fill("127.0.0.1");
  await page.getByLabel("Network", { exact: true }).selectOption({ label: "Networks by name" });
  await page.getByLabel("Name of network 1").fill("quay");
  await page.getByLabel("Other names on network 1").fill("berth pier");
  await page.getByLabel("IPv4 address on network 1").fill("10.231.7.10");
  await page.getByRole("button", { name: "Add network" }).click();
  await page.getByLabel("Name of network 2").fill("hmnet");
  await page.getByLabel(/^Host name optional/).fill("flag");
  await page.getByRole("button", { name: "Add host" }).click();
  await page.getByLabel("Name of host 1").fill("nas");
  await page.getByLabel("Address of host 1").fill("10.231.7.99");
  await page.getByLabel("DNS servers").fill("9.9.9.9, 1.1.1.1");
  await page.getByLabel("Search domains").fill("home.example");

  await page.getByRole("button", { name: "Add folder or volume" }).click();
  await page.getByLabel("Kind of storage 1").selectOption("volume");
  await page.getByLabel("Name of volume 1").fill("cargo");
  await page.getByLabel("Path of storage 1 in the container").fill("/cargo");
  await page.getByRole("checkbox", { name: "Read only", exact: true }).first().check();
  await page.getByRole("button", { name: "Add folder or volume" }).click();
  await page.getByLabel("Kind of storage 2").selectOption("tmpfs");
  await page.getByLabel("Size of storage 2").fill("8 MB");
  await page.getByLabel("Mode of storage 2").fill("1777");
  await page.getByLabel("Path of storage 2 in the container").fill("/scratch");
  await page.getByLabel("Make its own files read only").check();
  await page.getByLabel("Shared memory").fill("32 MB");

  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name of variable 1").fill("TIDE");
  await page.getByLabel("Value of variable 1").fill("high = low");
  await page.getByRole("button", { name: "Add label" }).click();
  await page.getByLabel("Name of label 1").fill("home.example/deck");
  await page.getByLabel("Value of label 1").fill("upper");

  await page.getByText("After a failure").click();
  await page.getByLabel("Give up after").fill("4");
  await page.getByLabel("Health check", { exact: true }).selectOption({ label: "A command of mine" });
  await page.getByLabel("Check with").fill("test -d /cargo");
  await page.getByLabel("Every", { exact: true }).fill("7");
  await page.getByLabel("Grace at start").fill("9");
  await page.getByLabel("Time to stop").fill("3");
  await page.getByLabel("Stop signal").fill("SIGKILL");
  await page.getByLabel("Where its output goes").selectOption("json-file");
  await page.getByRole("button", { name: "Add option" }).click();
  await page.getByLabel("Name of log option 1").fill("max-size");
  await page.getByLabel("Value of log option 1").fill("1m");

  await page.getByLabel(/^Memory optional/).fill("64 MB");
  await page.getByLabel(/^Processors optional/).fill("0.5");
  await page.getByLabel("Processes at most").fill("80");
  await page.getByRole("button", { name: "Add limit" }).click();
  await page.getByLabel("Name of limit 1").fill("nofile");
  await page.getByLabel("Limit 1", { exact: true }).fill("512");
  await page.getByLabel("Hard limit 1").fill("1024");
  await page.getByLabel("Add capabilities").fill("net_admin");
  await page.getByLabel("Drop capabilities").fill("MKNOD, CAP_CHOWN");
  await page.getByLabel("Security options").fill("no-new-privileges");
  await page.getByRole("button", { name: "Add setting" }).click();
  await page.getByLabel("Name of kernel setting 1").fill("net.core.somaxconn");
  await page.getByLabel("Value of kernel setting 1").fill("256");
  await page.getByLabel("Type capability:NET_ADMIN to allow it").fill("capability:NET_ADMIN");

  await expect(page.getByText("Ready to create")).toBeVisible();
  await expect(page.getByRole("region", { name: "Review" })).toContainText("Makes flagship and starts it");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/containers\/flagship$/, { timeout: 30_000 });
  await expect(page.getByRole("heading", { name: "flagship" })).toBeVisible();

  const { Config, HostConfig, NetworkSettings } = await inspect(stack.docker, "flagship");
  expect(Config).toMatchObject({
    Cmd: ["sleep", "600"],
    User: "0:0",
    WorkingDir: "/tmp",
    OpenStdin: true,
    Hostname: "flag",
    StopSignal: "SIGKILL",
    StopTimeout: 3,
    Healthcheck: { Test: ["CMD-SHELL", "test -d /cargo"], Interval: 7e9, StartPeriod: 9e9 },
  });
  expect(Config.Env).toContain("TIDE=high = low");
  expect(Config.Labels["home.example/deck"]).toBe("upper");
  expect(HostConfig).toMatchObject({
    ReadonlyRootfs: true,
    ShmSize: 33_554_432,
    Memory: 67_108_864,
    NanoCpus: 500_000_000,
    PidsLimit: 80,
    RestartPolicy: { Name: "on-failure", MaximumRetryCount: 4 },
    LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
    Dns: ["9.9.9.9", "1.1.1.1"],
    DnsSearch: ["home.example"],
    ExtraHosts: ["nas:10.231.7.99"],
    Ulimits: [{ Name: "nofile", Soft: 512, Hard: 1024 }],
    Sysctls: { "net.core.somaxconn": "256" },
  });
  const bindings = HostConfig.PortBindings as Record<string, { HostIp: string; HostPort: string }[]>;
  expect(bindings["8081/udp"]).toEqual([{ HostIp: "127.0.0.1", HostPort: "28081" }]);
  expect(Object.keys(bindings)).toHaveLength(3);
  expect(JSON.stringify(HostConfig.CapAdd)).toContain("NET_ADMIN");
  expect(JSON.stringify(HostConfig.CapDrop)).toMatch(/CHOWN.*MKNOD|MKNOD.*CHOWN/);
  expect(JSON.stringify(HostConfig.SecurityOpt)).toContain("no-new-privileges");
  const mounts = JSON.stringify(HostConfig.Mounts);
  expect(mounts).toContain("/cargo");
  expect(mounts).toContain("8388608");
  expect(NetworkSettings.Networks.quay?.Aliases).toEqual(expect.arrayContaining(["berth", "pier"]));
  expect(NetworkSettings.Networks.quay?.IPAMConfig?.IPv4Address).toBe("10.231.7.10");
  expect(Object.keys(NetworkSettings.Networks).sort()).toEqual(["hmnet", "quay"]);

  await engine(stack.docker, "DELETE", "/containers/flagship?force=true");
  await engine(stack.docker, "DELETE", "/networks/quay");
});

test("presets fill rows, and a closed fold tells what is in it and what is wrong", async ({
  signedIn: page,
}) => {
  await page.goto("/new?image=hm-test%2Fbusybox%3A1");
  await page.getByLabel(/^Name optional/).fill("pantry");
  await page.getByRole("button", { name: "DNS", exact: true }).click();
  await expect(page.getByLabel("Port 2 on this server")).toHaveValue("53");
  await expect(page.getByLabel("Protocol of port 2")).toHaveValue("udp");
  await page.getByRole("button", { name: "Remove port 2" }).click();
  await page.getByRole("button", { name: "Remove port 1" }).click();
  await page.getByRole("button", { name: "Configuration" }).click();
  await expect(page.getByLabel("Folder 1 on this server")).toHaveValue(/\/pantry\/config$/);
  await expect(page.getByLabel("Path of storage 1 in the container")).toHaveValue("/config");

  const fold = page.locator("details").filter({ hasText: "More limits" });
  await unfold(page, "More limits");
  await page.getByLabel("Only on processors").fill("everything");
  await page.getByLabel("Processes at most").fill("100");
  await unfold(page, "More limits");
  await expect(fold).toContainText("processors everything · processes 100");
  await expect(fold).toContainText("1 problem");
  await expect(
    page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: /^Limits and rights/ }),
  ).toContainText("1 problem");
  // The way to the problem leads into the fold.
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByLabel("Only on processors")).toBeFocused();
});

test("a docker run line fills the form, and says what it leaves", async ({ signedIn: page }) => {
  await page.goto("/new");
  const line =
    "docker run -d --name tug -p 127.0.0.1:28099:80/udp -e TIDE=low -v cargo:/cargo:ro --memory 64m --no-such-flag=1 hm-test/busybox:1 sleep 600";
  // Pasted where the image belongs it opens the same dialog.
  await page.getByRole("combobox", { name: "Image" }).focus();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text", text);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, line);
  const dialog = page.getByRole("dialog", { name: "Paste docker run" });
  await expect(dialog.getByLabel("Command")).toHaveValue(line);
  await dialog.getByLabel("Command").fill("git clone");
  await dialog.getByRole("button", { name: "Fill in the form" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByLabel("Command").fill(line);
  await dialog.getByRole("button", { name: "Fill in the form" }).click();
  await expect(dialog).toBeHidden();

  await expect(page.getByRole("combobox", { name: "Image" })).toHaveValue("hm-test/busybox:1");
  await expect(page.getByLabel(/^Name optional/)).toHaveValue("tug");
  await expect(page.getByLabel(/^Command optional/)).toHaveValue("sleep 600");
  await expect(page.getByLabel("Port 1 on this server")).toHaveValue("28099");
  await expect(page.getByLabel("Address for port 1")).toHaveValue("127.0.0.1");
  await expect(page.getByLabel("Protocol of port 1")).toHaveValue("udp");
  await expect(page.getByLabel("Name of volume 1")).toHaveValue("cargo");
  await expect(page.getByLabel("Value of variable 1")).toHaveValue("low");
  await expect(page.getByLabel(/^Memory optional/)).toHaveValue("64 MB");
  const left = page.getByRole("region", { name: "Not taken over" });
  await expect(left).toContainText("--no-such-flag");
  // It stays while the form is worked on.
  await page.getByLabel(/^Name optional/).fill("tugboat");
  await expect(left).toBeVisible();
  await left.getByRole("button", { name: "Dismiss" }).click();
  await expect(left).toBeHidden();
});

test("the form as a Compose file", async ({ signedIn: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/new?image=hm-test%2Fbusybox%3A1");
  await page.getByLabel(/^Name optional/).fill("ferry");
  await page.getByRole("button", { name: "Web page", exact: true }).click();
  await page.getByLabel(/^Memory optional/).fill("64 MB");
  await page.getByRole("button", { name: "As Compose" }).click();
  const dialog = page.getByRole("dialog", { name: "As Compose" });
  const file = dialog.getByRole("region", { name: "Compose file" });
  await expect(file).toContainText("services:");
  await expect(file).toContainText("ferry");
  await expect(file).toContainText("restart: unless-stopped");
  await expect(file).toContainText("8080");
  await dialog.getByRole("button", { name: "Copy" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("image: hm-test/busybox:1");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByLabel(/^Name optional/)).toHaveValue("ferry");
});

test("tags are listed from the registry, and one is picked", async ({ signedIn: page, stack, session }) => {
  const image = `${stack.registry}/hm-test/big`;
  const { tags } = await ask<{ tags: string[] }>(
    stack,
    session,
    `/api/registry/tags?image=${encodeURIComponent(image)}`,
  );
  expect(tags).toContain("1");
  await page.goto("/new");
  await expect(page.getByRole("button", { name: "Tags" })).toBeDisabled();
  await page.getByRole("combobox", { name: "Image" }).fill(image);
  await page.getByRole("button", { name: "Tags" }).click();
  const panel = page.getByRole("dialog", { name: "Tags in the registry" });
  await expect(panel.getByRole("option", { name: "1", exact: true })).toBeVisible();
  await panel.getByRole("combobox", { name: /^Find a tag/ }).fill("nothing-like-it");
  await expect(panel).toContainText("No tag matches");
  await panel.getByRole("combobox", { name: /^Find a tag/ }).fill("1");
  await page.keyboard.press("Enter");
  await expect(panel).toBeHidden();
  await expect(page.getByRole("combobox", { name: "Image" })).toHaveValue(`${image}:1`);

  await page.getByRole("combobox", { name: "Image" }).fill(`${stack.registry}/no/such-thing`);
  await page.getByRole("button", { name: "Tags" }).click();
  await expect(panel.getByRole("alert")).not.toBeEmpty();
});

test("the names of volumes there are come with the field", async ({ signedIn: page, stack }) => {
  for (const Name of ["cellar", "a".repeat(64)])
    expect((await engine(stack.docker, "POST", "/volumes/create", { Name })).status).toBe(201);
  try {
    await page.goto("/new?image=hm-test%2Fbusybox%3A1");
    await page.getByRole("button", { name: "Add folder or volume" }).click();
    await expect(page.getByLabel("Folder 1 on this server")).not.toHaveAttribute("list");
    await page.getByRole("combobox", { name: "Kind of storage 1" }).selectOption("volume");
    const list = await page.getByLabel("Name of volume 1").getAttribute("list");
    const names = page.locator(`datalist#${list} option`);
    await expect(names.and(page.locator('[value="cellar"]'))).toHaveCount(1);
    // What nobody has named says nothing to anybody.
    await expect(names.and(page.locator(`[value="${"a".repeat(64)}"]`))).toHaveCount(0);
  } finally {
    for (const name of ["cellar", "a".repeat(64)]) await engine(stack.docker, "DELETE", `/volumes/${name}`);
  }
});

test.describe("typed work", () => {
  const question = { name: "Leave without saving?" };

  test("is left only after a question, by a link, Back or Cancel", async ({ signedIn: page }) => {
    await page.goto("/");
    await page.getByRole("link", { name: "New container" }).click();
    await page.getByLabel(/^Name optional/).fill("dinghy");
    const dialog = page.getByRole("dialog", question);
    for (const leave of [
      () => page.getByRole("link", { name: "Volumes" }).click(),
      () => page.goBack(),
      () => page.getByRole("button", { name: "Cancel", exact: true }).click(),
    ]) {
      await leave();
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(dialog).toBeHidden();
      await expect(page).toHaveURL(/\/new$/);
      await expect(page.getByLabel(/^Name optional/)).toHaveValue("dinghy");
    }
    await page.getByRole("link", { name: "Volumes" }).click();
    await dialog.getByRole("button", { name: "Leave" }).click();
    await expect(page.getByRole("heading", { name: "Volumes", level: 1 })).toBeVisible();

    // Nothing typed, nothing asked.
    await page.goto("/new");
    await page.getByRole("link", { name: "Volumes" }).click();
    await expect(page.getByRole("heading", { name: "Volumes", level: 1 })).toBeVisible();
  });

  test("the browser asks before it is loaded anew", async ({ signedIn: page }) => {
    await page.goto("/new");
    await page.getByLabel(/^Name optional/).fill("dinghy");
    const asked = page.waitForEvent("dialog");
    await page.evaluate(() => {
      setTimeout(() => location.reload());
    });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await expect(page.getByLabel(/^Name optional/)).toHaveValue("dinghy");
  });
});
