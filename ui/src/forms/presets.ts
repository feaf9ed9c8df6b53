import { type CreateForm, emptyMount } from "./create-schema";

type PortRow = CreateForm["ports"][number];
type MountRow = CreateForm["mounts"][number];

const port = (host: string, container: string, protocol: PortRow["protocol"] = "tcp"): PortRow => ({
  host,
  container,
  protocol,
  hostIp: "",
});

/** What most programs of a home server listen on; the server's side is a port that is seldom taken. */
export const portPresets: { label: string; title: string; ports: PortRow[] }[] = [
  { label: "Web page", title: "8080 to 80", ports: [port("8080", "80")] },
  { label: "Secure web page", title: "8443 to 443", ports: [port("8443", "443")] },
  { label: "DNS", title: "53 to 53, TCP and UDP", ports: [port("53", "53"), port("53", "53", "udp")] },
];

/** Folders that stay when the container goes. A configuration belongs to one app; the others are shared. */
export function mountPresets(root: string, app: string): { label: string; title: string; mount: MountRow }[] {
  const folder = (path: string, target: string): MountRow => ({
    ...emptyMount,
    source: `${root.replace(/\/$/, "")}/${path}`,
    target,
    create: true,
  });
  const preset = (label: string, mount: MountRow) => ({
    label,
    title: `${mount.source} as ${mount.target}`,
    mount,
  });
  return [
    preset("Configuration", folder(`${app || "app"}/config`, "/config")),
    preset("Data", folder(`${app || "app"}/data`, "/data")),
    preset("Media", folder("media", "/media")),
    preset("Downloads", folder("downloads", "/downloads")),
    preset("Documents", folder("documents", "/documents")),
    preset("Time of this server", {
      ...emptyMount,
      source: "/etc/localtime",
      target: "/etc/localtime",
      readOnly: true,
    }),
  ];
}

/** What an app's folder is called: its name, or what its image is called. */
export function appFolder(name: string, image: string): string {
  const last = image.trim().replace(/@.*$/, "").split("/").pop() ?? "";
  return name.trim() || last.replace(/:.*$/, "");
}
