import { useQuery } from "@tanstack/react-query";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { useContainers } from "../api/cache";
import { networksQuery } from "../api/resources";
import { Icon } from "../components/icon";
import { type CreateForm, emptyNetwork, emptyPort } from "./create-schema";
import { Fold } from "./fold";
import { SelectField, TextField } from "./form-parts";
import { portPresets } from "./presets";
import { Pairs, Rows } from "./rows";
import css from "./steps.module.css";

function Ports() {
  const { control } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "ports" });
  return (
    <Rows
      kind="ports"
      count={fields.length}
      keys={fields.map((f) => f.id)}
      add="Add port"
      remove={(i) => `Remove port ${i + 1}`}
      onAdd={() => append(emptyPort, { focusName: `ports.${fields.length}.host` })}
      onRemove={remove}
      presets={portPresets.map(({ label, title, ports }) => ({
        label,
        title,
        add: () => append(ports, { focusName: `ports.${fields.length}.host` }),
      }))}
      empty="No port is published. Other containers on its network still reach it."
      messages={(i) => [`ports.${i}.host`, `ports.${i}.container`, `ports.${i}.hostIp`]}
      row={(i) => (
        <>
          <TextField
            bare
            hideLabel
            path={`ports.${i}.host`}
            label={`Port ${i + 1} on this server`}
            placeholder="server, e.g. 8080"
          />
          <Icon name="arrow" size={16} />
          <TextField
            bare
            hideLabel
            path={`ports.${i}.container`}
            label={`Port ${i + 1} in the container`}
            placeholder="container, e.g. 80"
          />
          <SelectField
            hideLabel
            path={`ports.${i}.protocol`}
            label={`Protocol of port ${i + 1}`}
            options={[
              ["tcp", "TCP"],
              ["udp", "UDP"],
            ]}
          />
          <TextField
            bare
            hideLabel
            path={`ports.${i}.hostIp`}
            label={`Address for port ${i + 1}`}
            placeholder="every address"
          />
        </>
      )}
    />
  );
}

function NamedNetworks() {
  const { control } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "networks" });
  const { data: known = [] } = useQuery(networksQuery);
  const names = known.filter((n) => !n.builtIn).map((n) => n.name);
  return (
    <>
      <Rows
        kind="networks"
        count={fields.length}
        keys={fields.map((f) => f.id)}
        add="Add network"
        remove={(i) => `Remove network ${i + 1}`}
        onAdd={() => append(emptyNetwork, { focusName: `networks.${fields.length}.name` })}
        onRemove={remove}
        empty="No network yet."
        messages={(i) =>
          ["name", "aliases", "ipv4Address", "ipv6Address"].map((part) => `networks.${i}.${part}`)
        }
        row={(i) => (
          <>
            <TextField
              bare
              hideLabel
              path={`networks.${i}.name`}
              label={`Name of network ${i + 1}`}
              placeholder="name of the network"
              list="known-networks"
            />
            <TextField
              bare
              hideLabel
              path={`networks.${i}.aliases`}
              label={`Other names on network ${i + 1}`}
              placeholder="other names for it"
            />
            <TextField
              bare
              hideLabel
              path={`networks.${i}.ipv4Address`}
              label={`IPv4 address on network ${i + 1}`}
              placeholder="IPv4, chosen"
            />
            <TextField
              bare
              hideLabel
              path={`networks.${i}.ipv6Address`}
              label={`IPv6 address on network ${i + 1}`}
              placeholder="IPv6, chosen"
            />
          </>
        )}
      />
      <datalist id="known-networks">
        {names.map((n) => (
          <option key={n} value={n} />
        ))}
      </datalist>
    </>
  );
}

const modeHelp: Record<CreateForm["networkMode"], string> = {
  "": "Reaches the internet, and is reached through its published ports.",
  named: "Containers on the same named network find each other by name.",
  host: "Shares the network of this server; the ports above are not used.",
  container: "Shares the network of another container, as behind a VPN.",
  none: "Reaches nothing, and nothing reaches it.",
};

function OtherContainer() {
  const { data: containers = [] } = useContainers();
  return (
    <>
      <TextField
        path="networkContainer"
        label="Whose network"
        placeholder="name of the container"
        list="known-containers"
      />
      <datalist id="known-containers">
        {containers.map((c) => (
          <option key={c.id} value={c.name} />
        ))}
      </datalist>
    </>
  );
}

export function NetworkStep() {
  const { getValues, setValue } = useFormContext<CreateForm>();
  const mode = useWatch<CreateForm, "networkMode">({ name: "networkMode" });
  return (
    <>
      <Ports />
      <SelectField
        path="networkMode"
        label="Network"
        help={modeHelp[mode]}
        onChange={(next) => {
          if (next === "named" && getValues("networks").length === 0) setValue("networks", [emptyNetwork]);
        }}
        options={[
          ["", "Docker's own"],
          ["named", "Networks by name"],
          ["host", "The one of this server"],
          ["container", "The one of another container"],
          ["none", "None"],
        ]}
      />
      {mode === "named" && <NamedNetworks />}
      {mode === "container" && <OtherContainer />}
      <Fold
        title="Names and DNS"
        fields={{
          hostname: "host name",
          domainname: "domain",
          extraHosts: "known hosts",
          dns: "DNS",
          dnsSearch: "search domains",
          dnsOptions: "DNS options",
        }}
      >
        <div className={css.even}>
          <TextField path="hostname" label="Host name" optional placeholder="its id" />
          <TextField path="domainname" label="Domain" optional placeholder="home.example" />
        </div>
        <div className={css.sub}>
          <h3>Hosts it knows by name</h3>
          <Pairs
            name="extraHosts"
            add="Add host"
            word="host"
            valueWord="Address"
            empty="None beside those DNS knows."
            placeholders={["nas", "192.168.1.10, or host-gateway"]}
          />
        </div>
        <TextField path="dns" label="DNS servers" optional placeholder="192.168.1.1 9.9.9.9" />
        <div className={css.even}>
          <TextField path="dnsSearch" label="Search domains" optional placeholder="home.example" />
          <TextField path="dnsOptions" label="DNS options" optional placeholder="ndots:1" />
        </div>
      </Fold>
    </>
  );
}
