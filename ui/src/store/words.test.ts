import { describe, expect, it } from "vitest";
import { form, preview } from "../../test/app-form";
import type { Peer, StoreStatus, StoreView } from "../api/store";
import { bytesWords, expiryWords, nodeWords, sorted } from "./source-words";
import {
  categoryWord,
  changesOf,
  folderFor,
  makes,
  pageOf,
  portLabel,
  shortKey,
  summaryOf,
  volumeLabel,
} from "./words";

const f = form();
const NOW = Date.parse("2026-11-25T12:00:00Z");

it("says what is made, without what is there already", () => {
  expect(makes(preview({ folders: ["/a", "/b"] }))).toBe(
    "Makes 2 containers, 1 network, 1 volume, 2 folders",
  );
  expect(makes(preview({ network: undefined, volumes: [{ name: "x", exists: true }] }))).toBe(
    "Makes 2 containers",
  );
});

it("names fields by their service when there are several", () => {
  const [web, dns] = f.ports;
  const [volume] = f.volumes;
  if (!web || !dns || !volume) throw new Error("the form has lost its fields");
  expect(portLabel(f, web)).toBe("Web port");
  expect(portLabel(f, dns)).toBe("Port 53/udp of web");
  expect(portLabel(form({ volumes: [] }), dns)).toBe("Port 53/udp");
  expect(portLabel(f, { ...web, label: "Web" })).toBe("Web port");
  expect(portLabel(f, { ...web, label: "Port for phones" })).toBe("Port for phones");
  expect(["photos", "ai"].map(categoryWord)).toEqual(["Photos", "AI"]);
  expect(volumeLabel(f, { ...volume, label: "Photos" })).toBe("Photos");
  expect(folderFor(f, "", volume)).toBe("/srv/appdata/photos/data");
  expect(folderFor({ ...f, appDataRoot: "/tank/" }, "album", volume)).toBe("/tank/album/data");
});

it("shortens keys, and puts the host into an address", () => {
  expect(shortKey("4be1aaaaaaaaaa90cf")).toBe("4be1…90cf");
  expect(pageOf("http://HM_HOST:8080/", "skerry")).toBe("http://skerry:8080/");
  expect(pageOf(undefined, "skerry")).toBeUndefined();
});

describe("what other answers change", () => {
  it("is told by label with before and after, and no secret", () => {
    const changes = changesOf(
      f,
      { params: { ADMIN: "a" } },
      {
        params: { ADMIN: "b", PASSWORD: "hush", ml: "false" },
        ports: { "web:80/tcp": { host: 8081 }, "web:53/udp": { off: true } },
        volumes: { "db:/var/lib/data": { source: "/tank" } },
      },
    );
    expect(changes.map((c) => [c.label, c.before, c.after])).toEqual([
      ["Password", undefined, undefined],
      ["Administrator", "a", "b"],
      ["Face search", "on", "off"],
      ["Web port", "8080", "8081"],
      ["Port 53/udp of web", "a free one", "left out"],
      ["Storage for /var/lib/data of db", "photos_data", "/tank"],
    ]);
    expect(JSON.stringify(changes)).not.toContain("hush");
  });
  it("is nothing for the same values said in another way", () => {
    expect(changesOf(f, {}, { ports: { "web:80/tcp": { host: 8080 } }, params: { WORKERS: "4" } })).toEqual(
      [],
    );
    expect(changesOf(f, {}, { preset: "Small" }).map((c) => c.label)).toEqual(["Workers", "Face search"]);
  });
});

describe("where apps come from", () => {
  const store = (change: Partial<StoreView>) => ({ apps: 2, state: "ready", ...change }) as StoreView;
  it("sums up what is ready, by the oldest check", () => {
    const at = "2026-11-25T11:52:00Z";
    expect(summaryOf([store({ checkedAt: at })], NOW)).toBe(
      "2 apps · signatures verified, checked 8 min ago",
    );
    expect(summaryOf([store({ checkedAt: at }), store({ state: "stale", apps: 1 })], NOW)).toBe(
      "3 apps from 2 stores",
    );
  });
  it("tells sources, times and peers", () => {
    expect(bytesWords({ lan: 0, peer: 0, origin: 0, disk: 0 })).toBe("nothing yet");
    expect(bytesWords({ lan: 1500, peer: 0, origin: 20, disk: 0 })).toBe(
      "1.50 kB from near peers, 20 B from its servers",
    );
    expect(expiryWords("2026-11-26T12:00:00Z", NOW)).toBe("for 1 day more");
    expect(expiryWords("2026-11-22T12:00:00Z", NOW)).toBe("no longer: it expired 3 days ago");
    const peer = (id: string, near: boolean, bytesIn: number) => ({ id, near, bytesIn }) as Peer;
    expect(sorted([peer("a", false, 9), peer("b", true, 1), peer("c", true, 2)]).map((p) => p.id)).toEqual([
      "c",
      "b",
      "a",
    ]);
  });

  it("says how the node is", () => {
    const at = (node: object, stores: object[] = []) => nodeWords({ node, stores } as unknown as StoreStatus);
    expect(at({ mode: "embedded", running: true })).toBe("runs as a part of this program");
    expect(at({ mode: "separate", running: true }, [{}])).toBe("runs on its own");
    expect(at({ mode: "embedded", running: false })).toBe("starts with the first store");
    expect(at({ mode: "separate", running: false, message: "no socket" }, [{}])).toBe(
      "does not run: no socket",
    );
  });
});
