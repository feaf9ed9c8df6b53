import { useState } from "react";
import { queryClient } from "../api/cache";
import { createNetwork, networksQuery, removeNetwork } from "../api/resources";
import type { Network } from "../api/types";
import { readPairs } from "../lib/pairs";
import { addToast } from "../lib/toast";
import { ConfirmDialog } from "./confirm-dialog";
import css from "./confirm-dialog.module.css";
import { Check, Lines, TextInput } from "./field";
import { MakingDialog, useMaking } from "./making-dialog";
import { UsedByText } from "./used-by";

const FIELDS = ["name", "subnet", "gateway", "labels", "internal", "ipv6"];

export function CreateNetwork({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [subnet, setSubnet] = useState("");
  const [gateway, setGateway] = useState("");
  const [internal, setInternal] = useState(false);
  const [ipv6, setIpv6] = useState(false);
  const [labels, setLabels] = useState("");
  const { errors, busy, make } = useMaking(FIELDS);

  const submit = () => {
    const read = readPairs(labels);
    const own: Record<string, string> = {};
    if (!name.trim()) own.name = "Give it a name; containers are put on it by that.";
    if (read.error) own.labels = read.error;
    void make(own, async () => {
      await createNetwork({
        name: name.trim(),
        internal: internal || undefined,
        ipv6: ipv6 || undefined,
        subnet: subnet.trim() || undefined,
        gateway: gateway.trim() || undefined,
        labels: read.pairs,
      });
      void queryClient.invalidateQueries({ queryKey: networksQuery.queryKey });
      addToast({ kind: "good", title: `${name.trim()} made`, detail: "Containers can be put on it now." });
      onClose();
    });
  };

  return (
    <MakingDialog
      title="New network"
      verb="Create network"
      busy={busy}
      error={errors.form}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={setName}
        error={errors.fields.name}
        placeholder="media"
        help="Containers on one network reach each other by name."
      />
      <div className={css.pair}>
        <TextInput
          label="Subnet"
          optional
          value={subnet}
          onChange={setSubnet}
          error={errors.fields.subnet}
          placeholder="172.30.0.0/24"
        />
        <TextInput
          label="Gateway"
          optional
          value={gateway}
          onChange={setGateway}
          error={errors.fields.gateway}
          placeholder="172.30.0.1"
        />
      </div>
      <div>
        <Check
          label="Internal"
          help="No way out: its containers reach each other only."
          checked={internal}
          onChange={setInternal}
        />
        <Check label="IPv6" help="Addresses of both kinds." checked={ipv6} onChange={setIpv6} />
      </div>
      <Lines
        label="Labels"
        value={labels}
        onChange={setLabels}
        placeholder="name=value"
        error={errors.fields.labels}
      />
    </MakingDialog>
  );
}

export function RemoveNetwork({ network, onClose }: { network: Network; onClose: () => void }) {
  const names = network.containers.map((c) => c.name);
  return (
    <ConfirmDialog
      title={`Remove ${network.name}?`}
      verb="Remove"
      refused={
        names.length > 0 ? (
          <p>
            <UsedByText names={names} /> Take {names.length === 1 ? "it" : "them"} off the network first.
          </p>
        ) : undefined
      }
      onConfirm={async () => {
        await removeNetwork(network.id);
        void queryClient.invalidateQueries({ queryKey: networksQuery.queryKey });
        addToast({ kind: "good", title: `${network.name} removed` });
      }}
      onClose={onClose}
    >
      {names.length === 0 && (
        <p>
          No container is on it. Stopped containers that were made for it will not start again until there is
          a network of that name.
          {network.project && ` The Compose project ${network.project} makes it anew when it is brought up.`}
        </p>
      )}
    </ConfirmDialog>
  );
}
