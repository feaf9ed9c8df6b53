import { describe, expect, it } from "vitest";
import { form } from "../../test/app-form";
import {
  draftFrom,
  emptyDraft,
  leftOut,
  paramText,
  portOf,
  portText,
  toAnswers,
  withEntry,
  withParam,
  withPreset,
} from "./draft";

const f = form();
const [password, admin, workers] = f.params as [
  (typeof f.params)[0],
  (typeof f.params)[0],
  (typeof f.params)[0],
];
const [web, dns] = f.ports as [(typeof f.ports)[0], (typeof f.ports)[0]];

describe("answers", () => {
  it("leave out what nobody touched", () => {
    expect(toAnswers(emptyDraft)).toEqual({});
  });

  it("hold what was entered, trimmed where spaces mean nothing", () => {
    let draft = withParam(emptyDraft, "ADMIN", " root ");
    draft = withEntry(draft, "ports", web.id, { text: " 8081 " });
    draft = withEntry(draft, "ports", dns.id, { off: true });
    draft = withEntry(draft, "volumes", "db:/var/lib/data", { source: " /tank/photos " });
    draft = withEntry(draft, "devices", "web:/dev/dri", { host: "/dev/dri1" });
    expect(toAnswers({ ...draft, name: " album " })).toEqual({
      name: "album",
      params: { ADMIN: " root " },
      ports: { [web.id]: { off: false, host: 8081 }, [dns.id]: { off: true } },
      volumes: { "db:/var/lib/data": { off: false, source: "/tank/photos" } },
      devices: { "web:/dev/dri": { off: false, host: "/dev/dri1" } },
    });
  });

  it("take a free port for an empty field, and leave out what is no port", () => {
    const host = (text: string) =>
      toAnswers(withEntry(emptyDraft, "ports", web.id, { text })).ports?.[web.id]?.host;
    expect(host("")).toBe(0);
    expect(host("eighty")).toBeUndefined();
    expect(host("70000")).toBeUndefined();
    expect(portOf("65535")).toBe(65535);
    expect(portOf("0")).toBeUndefined();
  });

  it("come back as the same draft", () => {
    const draft = {
      ...withEntry(
        withEntry(emptyDraft, "ports", web.id, { text: "", hostIp: "127.0.0.1" }),
        "ports",
        dns.id,
        {
          text: "53",
          off: true,
        },
      ),
      name: "album",
      confirmed: ["privileged"],
    };
    expect(draftFrom(toAnswers(draft), draft.confirmed)).toEqual({ ...draft, preset: undefined });
  });
});

describe("what stands in a field", () => {
  it("is what was typed, else what the preset says, else the default", () => {
    expect(paramText(f, emptyDraft, workers)).toBe("4");
    const small = withPreset(f, emptyDraft, "Small");
    expect(paramText(f, small, workers)).toBe("1");
    expect(paramText(f, withParam(small, "WORKERS", "2"), workers)).toBe("2");
    expect(paramText(f, emptyDraft, password)).toBe("");
    expect(portText(emptyDraft, web)).toBe("8080");
    expect(portText(emptyDraft, dns)).toBe("");
  });

  it("gives way to a preset only where the preset fills it", () => {
    const typed = withParam(withParam(emptyDraft, "WORKERS", "7"), admin.key, "root");
    const small = withPreset(f, typed, "Small");
    expect(paramText(f, small, workers)).toBe("1");
    expect(paramText(f, small, admin)).toBe("root");
  });

  it("goes back to what it was when it is taken out", () => {
    expect(
      paramText(f, withParam(withParam(emptyDraft, "WORKERS", "7"), "WORKERS", undefined), workers),
    ).toBe("4");
  });
});

it("leaves services out whose switch is off", () => {
  expect(leftOut(f, emptyDraft)).toEqual([]);
  expect(leftOut(f, withPreset(f, emptyDraft, "Small"))).toEqual(["ml"]);
});
