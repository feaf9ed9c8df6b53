import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { engineQuery } from "../api/create-queries";
import { Choices } from "./choices";
import type { CreateForm } from "./create-schema";
import { Fold } from "./fold";
import { CheckField, SelectField, TextField } from "./form-parts";
import { Pairs } from "./rows";
import css from "./steps.module.css";

const seconds = { inputMode: "numeric", help: "seconds" } as const;

function HealthCheck() {
  const health = useWatch<CreateForm, "health">({ name: "health" });
  const own = health === "command" || health === "exec";
  return (
    <>
      <SelectField
        path="health"
        label="Health check"
        options={[
          ["image", "As the image says"],
          ["command", "A command of mine"],
          ["exec", "A program of mine, without a shell"],
          ["none", "None"],
        ]}
      />
      {own && (
        <>
          <TextField
            path="healthCommand"
            label="Check with"
            placeholder={
              health === "exec" ? "/bin/my-check --quick" : "wget -q -O /dev/null http://localhost/ || exit 1"
            }
            help={
              health === "exec"
                ? "Words as in a shell, nothing is expanded; exit code 0 means healthy."
                : "Runs in the container's shell; exit code 0 means healthy."
            }
          />
          <div className={css.four}>
            <TextField path="healthInterval" label="Every" placeholder="30" {...seconds} />
            <TextField path="healthTimeout" label="Give it" placeholder="30" {...seconds} />
            <TextField
              path="healthRetries"
              label="Unhealthy after"
              placeholder="3"
              inputMode="numeric"
              help="failures"
            />
            <TextField path="healthStart" label="Grace at start" placeholder="0" {...seconds} />
          </div>
        </>
      )}
    </>
  );
}

function Logging() {
  const driver = useWatch<CreateForm, "logDriver">({ name: "logDriver" });
  const { data: engine } = useQuery(engineQuery);
  const drivers = new Set([...(engine?.logDrivers ?? []), ...(driver ? [driver] : [])]);
  return (
    <Fold title="Log" fields={{ logDriver: "driver", logOptions: "options" }}>
      <SelectField
        path="logDriver"
        label="Where its output goes"
        help="The log page reads what json-file and local keep."
        options={[["", "As Docker is set up"], ...[...drivers].sort().map((d): [string, string] => [d, d])]}
      />
      {driver && (
        <div className={css.sub}>
          <h3>Options of the driver</h3>
          <Pairs
            name="logOptions"
            add="Add option"
            word="log option"
            empty="For example max-size 10m and max-file 3, so that logs do not fill the disk."
            placeholders={["max-size", "10m"]}
          />
        </div>
      )}
    </Fold>
  );
}

/** When it starts again, when it counts as healthy, how it is stopped and where its output goes. */
export function HealthStep() {
  const restart = useWatch<CreateForm, "restart">({ name: "restart" });
  return (
    <>
      <Choices
        path="restart"
        label="When it ends"
        choices={[
          { value: "unless-stopped", label: "Keep it running", note: "unless you stopped it" },
          { value: "always", label: "Always", note: "also after a restart of Docker" },
          { value: "on-failure", label: "After a failure", note: "not when it ends well" },
          { value: "no", label: "Leave it", note: "it runs once" },
        ]}
      />
      {restart === "on-failure" && (
        <TextField
          path="maxRetries"
          label="Give up after"
          optional
          placeholder="no limit"
          inputMode="numeric"
          help="tries"
        />
      )}
      <HealthCheck />
      <Fold
        title="Starting and stopping"
        fields={{
          stopSignal: "signal",
          stopGrace: "seconds to stop",
          init: "init process",
          autoRemove: "removed when it ends",
        }}
      >
        <div className={css.even}>
          <TextField
            path="stopGrace"
            label="Time to stop"
            optional
            placeholder="10"
            inputMode="numeric"
            help="seconds until it is ended by force"
          />
          <TextField path="stopSignal" label="Stop signal" optional placeholder="SIGTERM" />
        </div>
        <SelectField
          path="init"
          label="Small init process in it"
          help="Clears up after programs that leave processes behind."
          options={[
            ["", "As Docker is set up"],
            ["yes", "Yes"],
            ["no", "No"],
          ]}
        />
        <CheckField
          path="autoRemove"
          label="Remove it when it ends"
          help="Only for what is left alone when it ends."
        />
      </Fold>
      <Logging />
    </>
  );
}
