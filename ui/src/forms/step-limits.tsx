import { useQuery } from "@tanstack/react-query";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { engineQuery } from "../api/create-queries";
import { memoryParts } from "../lib/format";
import type { CreateForm } from "./create-schema";
import { Fold } from "./fold";
import { CheckField, SelectField, TextField } from "./form-parts";
import { Pairs, Rows } from "./rows";
import css from "./steps.module.css";

function Triples({ name, words }: { name: "devices" | "ulimits"; words: TripleWords }) {
  const { control } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name });
  const fresh =
    name === "devices" ? { host: "", container: "", permissions: "" } : { name: "", soft: "", hard: "" };
  return (
    <Rows
      kind="triples"
      count={fields.length}
      keys={fields.map((f) => f.id)}
      add={words.add}
      remove={(i) => `Remove ${words.one} ${i + 1}`}
      onAdd={() =>
        append(fresh, { focusName: `${name}.${fields.length}.${words.parts[0]?.[0]}` as "devices" })
      }
      onRemove={remove}
      empty={words.empty}
      messages={(i) => words.parts.map(([part]) => `${name}.${i}.${part}`)}
      row={(i) =>
        words.parts.map(([part, label, placeholder]) => (
          <TextField
            key={part}
            bare
            hideLabel
            path={`${name}.${i}.${part}` as "devices.0.host"}
            label={label.replace("#", String(i + 1))}
            placeholder={placeholder}
          />
        ))
      }
    />
  );
}
type TripleWords = {
  add: string;
  one: string;
  empty: string;
  /** Field, label with # for the number of the row, placeholder. */
  parts: [part: string, label: string, placeholder: string][];
};
const deviceWords: TripleWords = {
  add: "Add device",
  one: "device",
  empty: "None.",
  parts: [
    ["host", "Device # on this server", "/dev/ttyUSB0"],
    ["container", "Device # in the container", "the same"],
    ["permissions", "Rights on device #", "rwm"],
  ],
};
const ulimitWords: TripleWords = {
  add: "Add limit",
  one: "limit",
  empty: "As Docker is set up.",
  parts: [
    ["name", "Name of limit #", "nofile"],
    ["soft", "Limit #", "1024"],
    ["hard", "Hard limit #", "the same"],
  ],
};

function Graphics() {
  const gpu = useWatch<CreateForm, "gpu">({ name: "gpu" });
  const { data: engine } = useQuery(engineQuery);
  // What is set already stays on show, or it could not be taken away.
  if (!engine?.gpus && gpu === "") return null;
  return (
    <div className={css.sub}>
      <SelectField
        path="gpu"
        label="Graphics processors"
        options={[
          ["", "None"],
          ["all", "All of them"],
          ["count", "A number of them"],
          ["ids", "Certain ones"],
        ]}
      />
      {gpu === "count" && <TextField path="gpuCount" label="How many" placeholder="1" inputMode="numeric" />}
      {gpu === "ids" && <TextField path="gpuIds" label="Which" placeholder="0 GPU-8f3c…" />}
      {gpu !== "" && (
        <div className={css.even}>
          <TextField path="gpuDriver" label="Driver" optional placeholder="chosen by Docker" />
          <TextField path="gpuCapabilities" label="Used for" optional placeholder="gpu" />
        </div>
      )}
    </div>
  );
}

function Limits() {
  const { data: engine } = useQuery(engineQuery);
  const has = engine && {
    memory: `of ${memoryParts(engine.memoryBytes).join(" ")};`,
    cpus: `of ${engine.cpus};`,
  };
  return (
    <>
      <div className={css.even}>
        <TextField
          path="memory"
          label="Memory"
          optional
          placeholder="no limit"
          help={`${has?.memory ?? ""} for example 512 MB or 2 GB`.trim()}
        />
        <TextField
          path="cpus"
          label="Processors"
          optional
          placeholder="no limit"
          inputMode="decimal"
          help={`${has?.cpus ?? ""} for example 1.5`.trim()}
        />
      </div>
      <Fold
        title="More limits"
        fields={{
          memoryReservation: "reserved",
          memorySwap: "with swap",
          cpuShares: "share",
          cpuset: "processors",
          pidsLimit: "processes",
          ulimits: "ulimits",
        }}
      >
        <div className={css.even}>
          <TextField
            path="memoryReservation"
            label="Reserved memory"
            optional
            placeholder="none"
            help="It is kept to this when memory runs short."
          />
          <TextField
            path="memorySwap"
            label="Memory and swap together"
            optional
            placeholder="twice the memory"
            help="A size, or “unlimited”."
          />
          <TextField
            path="cpuShares"
            label="Share of processors"
            optional
            placeholder="1024"
            inputMode="numeric"
            help="Counts against others when all are busy."
          />
          <TextField path="cpuset" label="Only on processors" optional placeholder="0-1" />
          <TextField
            path="pidsLimit"
            label="Processes at most"
            optional
            placeholder="no limit"
            inputMode="numeric"
            help="-1 means no limit."
          />
        </div>
        <div className={css.sub}>
          <h3>Limits of each process (ulimits)</h3>
          <Triples name="ulimits" words={ulimitWords} />
        </div>
      </Fold>
    </>
  );
}

/** What it may use up, and what it may do to this server. */
export function LimitsStep() {
  return (
    <>
      <Limits />
      <Fold title="Devices" fields={{ devices: "devices", gpu: "GPU" }}>
        <Triples name="devices" words={deviceWords} />
        <Graphics />
      </Fold>
      <Fold
        title="Rights"
        fields={{
          privileged: "privileged",
          pidHost: "processes of this server",
          ipc: "IPC",
          capAdd: "more rights",
          capDrop: "fewer rights",
          groupAdd: "groups",
          securityOpt: "security options",
        }}
      >
        <p className={css.lead}>
          Most containers need nothing here. What you grant is confirmed in the review.
        </p>
        <div>
          <CheckField path="privileged" label="Privileged" help="Everything root of this server may do." />
          <CheckField path="pidHost" label="See all processes of this server" />
        </div>
        <div className={css.even}>
          <TextField path="capAdd" label="Add capabilities" optional placeholder="NET_ADMIN, SYS_TIME" />
          <TextField path="capDrop" label="Drop capabilities" optional placeholder="ALL" />
          <TextField
            path="groupAdd"
            label="Groups"
            optional
            placeholder="video 989"
            help="Beside those of its user."
          />
          <TextField path="ipc" label="IPC" optional placeholder="private" />
        </div>
        <TextField
          lines
          path="securityOpt"
          label="Security options"
          optional
          placeholder="no-new-privileges:true"
          help="One on each line."
        />
      </Fold>
      <Fold title="Kernel settings" fields={{ sysctls: "sysctls" }}>
        <Pairs
          name="sysctls"
          add="Add setting"
          word="kernel setting"
          empty="Sysctls of its own network and memory, for example net.core.somaxconn."
          placeholders={["net.core.somaxconn", "1024"]}
        />
      </Fold>
    </>
  );
}
