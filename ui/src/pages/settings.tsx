import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { AboutSettings } from "../components/about-settings";
import { AccountSettings } from "../components/account-settings";
import { AppearanceSettings } from "../components/appearance-settings";
import { Icon } from "../components/icon";
import { EmptyState } from "../components/states";
import { StorageSettings } from "../components/storage-settings";
import { UpdatesSettings } from "../components/update-settings";
import { type Section, sections } from "../lib/sections";
import { StoreSettings } from "../store/sources";
import ui from "../styles/controls.module.css";
import css from "./settings.module.css";

const bodies: Record<Section, () => React.ReactNode> = {
  account: AccountSettings,
  appearance: AppearanceSettings,
  updates: UpdatesSettings,
  storage: StorageSettings,
  stores: StoreSettings,
  about: AboutSettings,
};

export default function SettingsPage() {
  const { section } = useParams({ from: "/app/settings/$section" });
  const here = sections.find((s) => s.name === section);
  useEffect(() => {
    document.title = `${here ? `${here.label} · ` : ""}Settings · Harbourmaster`;
  }, [here]);
  const nav = useRef<HTMLElement>(null);
  // On a phone they are a row that may be wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the section is what the current link follows
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [section]);
  const Body = here && bodies[here.name];
  return (
    <>
      <h1 className={css.title}>Settings</h1>
      <div className={css.two}>
        <nav ref={nav} className={css.nav} aria-label="Settings">
          {sections.map((s) => (
            <Link
              key={s.name}
              to="/settings/$section"
              params={{ section: s.name }}
              activeOptions={{ includeSearch: false }}
              activeProps={{ "data-on": true, "aria-current": "page" }}
            >
              <Icon name={s.icon} size={17} />
              {s.label}
            </Link>
          ))}
        </nav>
        <div className={css.body}>
          {Body ? (
            <Body />
          ) : (
            <EmptyState text="There are no settings of this name.">
              <Link to="/settings" className={ui.primary}>
                All settings
              </Link>
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}
