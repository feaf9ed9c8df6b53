/** Levels as numbers, for a byte per line; 0 is a line that names none. */
export const levels = ["none", "error", "warn", "info", "debug"] as const;
export type Level = (typeof levels)[number];
export type FoundLevel = { level: Level; start: number; end: number };

const words: Record<string, Level> = {};
const name = (level: Level, list: string) => {
  for (const word of list.split(" ")) words[word] = level;
};
name("error", "error err emerg emergency alert crit critical fatal panic severe ftl fail failure dpanic");
name("warn", "warn warning wrn");
name("info", "info information inf notice note log");
name("debug", "debug dbg dbug trace trc verbose vrb fine finer finest");

/** Levels of pino and bunyan: 10 trace to 60 fatal. */
function ofNumber(n: number): Level | undefined {
  if (n >= 50) return "error";
  if (n >= 40) return "warn";
  if (n >= 30) return "info";
  return n >= 10 ? "debug" : undefined;
}

/** How far into a line a level is looked for. In JSON it may stand after the message. */
const HEAD = 200;
const JSON_HEAD = 4000;

const FIELD =
  /"(?:level|lvl|severity|log\.level|loglevel|levelname|severityText|@l)"\s*:\s*(?:"([A-Za-z]+)"|(\d{1,2})\b)/i;
const LOGFMT = /(?:^|\s)(?:level|lvl|severity|loglevel)=("?)([A-Za-z]+)\1/i;
const SYSLOG = /^<(\d{1,3})>/;
const KLOG = /^([IWEF])\d{4} \d\d:\d\d/;
// In a sentence the same word means nothing: as a level it is in capitals, in brackets, or begins the line with a colon.
const CAPITALS =
  /(?<![\w./-])(EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|FATAL|PANIC|ERROR|ERR|SEVERE|FTL|WARN|WARNING|WRN|NOTICE|INFO|INF|DEBUG|DBG|TRACE|TRC|VERBOSE|VRB|FINE)(?![\w/])/;
const BRACKETS =
  /[[(<|](?:\w+[.:])?\s*(emerg|alert|crit|critical|fatal|panic|error|err|severe|warn|warning|notice|note|info|debug|trace|verbose)\s*[\])>|]/i;
const COLON =
  /(?:^|[\d\]Z]\s+)(fatal|panic|error|err|warning|warn|notice|info|debug|trace|fail|crit|dbug)(?=:\s)/i;
const FIELDS =
  /(?:^|\s)(emerg|alert|crit|fatal|error|warn|warning|notice|info|debug|trace)(?=\t|\s{2,}|\s*\|)/;
/** Right after the time a line begins with. */
const AFTER_TIME =
  /^\S*(?:\s\S*)?\d:\d\d\S*\s+(emerg|alert|crit|critical|fatal|error|err|warn|warning|notice|info|debug|trace)\s/i;
const TRACEBACK = /^(?:Traceback \(most recent call last\)|Exception in thread |Unhandled exception)/;

function at(match: RegExpExecArray | null, group: number): FoundLevel | undefined {
  const word = match?.[group];
  const level = word && words[word.toLowerCase()];
  if (!match || !level) return undefined;
  const start = match.index + match[0].lastIndexOf(word);
  return { level, start, end: start + word.length };
}

/** The level a line says it has, and the place of the word. `text` is without colours. */
export function findLevel(text: string): FoundLevel | undefined {
  const first = text.charCodeAt(0);
  if (first === 123 /* { */) {
    const match = FIELD.exec(text.length > JSON_HEAD ? text.slice(0, JSON_HEAD) : text);
    if (match?.[2]) {
      const level = ofNumber(Number(match[2]));
      const start = match.index + match[0].lastIndexOf(match[2]);
      return level && { level, start, end: start + match[2].length };
    }
    return at(match, 1);
  }
  const head = text.length > HEAD ? text.slice(0, HEAD) : text;
  if (first === 60 /* < */) {
    const pri = SYSLOG.exec(head);
    if (pri?.[1]) {
      const severity = Number(pri[1]) & 7;
      const level = severity < 4 ? "error" : severity === 4 ? "warn" : severity < 7 ? "info" : "debug";
      return { level, start: 0, end: pri[0].length };
    }
  }
  const klog = KLOG.exec(head);
  if (klog) {
    const level = ({ I: "info", W: "warn", E: "error", F: "error" } as const)[klog[1] as "I"];
    return { level, start: 0, end: 1 };
  }
  return (
    at(LOGFMT.exec(head), 2) ??
    earliest(at(CAPITALS.exec(head), 1), at(BRACKETS.exec(head), 1)) ??
    at(COLON.exec(head), 1) ??
    at(FIELDS.exec(head), 1) ??
    at(AFTER_TIME.exec(head), 1) ??
    (TRACEBACK.test(head) ? { level: "error", start: 0, end: 0 } : undefined)
  );
}

function earliest(a: FoundLevel | undefined, b: FoundLevel | undefined): FoundLevel | undefined {
  if (!a || !b) return a ?? b;
  return b.start < a.start ? b : a;
}

/** A line that says nothing of itself and is set in, as the lines of a stack trace are, belongs to the line before. */
export const isSetIn = (text: string) => /^(?:[ \t]|Caused by: |\.\.\. \d+ more)/.test(text);
