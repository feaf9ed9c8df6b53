import { expect, it } from "vitest";
import { ApiError } from "../api/errors";
import { fieldErrors } from "./field-errors";
import { readPairs } from "./pairs";

const refused = (body: Partial<ConstructorParameters<typeof ApiError>[1]>) => new ApiError(422, body);

it("puts each complaint on its field, and what has none on the form", () => {
  const error = refused({
    code: "invalid",
    message: "That cannot be made.",
    problems: [
      { code: "bad", field: "name", message: "No spaces." },
      { code: "bad", field: "name", message: "Too long." },
      { code: "bad", field: "labels.x", message: "Reserved." },
      { code: "bad", field: "colour", message: "No such thing." },
    ],
  });
  expect(fieldErrors(error, ["name", "labels"])).toEqual({
    fields: { name: "No spaces.", labels: "Reserved." },
    form: "No such thing.",
    risks: [],
  });
});

it("takes the message where there is one thing only", () => {
  expect(fieldErrors(refused({ message: "Taken.", field: "name" }), ["name"]).fields).toEqual({
    name: "Taken.",
  });
  expect(fieldErrors(refused({ message: "Docker says no." }), ["name"])).toMatchObject({
    fields: {},
    form: "Docker says no.",
  });
  expect(fieldErrors(new Error("offline"), ["name"]).form).toBe("offline");
});

it("keeps risks apart: they are to be confirmed, not corrected", () => {
  const risk = {
    code: "risk_not_confirmed",
    field: "driverOptions",
    message: "It can read all.",
    risk: "host:/",
  };
  expect(fieldErrors(refused({ message: "x", problems: [risk] }), ["driverOptions"])).toEqual({
    fields: {},
    form: undefined,
    risks: [risk],
  });
});

it("reads name=value lines", () => {
  expect(readPairs("")).toEqual({ pairs: undefined });
  expect(readPairs(" a = b \n\nc=d=e\nflag")).toEqual({ pairs: { a: "b", c: "d=e", flag: "" } });
  expect(readPairs("a=1\n=2").error).toContain("Line 2");
  expect(readPairs("a=1\na=2").error).toContain("twice");
});
