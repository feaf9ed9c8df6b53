import { describe, expect, it } from "vitest";
import { joinCommand, splitCommand } from "./command-line";
import { plainFields, stepFor } from "./create-fields";
import { toRequest } from "./create-request";
import { type CreateForm, createSchema, emptyForm, emptyMount, emptyNetwork } from "./create-schema";
import { formField, placeProblems } from "./place-problems";
import { formatSize, parsePorts, parseSize } from "./units";

const form = (over: Partial<CreateForm>): CreateForm => ({ ...emptyForm, image: "nginx", ...over });
const port = (host: string, container: string) => ({ host, container, protocol: "tcp" as const, hostIp: "" });

describe("toRequest", () => {
  it("says nothing about what was left open", () => {
    expect(toRequest(form({})).request).toEqual({
      image: "nginx",
      start: true,
      restart: { policy: "unless-stopped" },
    });
  });

  it("turns everything into the agent's shapes", () => {
    const { request } = toRequest(
      form({
        image: " nginx:1.29 ",
        name: "web",
        pullAlways: true,
        start: false,
        command: "sh -c 'echo hi'",
        networkMode: "named",
        networks: [{ ...emptyNetwork, name: "front" }, emptyNetwork],
        ports: [
          { ...port("8080", "80"), hostIp: "127.0.0.1" },
          { ...port("", "53"), protocol: "udp" },
          port("8000-8002", "9000-9002"),
        ],
        mounts: [
          { ...emptyMount, source: "/srv/a", target: "/a", readOnly: true, create: true },
          { ...emptyMount, type: "volume", source: "data", target: "/b", create: true },
          { ...emptyMount, type: "tmpfs", target: "/tmp", size: "64 MB", mode: "1777" },
        ],
        env: [{ name: "A", value: "" }],
        labels: [{ name: "k", value: "v" }],
        restart: "on-failure",
        maxRetries: "3",
        health: "command",
        healthCommand: "true",
        healthInterval: "5",
        privileged: true,
        capAdd: "cap_net_admin, SYS_TIME",
        devices: [{ host: "/dev/dri", container: "", permissions: "" }],
        confirmRisks: ["privileged"],
      }),
    );
    expect(request).toEqual({
      image: "nginx:1.29",
      name: "web",
      pull: "always",
      start: false,
      command: ["sh", "-c", "echo hi"],
      network: "front",
      ports: [
        { container: 80, host: 8080, hostIp: "127.0.0.1", protocol: "tcp" },
        { container: 53, protocol: "udp" },
        { host: 8000, hostEnd: 8002, container: 9000, containerEnd: 9002, protocol: "tcp" },
      ],
      mounts: [
        { type: "bind", source: "/srv/a", target: "/a", readOnly: true, create: true },
        { type: "volume", source: "data", target: "/b", readOnly: false },
        { type: "tmpfs", target: "/tmp", sizeBytes: 67_108_864, mode: "1777" },
      ],
      env: [{ name: "A", value: "" }],
      labels: { k: "v" },
      restart: { policy: "on-failure", maxRetries: 3 },
      healthcheck: { test: ["CMD-SHELL", "true"], intervalSeconds: 5 },
      privileged: true,
      capAdd: ["NET_ADMIN", "SYS_TIME"],
      devices: [{ host: "/dev/dri" }],
      confirmRisks: ["privileged"],
    });
  });

  it("switches an image's health check off", () => {
    expect(toRequest(form({ health: "none" })).request.healthcheck).toEqual({ test: ["NONE"] });
  });
});

describe("problems", () => {
  const mapped = toRequest(form({ ports: [port("", ""), port("80", "80"), port("", ""), port("81", "81")] }));

  it("find their row although empty rows were left out", () => {
    expect(mapped.request.ports).toHaveLength(2);
    expect(formField("ports.0.host", mapped)).toBe("ports.1.host");
    expect(formField("ports.1.host", mapped)).toBe("ports.3.host");
    expect(formField("ports.1", mapped)).toBe("ports.3.host");
    expect(formField("healthcheck.test", mapped)).toBe("healthCommand");
    expect(formField("capAdd.0", mapped)).toBe("capAdd");
    expect(formField("image", mapped)).toBe("image");
  });

  it("find a field that has another name in the form", () => {
    const everything = toRequest(
      form({
        networkMode: "named",
        networks: [emptyNetwork, { ...emptyNetwork, name: "a", aliases: "x" }],
        sysctls: [
          { name: "", value: "" },
          { name: "net.core.somaxconn", value: "1" },
        ],
        logDriver: "local",
        logOptions: [{ name: "max-size", value: "10m" }],
        extraHosts: [{ name: "nas", value: "x" }],
        ulimits: [{ name: "nofile", soft: "1", hard: "" }],
      }),
    );
    const found = (field: string) => formField(field, everything);
    expect(found("networks.0.ipv4Address")).toBe("networks.1.ipv4Address");
    expect(found("sysctls.net.core.somaxconn")).toBe("sysctls.1.value");
    expect(found("logging.options.max-size")).toBe("logOptions.0.value");
    expect(found("extraHosts.0.ip")).toBe("extraHosts.0.value");
    expect(found("ulimits.0.soft")).toBe("ulimits.0.soft");
    expect(found("gpus.count")).toBe("gpuCount");
    expect(found("mounts.0")).toBe("mounts");
    expect(found("command.3")).toBe("command");
    for (const { form: name, request } of plainFields) {
      expect(found(request)).toBe(name);
      expect(stepFor(name)).not.toBe("review");
    }
  });

  it("of the network find the field that names it", () => {
    const one = toRequest(form({ networkMode: "named", networks: [{ ...emptyNetwork, name: "gone" }] }));
    expect(formField("network", one)).toBe("networks.0.name");
    const other = toRequest(form({ networkMode: "container", networkContainer: "vpn" }));
    expect(formField("network", other)).toBe("networkContainer");
    expect(formField("network", toRequest(form({ networkMode: "host" })))).toBe("networkMode");
  });

  it("are counted on their step", () => {
    expect(
      ["image", "ports.0.host", "mounts.1.source", "env.0.name", "healthCommand", "capAdd", "odd"].map(
        stepFor,
      ),
    ).toEqual(["image", "network", "storage", "environment", "health", "limits", "review"]);
  });

  it("keep risks apart: they are confirmed, not corrected", () => {
    const placed = placeProblems(
      [
        {
          field: "ports.0.host",
          code: "port_taken",
          message: "taken",
          suggestion: { label: "Use 81", value: 81 },
        },
        { field: "privileged", code: "risk_not_confirmed", message: "all", risk: "privileged" },
      ],
      mapped,
    );
    expect(placed.fields.map((f) => f.path)).toEqual(["ports.1.host"]);
    expect(placed.risks.map((r) => r.risk)).toEqual(["privileged"]);
  });
});

describe("createSchema", () => {
  const paths = (over: Partial<CreateForm>) => {
    const result = createSchema.safeParse(form(over));
    return result.success ? [] : result.error.issues.map((i) => i.path.join("."));
  };
  it.each<[string, Partial<CreateForm>, string[]]>([
    ["nothing wrong", {}, []],
    ["no image", { image: " " }, ["image"]],
    ["a bad name", { name: "-x" }, ["name"]],
    ["a port out of range", { ports: [port("70000", "80")] }, ["ports.0.host"]],
    ["half a port", { ports: [port("80", "")] }, ["ports.0.container"]],
    ["an empty row", { ports: [port("", "")] }, []],
    ["a range", { ports: [port("8000-8010", "80-90")] }, []],
    ["ranges of different lengths", { ports: [port("8000-8010", "80-91")] }, ["ports.0.host"]],
    ["a range backwards", { ports: [port("8010-8000", "80")] }, ["ports.0.host"]],
    ["a relative folder", { mounts: [{ ...emptyMount, source: "a", target: "/a" }] }, ["mounts.0.source"]],
    ["a named volume", { mounts: [{ ...emptyMount, type: "volume", source: "a", target: "/a" }] }, []],
    ["memory", { mounts: [{ ...emptyMount, type: "tmpfs", target: "/tmp" }] }, []],
    [
      "memory with odd figures",
      { mounts: [{ ...emptyMount, type: "tmpfs", target: "/tmp", size: "64", mode: "9" }] },
      ["mounts.0.size", "mounts.0.mode"],
    ],
    ["no network after all", { networkMode: "named", networks: [emptyNetwork] }, ["networkMode"]],
    ["nobody's network", { networkMode: "container" }, ["networkContainer"]],
    [
      "an IPv4 address",
      { networks: [{ ...emptyNetwork, ipv4Address: "172.20.0.300" }] },
      ["networks.0.ipv4Address"],
    ],
    ["a size without a unit", { memory: "512" }, ["memory"]],
    ["sizes", { memory: "512 MB", memoryReservation: "0.5g", memorySwap: "unlimited" }, []],
    ["processors", { cpus: "1.5", cpuset: "0-2,4", cpuShares: "512" }, []],
    ["odd processors", { cpus: "two", cpuset: "all" }, ["cpus", "cpuset"]],
    ["a limit without a figure", { ulimits: [{ name: "nofile", soft: "", hard: "" }] }, ["ulimits.0.soft"]],
    ["an open quote in a health check", { health: "exec", healthCommand: "a 'b" }, ["healthCommand"]],
    ["an open quote for the shell to judge", { health: "command", healthCommand: "a 'b" }, []],
    ["a value without a name", { env: [{ name: "", value: "x" }] }, ["env.0.name"]],
    ["an open quote", { command: "sh -c 'x" }, ["command"]],
  ])("%s", (_, over, expected) => expect(paths(over)).toEqual(expected));
});

describe("splitCommand", () => {
  it.each([
    ["", []],
    ["a  b", ["a", "b"]],
    ["sh -c 'echo \"hi\"'", ["sh", "-c", 'echo "hi"']],
    ['say "a \\"b\\" c" \'\'', ["say", 'a "b" c', ""]],
    ["a\\ b", ["a b"]],
    ["$HOME *", ["$HOME", "*"]],
  ])("%s", (text, words) => expect(splitCommand(text)).toEqual(words));
  it.each([[["a", "b c", "it's", "", "$HOME"]], [["sh", "-c", 'echo "hi"; exit 1']]])(
    "reads %j back",
    (words) => expect(splitCommand(joinCommand(words))).toEqual(words),
  );
  it("refuses an open quote", () => expect(() => splitCommand('a "b')).toThrow(/double quote/));
});

describe("units", () => {
  it.each([
    ["512 MB", 536_870_912],
    ["512m", 536_870_912],
    ["1.5 GiB", 1_610_612_736],
    ["64KB", 65_536],
    ["10 b", 10],
    ["10", undefined],
    ["", undefined],
    ["-1 MB", undefined],
    ["999999999999 TB", undefined],
  ])("size %s", (text, bytes) => expect(parseSize(text)).toBe(bytes));
  it.each([0, 1, 1023, 1024, 1536, 500_000_000, 536_870_912, 2 ** 41])("%d bytes are read back", (bytes) =>
    expect(parseSize(formatSize(bytes))).toBe(bytes),
  );
  it.each([
    ["80", { first: 80 }],
    [" 80 - 90 ", { first: 80, last: 90 }],
    ["80-80", { first: 80 }],
    ["0", undefined],
    ["90-80", undefined],
    ["80-", undefined],
  ])("ports %s", (text, span) => expect(parsePorts(text)).toEqual(span));
});
