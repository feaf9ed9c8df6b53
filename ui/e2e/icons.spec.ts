import { deflateSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { engine, runContainer } from "./stack";
import { container, expect, test } from "./test";

const crc = (bytes: Buffer) => {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
};

/** A square of one colour. */
function png(size: number, [r, g, b]: [number, number, number]): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, Buffer.from([r, g, b]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const tile = (page: Page, name: string) =>
  page
    .getByRole("region", { name: "Containers", exact: true })
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name, exact: true }) });

async function openIcons(page: Page, name: string) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Icon" }).click();
  const dialog = page.getByRole("dialog", { name: `Icon of ${name}` });
  await expect(dialog).toBeVisible();
  return dialog;
}

test("an icon is uploaded, picked, shared and removed, and survives a reload", async ({
  signedIn: page,
  stack,
}) => {
  await runContainer(stack.docker, "yawl", { Cmd: ["sleep", "600"] });
  await runContainer(stack.docker, "xebec", { Cmd: ["sleep", "600"] });
  await page.goto("/");
  await expect(container(page, "yawl")).toBeVisible();
  let dialog = await openIcons(page, "yawl");

  // What is no picture is refused here already, what only says it is one by the agent.
  await dialog
    .getByLabel("Picture")
    .setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await expect(dialog.getByRole("alert")).toContainText("PNG, JPEG, WebP or GIF");
  await dialog
    .getByLabel("Picture")
    .setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("nothing of the kind") });
  await expect(dialog.getByRole("alert")).toContainText("save it as PNG and send that");
  await dialog
    .getByLabel("Picture")
    .setInputFiles({ name: "a.png", mimeType: "image/png", buffer: png(300, [200, 40, 40]) });
  await expect(dialog.getByRole("button", { name: "Remove icon" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Picture 1/, pressed: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(tile(page, "yawl").locator("img")).toHaveAttribute("src", /^blob:/);
  await page.reload();
  const picture = tile(page, "yawl").locator("img");
  await expect(picture).toHaveAttribute("src", /^blob:/);
  expect(await picture.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBe(256);

  // Another container may have the same picture; then one of ours.
  dialog = await openIcons(page, "xebec");
  await dialog.getByRole("button", { name: /^Picture 1 of yawl/ }).click();
  await expect(tile(page, "xebec").locator("img")).toHaveAttribute("src", /^blob:/);
  await dialog.getByRole("button", { name: "Books" }).click();
  await expect(dialog.getByRole("button", { name: "Books", pressed: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(tile(page, "xebec").locator("img")).toHaveCount(0);

  dialog = await openIcons(page, "yawl");
  await dialog.getByRole("button", { name: "Remove icon" }).click();
  await expect(dialog.getByRole("button", { name: "Remove icon" })).toBeHidden();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(tile(page, "yawl").locator("img")).toHaveCount(0);
  for (const name of ["yawl", "xebec"])
    await engine(stack.docker, "DELETE", `/containers/${name}?force=true`);
});

test("a picture can be dropped", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "skiff", { Cmd: ["sleep", "600"] });
  await page.goto("/containers/skiff");
  const dialog = await openIcons(page, "skiff");
  const bytes = [...png(32, [20, 120, 60])];
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(list)], "a.png", { type: "image/png" }));
    return transfer;
  }, bytes);
  await dialog.getByText("or drop one here").dispatchEvent("drop", { dataTransfer: data });
  await expect(dialog.getByRole("button", { name: "Remove icon" })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("main").locator("header img")).toHaveAttribute("src", /^blob:/);
  await engine(stack.docker, "DELETE", "/containers/skiff?force=true");
});
