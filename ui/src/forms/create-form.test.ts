import { describe, expect, it } from "vitest";
import { splitCommand } from "./command-line";
import {
  type CreateForm,
  createSchema,
  emptyForm,
  formField,
  placeProblems,
  stepFor,
  toRequest,
} from "./create-form";

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
        network: "front",
        ports: [
          { ...port("8080", "80"), hostIp: "127.0.0.1" },
          { ...port("", "53"), protocol: "udp" },
        ],
        mounts: [
          { type: "bind", source: "/srv/a", target: "/a", readOnly: true, create: true },
          { type: "volume", source: "data", target: "/b", readOnly: false, create: true },
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
        devices: [{ host: "/dev/dri", container: "" }],
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
      ],
      mounts: [
        { type: "bind", source: "/srv/a", target: "/a", readOnly: true, create: true },
        { type: "volume", source: "data", target: "/b", readOnly: false },
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

  it("are counted on their step", () => {
    expect(
      ["image", "ports.0.host", "mounts.1.source", "env.0.name", "healthCommand", "capAdd", "odd"].map(
        stepFor,
      ),
    ).toEqual(["image", "network", "storage", "environment", "health", "rights", "review"]);
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
    [
      "a relative folder",
      { mounts: [{ type: "bind", source: "a", target: "/a", readOnly: false, create: false }] },
      ["mounts.0.source"],
    ],
    [
      "a named volume",
      { mounts: [{ type: "volume", source: "a", target: "/a", readOnly: false, create: false }] },
      [],
    ],
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
  it("refuses an open quote", () => expect(() => splitCommand('a "b')).toThrow(/double quote/));
});
