import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { form, preview } from "../../test/app-form";
import { queryClient } from "../api/cache";
import { ApiError } from "../api/errors";
import type { Asked } from "../api/store";
import { AppForm } from "./app-form";
import { emptyDraft } from "./draft";

const words = {
  label: "Install",
  submit: "Install",
  busy: "Installing",
  failed: "It was not installed.",
  plan: () => "Ready",
};
const taken = {
  field: "ports.web:80/tcp",
  code: "port_taken",
  message: "8080 is used by web.",
  suggestion: { label: "Use 8081", value: 8081 },
};

/** As the agent: the port 8080 is taken, and somebody must be the administrator. */
const agent = (asked: Asked) => {
  const problems = [];
  if (asked.answers.ports?.["web:80/tcp"]?.host !== 8081) problems.push(taken);
  if (!asked.answers.params?.ADMIN)
    problems.unshift({ field: "params.ADMIN", code: "required", message: "Say who it is." });
  return preview({ problems });
};

const ask = vi.fn(async (asked: Asked) => agent(asked));
const onSubmit = vi.fn(async (_: Asked) => undefined);

beforeEach(() => {
  vi.clearAllMocks();
  // The page lists containers only to know when to ask again.
  queryClient.setQueryData(["containers"], []);
  Element.prototype.scrollIntoView = vi.fn();
});

async function open() {
  const root = createRootRoute({
    component: () => (
      <AppForm form={form()} initial={emptyDraft} ask={ask} words={words} onSubmit={onSubmit} />
    ),
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: ["/"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      {/* biome-ignore lint/suspicious/noExplicitAny: a router of the test's own */}
      <RouterProvider router={router as any} />
    </QueryClientProvider>,
  );
  await screen.findByText("8080 is used by web.");
}

it("is never off: it leads to the first problem, and installs when there is none", async () => {
  const user = userEvent.setup();
  await open();
  expect(screen.queryByText("Say who it is.")).toBeNull();
  const button = screen.getByRole("button", { name: "Install" });
  expect(button).toBeEnabled();

  await user.click(button);
  expect(await screen.findByText("Say who it is.")).toBeVisible();
  await waitFor(() => expect(screen.getByLabelText("Administrator")).toHaveFocus());
  expect(onSubmit).not.toHaveBeenCalled();

  await user.keyboard("root");
  await user.click(screen.getByRole("button", { name: "Use 8081" }));
  expect(screen.getByLabelText("Web port")).toHaveValue("8081");
  await user.click(button);
  await waitFor(() => expect(onSubmit).toHaveBeenCalledTimes(1));
  expect(onSubmit.mock.calls[0]?.[0].answers).toEqual({
    params: { ADMIN: "root" },
    ports: { "web:80/tcp": { off: false, host: 8081 } },
  });
});

it("puts what was refused at the end on its field", async () => {
  const user = userEvent.setup();
  await open();
  await user.type(screen.getByLabelText("Administrator"), "root");
  await user.click(screen.getByRole("button", { name: "Use 8081" }));
  onSubmit.mockRejectedValueOnce(
    new ApiError(422, {
      code: "invalid",
      message: "no",
      problems: [{ ...taken, message: "8081 is used by dns." }],
    }),
  );
  await user.click(screen.getByRole("button", { name: "Install" }));
  expect(await screen.findByText("8081 is used by dns.")).toBeVisible();
  await waitFor(() => expect(screen.getByLabelText("Web port")).toHaveFocus());
});

it("makes a secret only when asked to, and shows it on demand", async () => {
  const user = userEvent.setup();
  await open();
  const field = screen.getByLabelText(/^Password/);
  expect(field).toHaveValue("");
  await user.click(screen.getByRole("button", { name: "Make another Password" }));
  expect((field as HTMLInputElement).value).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(field).toHaveAttribute("type", "password");
  await user.click(screen.getByRole("button", { name: "Show Password" }));
  expect(field).toHaveAttribute("type", "text");
});
