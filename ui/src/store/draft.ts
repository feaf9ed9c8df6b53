import type { Answers, AppForm, ParamField, PortField } from "../api/store";

/**
 * What a person has entered into the form of an app. What nobody touched is not in it, so that it stays as the app
 * says, also in a later version.
 */
export type Draft = {
  /** Name of the install; empty is the one the form offers. */
  name: string;
  preset?: string;
  params: Readonly<Record<string, string>>;
  /** `text` is what stands in the field; empty takes a free port. */
  ports: Readonly<Record<string, { text?: string; off?: boolean; hostIp?: string }>>;
  volumes: Readonly<Record<string, { source?: string; off?: boolean }>>;
  devices: Readonly<Record<string, { host?: string; off?: boolean }>>;
  /** Names of the risks that were typed. */
  confirmed: readonly string[];
};

export const emptyDraft: Draft = {
  name: "",
  params: {},
  ports: {},
  volumes: {},
  devices: {},
  confirmed: [],
};

/** The answers of an install, to be changed. */
export function draftFrom(answers: Answers, confirmed: readonly string[]): Draft {
  return {
    name: answers.name ?? "",
    preset: answers.preset,
    params: answers.params ?? {},
    ports: Object.fromEntries(
      Object.entries(answers.ports ?? {}).map(([id, p]) => [
        id,
        {
          ...(p.host !== undefined && { text: p.host === 0 ? "" : String(p.host) }),
          ...(p.off && { off: true }),
          ...(p.hostIp !== undefined && { hostIp: p.hostIp }),
        },
      ]),
    ),
    volumes: answers.volumes ?? {},
    devices: answers.devices ?? {},
    confirmed,
  };
}

const HIGHEST_PORT = 65_535;

/** The port that stands in a field: 0 for a free one, undefined for what is no port. */
export function portOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return 0;
  if (!/^\d{1,5}$/.test(trimmed)) return undefined;
  const port = Number(trimmed);
  return port >= 1 && port <= HIGHEST_PORT ? port : undefined;
}

const some = <T>(record: Readonly<Record<string, T>>) => Object.keys(record).length > 0;

/** The draft as the agent wants it. A port that is none is left out: {@link ownProblems} tells of it. */
export function toAnswers(draft: Draft): Answers {
  const answers: Answers = {};
  if (draft.name.trim() !== "") answers.name = draft.name.trim();
  if (draft.preset !== undefined) answers.preset = draft.preset;
  if (some(draft.params)) answers.params = { ...draft.params };
  if (some(draft.ports)) {
    answers.ports = Object.fromEntries(
      Object.entries(draft.ports).map(([id, p]) => {
        const host = p.text === undefined ? undefined : portOf(p.text);
        return [
          id,
          {
            off: p.off ?? false,
            ...(host !== undefined && { host }),
            ...(p.hostIp !== undefined && { hostIp: p.hostIp }),
          },
        ];
      }),
    );
  }
  const trimmed = (text: string | undefined) => text?.trim() || undefined;
  if (some(draft.volumes)) {
    answers.volumes = Object.fromEntries(
      Object.entries(draft.volumes).map(([id, v]) => {
        const source = trimmed(v.source);
        return [id, { off: v.off ?? false, ...(source && { source }) }];
      }),
    );
  }
  if (some(draft.devices)) {
    answers.devices = Object.fromEntries(
      Object.entries(draft.devices).map(([id, d]) => {
        const host = trimmed(d.host);
        return [id, { off: d.off ?? false, ...(host && { host }) }];
      }),
    );
  }
  return answers;
}

/** What stands in the field of a param: what was typed, else what the preset says, else the default. */
export function paramText(form: AppForm, draft: Draft, param: ParamField): string {
  const typed = draft.params[param.key];
  if (typed !== undefined) return typed;
  const preset = form.presets.find((p) => p.name === draft.preset);
  return preset?.params[param.key] ?? param.default ?? "";
}

/** What stands in the field of a port. */
export const portText = (draft: Draft, port: PortField): string =>
  draft.ports[port.id]?.text ?? (port.default === undefined ? "" : String(port.default));

/** Takes a preset. What was typed into the fields it fills gives way to it. */
export function withPreset(form: AppForm, draft: Draft, name: string | undefined): Draft {
  const filled = form.presets.find((p) => p.name === name)?.params ?? {};
  return {
    ...draft,
    preset: name,
    params: Object.fromEntries(Object.entries(draft.params).filter(([key]) => !(key in filled))),
  };
}

/** Another typed value of a param; undefined goes back to what it is by default. */
export function withParam(draft: Draft, key: string, value: string | undefined): Draft {
  const { [key]: _, ...rest } = draft.params;
  return { ...draft, params: value === undefined ? rest : { ...rest, [key]: value } };
}

type Part = "ports" | "volumes" | "devices";

/** Changes a part of one entry and keeps its others. */
export const withEntry = <P extends Part>(
  draft: Draft,
  part: P,
  id: string,
  change: Draft[P][string],
): Draft => ({ ...draft, [part]: { ...draft[part], [id]: { ...draft[part][id], ...change } } });

/** Services that are left out now, because what turns them on is off. */
export function leftOut(form: AppForm, draft: Draft): string[] {
  return form.params.flatMap((p) =>
    p.turnsOn.length > 0 && paramText(form, draft, p) !== "true" ? p.turnsOn : [],
  );
}
