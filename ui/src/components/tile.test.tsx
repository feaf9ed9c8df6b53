import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { container } from "../../test/container";
import { menuTarget } from "../lib/overlay";
import { clearSelection, selection } from "../lib/selection";
import { Tile } from "./tile";

vi.mock("@tanstack/react-router", () => ({
  Link: ({
    children,
    params,
    to: _to,
    ...rest
  }: {
    children: React.ReactNode;
    params: { id: string };
    to: string;
  }) => (
    <a href={`/containers/${params.id}`} {...rest}>
      {children}
    </a>
  ),
  useNavigate: () => () => undefined,
}));

beforeEach(() => {
  clearSelection();
  menuTarget.set(undefined);
});

it("says name, state and reason, and has a meter for processor and memory", () => {
  render(
    <Tile
      inert={false}
      container={container({
        health: {
          status: "unhealthy",
          failingStreak: 3,
          reason: { output: "HTTP 502", exitCode: 1, at: "" },
        },
      })}
    />,
  );
  const tile = screen.getByRole("listitem");
  expect(tile).toHaveTextContent("Unhealthy");
  expect(tile).toHaveTextContent("HTTP 502");
  expect(screen.getByRole("meter", { name: "Processor" })).toHaveAttribute("aria-valuetext", "not known");
  expect(screen.getByRole("meter", { name: "Memory" })).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Open web" })).toBeNull();
});

it("offers Start when stopped, the web UI when it runs and has one", () => {
  const { rerender } = render(<Tile inert={false} container={container({ state: "exited", exitCode: 0 })} />);
  expect(screen.getByRole("button", { name: "Start web" })).toBeEnabled();
  expect(screen.getByText("nginx:1.29")).toBeInTheDocument();
  expect(screen.queryByRole("meter")).toBeNull();
  rerender(<Tile inert container={container({ state: "exited", exitCode: 0 })} />);
  expect(screen.getByRole("button", { name: "Start web" })).toBeDisabled();
  rerender(<Tile inert={false} container={container({ webUi: { scheme: "http", port: 81, path: "/" } })} />);
  expect(screen.getByRole("link", { name: "Open web" })).toHaveAttribute("href", "http://localhost:81/");
});

it("selects, and opens the one menu on itself", async () => {
  const c = container();
  render(<Tile inert={false} container={c} />);
  await userEvent.click(screen.getByRole("checkbox", { name: "Select web" }));
  expect(selection.get().has(c.id)).toBe(true);
  await userEvent.click(screen.getByRole("button", { name: "Actions for web" }));
  expect(menuTarget.get()?.id).toBe(c.id);
  await userEvent.pointer({ keys: "[MouseRight]", target: screen.getByText("Running") });
  expect(menuTarget.get()?.id).toBe(c.id);
});
