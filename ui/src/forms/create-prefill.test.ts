import { describe, expect, it } from "vitest";
import type { CreateRequest } from "../api/types";
import { plainFields } from "./create-fields";
import { fromRequest, keepTyped } from "./create-prefill";
import { toRequest } from "./create-request";
import { createSchema, emptyForm } from "./create-schema";

/** Every field of the request at once, but for those that exclude each other. A new field fails to compile here. */
const everything: Required<CreateRequest> = {
  image: "ghcr.io/someone/thing:1.2",
  name: "thing",
  pull: "always",
  start: false,
  command: ["serve", "--title", "two words", "it's"],
  entrypoint: ["/bin/sh", "-c"],
  user: "1000:1000",
  workingDir: "/app",
  tty: true,
  stdinOpen: true,
  ports: [
    { container: 80, protocol: "tcp" },
    { container: 53, host: 5353, hostIp: "127.0.0.1", protocol: "udp" },
    { container: 9000, containerEnd: 9010, host: 8000, hostEnd: 8010, protocol: "tcp" },
  ],
  network: "front",
  networks: [
    { name: "front", aliases: ["web", "www"], ipv4Address: "172.20.0.10", ipv6Address: "fd00::10" },
    { name: "back" },
  ],
  hostname: "box",
  domainname: "home.example",
  extraHosts: [
    { host: "nas", ip: "192.168.1.10" },
    { host: "server", ip: "host-gateway" },
  ],
  dns: ["9.9.9.9", "1.1.1.1"],
  dnsSearch: ["home.example"],
  dnsOptions: ["ndots:1"],
  mounts: [
    { type: "bind", source: "/srv/a", target: "/a", readOnly: true, create: true },
    { type: "volume", source: "data", target: "/b", readOnly: false },
    { type: "tmpfs", target: "/tmp", sizeBytes: 65_536, mode: "1777", readOnly: true },
    { type: "tmpfs", target: "/run" },
  ],
  readOnly: true,
  shmSizeBytes: 134_217_728,
  env: [
    { name: "A", value: "" },
    { name: "B", value: "x=y z" },
  ],
  labels: { "a.b": "c", d: "" },
  restart: { policy: "on-failure", maxRetries: 3 },
  autoRemove: true,
  healthcheck: {
    test: ["CMD-SHELL", "wget -q http://localhost/ || exit 1"],
    intervalSeconds: 5,
    timeoutSeconds: 4,
    retries: 3,
    startPeriodSeconds: 2,
  },
  init: true,
  stopSignal: "SIGINT",
  stopGraceSeconds: 30,
  logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
  memoryBytes: 536_870_912,
  memoryReservationBytes: 500_000_000,
  memorySwapBytes: -1,
  cpus: 1.5,
  cpuShares: 512,
  cpuset: "0-1",
  pidsLimit: 200,
  ulimits: [
    { name: "nofile", soft: 1024, hard: 2048 },
    { name: "core", soft: -1 },
  ],
  devices: [{ host: "/dev/dri" }, { host: "/dev/ttyUSB0", container: "/dev/tty", permissions: "rw" }],
  gpus: { count: 2, driver: "nvidia", capabilities: ["gpu", "video"] },
  privileged: true,
  pidHost: true,
  ipc: "host",
  capAdd: ["NET_ADMIN", "SYS_TIME"],
  capDrop: ["ALL"],
  groupAdd: ["video", "989"],
  securityOpt: ["no-new-privileges:true", "apparmor=a profile with spaces"],
  sysctls: { "net.core.somaxconn": "1024" },
  confirmRisks: ["privileged"],
};

const again = (request: CreateRequest) => toRequest(fromRequest(request)).request;

describe("a request that fills the form is the same when it is sent", () => {
  const { network: _, ...rest } = everything;
  it("with everything set", () => expect(again(rest)).toEqual(rest));

  it("with nothing set", () => {
    const least: CreateRequest = { image: "nginx", start: true, restart: { policy: "no" } };
    expect(again(least)).toEqual(least);
  });

  it.each<[string, Partial<CreateRequest>]>([
    ["the network of the server", { network: "host" }],
    ["no network", { network: "none" }],
    ["a container's network", { network: "container:vpn" }],
    ["one network", { network: "front" }],
    ["a check without a shell", { healthcheck: { test: ["CMD", "curl", "-f", "a b"] } }],
    ["no check", { healthcheck: { test: ["NONE"] } }],
    ["all graphics processors", { gpus: { count: -1 } }],
    ["certain graphics processors", { gpus: { deviceIds: ["0", "GPU-1"] } }],
    ["always", { restart: { policy: "always" } }],
    ["swap of a size", { memorySwapBytes: 1024 }],
    ["no init process", { init: false }],
    ["processes without end", { pidsLimit: -1 }],
    ["a driver without options", { logging: { driver: "local" } }],
  ])("%s", (_, part) => {
    const request: CreateRequest = {
      image: "nginx",
      start: true,
      restart: { policy: "unless-stopped" },
      ...part,
    };
    expect(again(request)).toEqual(request);
    expect(createSchema.safeParse(fromRequest(request)).success).toBe(true);
  });

  /** Any part of the fields together: a field must not depend on another being there. */
  it("with any of its fields left out", () => {
    const always = { image: rest.image, start: rest.start, restart: rest.restart };
    const optional = Object.keys(rest).filter((key) => !(key in always)) as (keyof typeof rest)[];
    let seed = 20_261_124;
    const coin = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31 < 0.5;
    };
    for (let round = 0; round < 400; round++) {
      const part = Object.fromEntries(optional.filter(coin).map((key) => [key, rest[key]]));
      const request = { ...part, ...always } as CreateRequest;
      expect(again(request)).toEqual(request);
    }
  });
});

describe("the form", () => {
  it("has every plain field of the request in its table once", () => {
    expect(new Set(plainFields.map((f) => f.form)).size).toBe(plainFields.length);
    expect(new Set(plainFields.map((f) => f.request)).size).toBe(plainFields.length);
  });
  it("finds nothing wrong with what the agent filled in", () => {
    const result = createSchema.safeParse(fromRequest(everything));
    expect(result.error?.issues.map((i) => i.path.join("."))).toBeUndefined();
  });
  it("calls Docker's own network by no name", () => {
    expect(fromRequest({ image: "a", network: "bridge" }).networkMode).toBe("");
  });
});

describe("keepTyped", () => {
  it("keeps what was typed and takes over the rest", () => {
    const base = { ...emptyForm, image: "a:1", memory: "1 GB", env: [{ name: "A", value: "1" }] };
    const typed = { ...base, memory: "2 GB" };
    const fresh = { ...base, image: "a:2", memory: "3 GB", env: [{ name: "A", value: "2" }] };
    expect(keepTyped(base, typed, fresh)).toEqual({ ...fresh, memory: "2 GB" });
  });
});
