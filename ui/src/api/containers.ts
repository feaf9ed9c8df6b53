import { api, unwrap } from "./client";
import { getContainer } from "./endpoints";
import { ApiError } from "./errors";
import { orLook } from "./lost-answer";

/** Renaming and removing a container, which the dialogs ask for. */

export const renameContainer = (id: string, name: string) =>
  unwrap(api.POST("/api/containers/{id}/rename", { params: { path: { id } }, body: { name } }));
export const removeContainer = (id: string, query: { force: boolean; volumes: boolean }): Promise<boolean> =>
  orLook(
    unwrap(api.DELETE("/api/containers/{id}", { params: { path: { id }, query } })).then(() => true),
    () =>
      getContainer(id).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return true;
          throw error;
        },
      ),
  );
