// Made by `npm run api` from docs/api/openapi.json. Not for hands.

export interface paths {
    "/api/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions and licences. */
        get: operations["get_api_about"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets another password. All other sessions end. */
        post: operations["post_api_account_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was done, newest first. */
        get: operations["get_api_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the log is as it was written. */
        get: operations["get_api_audit_chain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All containers by name. Served from memory: the engine is not asked. */
        get: operations["get_api_containers"];
        put?: never;
        /** Makes a container. With `dryRun=true` it only says what would come of it. */
        post: operations["post_api_containers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One container, by id, beginning of an id, or name. */
        get: operations["get_api_containers_id"];
        put?: never;
        post?: never;
        /** Removes a container. Named volumes stay. */
        delete: operations["delete_api_containers_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/exec": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The terminal. Binary messages are bytes, both ways. Text messages are
         *     `{"type":"resize","cols":…,"rows":…}`, `{"type":"eof"}`, `{"type":"pause"}`
         *     and `{"type":"resume"}` from the client, `{"type":"exit","code":…}` and
         *     `{"type":"error",…}` to it. A paused client gets no more output, and the
         *     program waits, as it would for a slow terminal.
         */
        get: operations["get_api_containers_id_exec"];
        put?: never;
        /** Decides what to run and answers a ticket for the WebSocket. */
        post: operations["post_api_containers_id_exec"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/icon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Gives a container an icon: a picture (PNG, JPEG, WebP or GIF, at most
         *     1 MiB), or one that is there already, named in JSON.
         */
        put: operations["put_api_containers_id_icon"];
        post?: never;
        /** Takes a container's icon away. */
        delete: operations["delete_api_containers_id_icon"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/kill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a signal to a container's main process. */
        post: operations["post_api_containers_id_kill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log, a record a line. A record begins with a tag: `o` stdout, `e`
         *     stderr, `t` terminal; in capitals when it continues the previous record of
         *     its stream, whose line was longer than 16 KiB. Then the time, when asked
         *     for, a space, and the line's own bytes.
         */
        get: operations["get_api_containers_id_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Freezes a container with its memory kept. */
        post: operations["post_api_containers_id_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/recreate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a container anew from a changed form. The old one is kept until the
         *     new one runs. With `dryRun=true` it only says what would come of it.
         */
        post: operations["post_api_containers_id_recreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/rename": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a container another name. */
        post: operations["post_api_containers_id_rename"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops and starts a container. */
        post: operations["post_api_containers_id_restart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins to go back to an image that ran before, as an update to it. */
        post: operations["post_api_containers_id_rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A container's settings as a form, with what its image sets left out. */
        get: operations["get_api_containers_id_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a container, after checking that its ports are free. */
        post: operations["post_api_containers_id_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The numbers of one container, an event `sample` a second while it runs. */
        get: operations["get_api_containers_id_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/stats/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The recorded numbers of a container. They go by its name, so they are also
         *     those of the containers that had it before.
         */
        get: operations["get_api_containers_id_stats_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops a container. */
        post: operations["post_api_containers_id_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/unpause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a frozen container go on. */
        post: operations["post_api_containers_id_unpause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an update of this container would do. */
        get: operations["get_api_containers_id_update"];
        put?: never;
        /**
         * Begins to update a container as planned. The old one is kept until the new
         *     one has proved itself, and comes back when it does not.
         */
        post: operations["post_api_containers_id_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/containers/{id}/update-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets how a container wants to be treated. */
        put: operations["put_api_containers_id_update_policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/convert/compose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A form as a Compose file. Nothing is checked. */
        post: operations["post_api_convert_compose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/convert/docker-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a `docker run` line into a form. Names what it does not understand. */
        post: operations["post_api_convert_docker_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/engine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the engine is and can, asked from it. */
        get: operations["get_api_engine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that changes, as it changes. */
        get: operations["get_api_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the agent and its engine work. */
        get: operations["get_api_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/host/stats/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The recorded numbers of the machine. */
        get: operations["get_api_host_stats_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/icons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pictures that are kept, the newest first. */
        get: operations["get_api_icons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/icons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One picture. Its id is the hash of its content, so it never changes. */
        get: operations["get_api_icons_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All images, newest first. Served from memory. */
        get: operations["get_api_images"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/pull": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins to fetch an image. */
        post: operations["post_api_images_pull"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes an image by name, digest or id; slashes need no escaping. */
        delete: operations["delete_api_images_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in. */
        post: operations["post_api_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs out, here or everywhere. */
        post: operations["post_api_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All networks by name, with who uses them. Served from memory. */
        get: operations["get_api_networks"];
        put?: never;
        /** Makes a network. */
        post: operations["post_api_networks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/networks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a network that nobody uses, by id or name. */
        delete: operations["delete_api_networks_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of this API. */
        get: operations["get_api_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Operations at work and the last 200 that ended, newest first. */
        get: operations["get_api_operations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One operation. */
        get: operations["get_api_operations_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks an operation to stop and go back. */
        post: operations["post_api_operations_id_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prune/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Images that may go: those without a name, with `unused` all that no
         *     container was made from.
         */
        get: operations["get_api_prune_images"];
        put?: never;
        /** Removes these images, as far as still nobody uses them. */
        post: operations["post_api_prune_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prune/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Networks that no container belongs to. */
        get: operations["get_api_prune_networks"];
        put?: never;
        /** Removes these networks, as far as still nobody uses them. */
        post: operations["post_api_prune_networks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prune/volumes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Volumes that no container mounts; only those without a name of their own,
         *     unless `named` asks for the others too.
         */
        get: operations["get_api_prune_volumes"];
        put?: never;
        /** Removes these volumes, as far as still nobody uses them. */
        post: operations["post_api_prune_volumes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/registry/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tags of an image, asked from its registry. */
        get: operations["get_api_registry_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's session. */
        get: operations["get_api_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where somebody is signed in, newest first. */
        get: operations["get_api_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one session with all its streams. */
        delete: operations["delete_api_sessions_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings. */
        get: operations["get_api_settings"];
        /** Changes the settings; they hold at once. */
        put: operations["put_api_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets the first password with the code from the console, and signs in. */
        post: operations["post_api_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The numbers of the machine and of all running containers, an event
         *     `sample` a second. Who reads slowly misses samples.
         */
        get: operations["get_api_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/apps/{store}/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page of an app: its manifest, fetched if need be and verified, as a form
         *     for this machine.
         */
        get: operations["get_api_store_apps_store_slug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/icons/{store}/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The picture of an app. Its address changes with its content. */
        get: operations["get_api_store_icons_store_slug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue, from memory: search as you type, by category, page by page. */
        get: operations["get_api_store_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/install": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins to install an app. Values that were made up are told here and never again. */
        post: operations["post_api_store_install"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/installs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything installed from stores. */
        get: operations["get_api_store_installs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/installs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An install, its form and its answers. */
        get: operations["get_api_store_installs_id"];
        /**
         * Begins to change the settings of an install: its containers are made anew,
         *     the old ones are kept until the new ones run.
         */
        put: operations["put_api_store_installs_id"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/installs/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What changed answers would make, or all that is wrong. Changes nothing. */
        post: operations["post_api_store_installs_id_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/installs/{id}/uninstall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What taking an install away does, and where its data is. */
        get: operations["get_api_store_installs_id_uninstall"];
        put?: never;
        /**
         * Begins to take an install away. Its data and its answers stay unless their
         *     deletion is asked for.
         */
        post: operations["post_api_store_installs_id_uninstall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/manifests/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A manifest, exactly the bytes that its publisher signed. */
        get: operations["get_api_store_manifests_slug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an install would make, or all that is wrong. Changes nothing. */
        post: operations["post_api_store_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stores, peers and the source of each byte. */
        get: operations["get_api_store_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stores in the order they became known. */
        get: operations["get_api_store_stores"];
        put?: never;
        /** Adds a store. Its first root file is fetched and must have the hash that was given. */
        post: operations["post_api_store_stores"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/stores/{store}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a store. What was installed from it stays. */
        delete: operations["delete_api_store_stores_store"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/stores/{store}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An invitation to a store, for another machine. */
        get: operations["get_api_store_stores_store_invite"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/stores/{store}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Pins a store, or no longer. */
        put: operations["put_api_store_stores_store_pin"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/store/stores/{store}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks for news of a store now, and answers how it stands then. */
        post: operations["post_api_store_stores_store_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, newest first. */
        get: operations["get_api_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/timeline/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of all containers the timeline tells of. */
        get: operations["get_api_timeline_apps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/updates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known about updates of all containers. Asks nobody. */
        get: operations["get_api_updates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/updates/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins to update several containers, each as an operation of its own. What
         *     needs a person's eyes is refused with its reason.
         */
        post: operations["post_api_updates_apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/updates/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks registries and stores what is newest, and answers when all have said
         *     something. Nothing is fetched.
         */
        post: operations["post_api_updates_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/updates/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of updates. */
        get: operations["get_api_updates_settings"];
        /** Changes the settings of updates. */
        put: operations["put_api_updates_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/volumes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All volumes by name, with who uses them. Served from memory. */
        get: operations["get_api_volumes"];
        put?: never;
        /** Makes a volume. */
        post: operations["post_api_volumes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/volumes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a volume that nobody uses, with its data. */
        delete: operations["delete_api_volumes_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Answer of `GET /api/about`. */
        AboutAnswer: {
            /** @description Engine API version that was agreed on. */
            apiVersion?: string;
            /** @description What the agent and its page are made of, by name. */
            components: components["schemas"]["Component"][];
            /** @description Engine's version. */
            engineVersion?: string;
            /** @description Version of its kernel. */
            kernel: string;
            /** @description Its licence. */
            licence: string;
            /** @description Operating system by name. */
            os: string;
            /** @description The agent's version. */
            version: string;
        };
        /** @description Something that happened, in words. */
        Activity: {
            /** @description The engine's or the manager's word for it, stable for filters. */
            action: string;
            /**
             * @description `you` for what was done through the manager; absent for what happened
             *     by itself or was done elsewhere.
             */
            actor?: string;
            /** @description Name of the container it concerns, under which it is found. */
            app?: string;
            /** @description When (RFC 3339). */
            at: string;
            /** @description The container, when there is one. */
            containerId?: string;
            /**
             * Format: int32
             * @description How often it happened, when one line stands for many.
             */
            count?: number;
            /** @description More: `exit 137, out of memory`. */
            detail?: string;
            /**
             * @description Unique for good; sorts by time. A line that comes again under its id
             *     replaces the one before: a reason was found, or it happened again.
             */
            id: string;
            /** @description What it is about. */
            kind: components["schemas"]["ActivityKind"];
            /** @description The operation that did it. */
            operationId?: string;
            /** @description The request that did it, as the audit log names it. */
            requestId?: string;
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
            /** @description Name of what it happened to. */
            subject: string;
            /** @description What happened, to follow the subject: `stopped`. */
            text: string;
        };
        /**
         * @description What a line is about.
         * @enum {string}
         */
        ActivityKind: "container" | "image" | "operation" | "network" | "volume" | "session" | "settings" | "engine";
        /** @description Body of `POST /api/store/stores`: an invitation, or an address and the hash of the root. */
        AddStoreRequest: {
            /** @description `harbour:store:…` */
            invite?: string;
            /** @description Address of the store's site: `https://apps.example`. */
            origin?: string;
            /** @description With `origin`: SHA-256 of its first root file, 64 hexadecimal digits. */
            root?: string;
        };
        /** @description Answers to a form. What is left out is as the form says by default, or made up. */
        Answers: {
            /**
             * @description Devices by id.
             * @default {}
             */
            devices?: {
                [key: string]: components["schemas"]["DeviceAnswer"];
            };
            /**
             * @description Name of the install.
             * @default null
             */
            name?: string;
            /**
             * @description Values of params by key. An empty text is an empty value; a secret that is
             *     kept stays when its key is left out.
             * @default {}
             */
            params?: {
                [key: string]: string;
            };
            /**
             * @description Ports by id.
             * @default {}
             */
            ports?: {
                [key: string]: components["schemas"]["PortChoice"];
            };
            /**
             * @description Name of the chosen preset; single params come before it.
             * @default null
             */
            preset?: string;
            /**
             * @description Volumes by id.
             * @default {}
             */
            volumes?: {
                [key: string]: components["schemas"]["VolumeAnswer"];
            };
        };
        /** @description An app in the list. */
        AppCard: {
            /** @description When it came into the store (RFC 3339). */
            added: string;
            /** @description Categories. */
            categories: string[];
            /** @description In one or a few sentences. */
            description: string;
            /** @description Whether it runs here. */
            fits: components["schemas"]["Fit"];
            /** @description Address of its picture; absent when it has none. */
            icon?: string;
            /**
             * Format: int32
             * @description How often it is installed here.
             */
            installed: number;
            /** @description Name for people. */
            name: string;
            /** @description Who publishes it. */
            publisher: components["schemas"]["Publisher"];
            /**
             * Format: int32
             * @description How many containers it has.
             */
            services: number;
            /** @description Its own name for machines; with the store it is unique. */
            slug: string;
            /** @description Its store's metadata has expired: it can be looked at, not installed. */
            stale: boolean;
            /** @description Id of its store. */
            store: string;
            /** @description Name of its store. */
            storeName: string;
            /** @description When it last changed there (RFC 3339). */
            updated: string;
            /** @description Newest version. */
            version: string;
        };
        /** @description The page of an app. */
        AppDetails: components["schemas"]["AppCard"] & {
            /** @description Processors it is made for; empty is not said. */
            architectures: string[];
            /** @description Its documentation. */
            docs?: string;
            /** @description What the person is asked. */
            form: components["schemas"]["AppForm"];
            /** @description Its site. */
            homepage?: string;
            /** @description Images, pinned by digest. */
            images: components["schemas"]["ServiceImage"][];
            /** @description Ids of what is installed from it. */
            installs: string[];
            /** @description Its licence. */
            license?: string;
            /** @description What to know before installing it. */
            notes: string[];
            /** @description Why it can not be installed now; absent when it can. */
            refused?: string;
            /** @description Its risks with nothing changed in the form. */
            risks: components["schemas"]["PreviewRisk"][];
            /** @description Who signed it, verified here. */
            signer: components["schemas"]["SignerView"];
            /** @description Newest versions, the newest first. */
            versions: components["schemas"]["AppVersion"][];
            /**
             * @description What it will get on this machine with nothing changed in the form: ports,
             *     folders, devices and power over the server, a sentence each.
             */
            willGet: string[];
        };
        /** @description What the person is asked. */
        AppForm: {
            /** @description Folder below which missing folders are made. */
            appDataRoot: string;
            /** @description Devices. */
            devices: components["schemas"]["DeviceField"][];
            /** @description Name of the install when nothing is entered: the slug, with a number when it is taken. */
            name: string;
            /** @description Params in the author's order. */
            params: components["schemas"]["ParamField"][];
            /** @description Ports. */
            ports: components["schemas"]["PortField"][];
            /** @description Answers to several params at once. */
            presets: components["schemas"]["PresetView"][];
            /** @description Volumes and folders. */
            volumes: components["schemas"]["VolumeField"][];
        };
        /** @description What an install would make. */
        AppPreview: {
            /** @description Containers in the order they start. */
            containers: components["schemas"]["PlannedContainer"][];
            /** @description Folders that would be made. */
            folders: string[];
            /** @description Params whose values would be made up. */
            generates: string[];
            /** @description Name of the install. */
            name: string;
            /** @description Its private network; absent when no container is in one. */
            network?: string;
            /** @description All that is wrong; nothing can be installed until this is empty. */
            problems: components["schemas"]["PreviewProblem"][];
            /**
             * Format: int64
             * @description Bytes to fetch at most, when the store says it for all of them.
             */
            pullBytes?: number;
            /** @description Images to fetch; the others are here. */
            pulls: string[];
            /** @description Risks, confirmed or not. */
            risks: components["schemas"]["PreviewRisk"][];
            /** @description Address of the app's page, when it has one. */
            url?: string;
            /** @description Named volumes. */
            volumes: components["schemas"]["PlannedVolume"][];
            /** @description What it will get on this machine, a sentence each. */
            willGet: string[];
        };
        /** @description An earlier or present version. */
        AppVersion: {
            /** @description Digest. */
            digest: string;
            /** @description When the store first saw it (RFC 3339). */
            firstSeen: string;
            /** @description The service. */
            service: string;
            /** @description Tag. */
            tag: string;
        };
        /** @description Body of `POST /api/updates/apply`. */
        ApplyRequest: {
            /** @description Names of the containers, at most 200. */
            containers: string[];
        };
        /** @description A container that belongs to a network, running or not. */
        Attached: {
            /** @description Full id. */
            id: string;
            /** @description Its address there while it runs. */
            ipv4Address?: string;
            /** @description Its IPv6 address there while it runs. */
            ipv6Address?: string;
            /** @description Name. */
            name: string;
        };
        /** @description One line of the audit log. */
        AuditAnswer: {
            /** @description What. */
            action: string;
            /** @description When (RFC 3339). */
            at: string;
            /** @description Error code. */
            code?: string;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            durationMs?: number;
            /** @description Hash of the line, which the next one contains. */
            hash: string;
            /** @description What came of it. */
            outcome?: string;
            /** @description `before` or `after` the action. */
            phase: string;
            /** @description From where. */
            remote: string;
            /** @description The request. */
            requestId: string;
            /**
             * Format: int64
             * @description Number of the line.
             */
            seq: number;
            /** @description On what. */
            target: string;
            /** @description Who. */
            user: string;
        };
        /** @description What an update would bring. */
        AvailableUpdate: {
            /** @description Digest that the reference means now. */
            digest: string;
            /** @description Why the last update to it was undone. It is not tried again by itself. */
            failed?: string;
            /** @description When it was first seen, which starts its minimum age (RFC 3339). */
            firstSeen: string;
            /** @description From when on it is old enough (RFC 3339). */
            readyAt: string;
            /** @description Who said so. */
            source: components["schemas"]["UpdateSource"];
        };
        /** @description Answer of everything that goes on as an operation. */
        Begun: {
            /** @description Its id. */
            operationId: string;
        };
        /** @description The first line that is not as it was written. */
        BrokenAnswer: {
            /** @description Name of the file. */
            file: string;
            /**
             * Format: int64
             * @description Number of the line in it, from 1; 0 means the file as a whole.
             */
            line: number;
            /** @description What is wrong with it. */
            reason: string;
        };
        /** @description Bytes by where they came from. */
        BytesBySource: {
            /**
             * Format: int64
             * @description From this machine's disk.
             */
            disk: number;
            /**
             * Format: int64
             * @description From peers in the local network.
             */
            lan: number;
            /**
             * Format: int64
             * @description From the stores' own servers.
             */
            origin: number;
            /**
             * Format: int64
             * @description From other peers.
             */
            peer: number;
        };
        /** @description A category and how many apps are in it. */
        CategoryCount: {
            /**
             * Format: int64
             * @description Apps in it.
             */
            count: number;
            /** @description Its word. */
            name: string;
        };
        /** @description Answer of `GET /api/audit/chain`. */
        ChainAnswer: {
            /** @description Where it is broken. */
            broken?: components["schemas"]["BrokenAnswer"];
            /** @description When it was checked (RFC 3339); at most a minute ago. */
            checkedAt: string;
            /**
             * Format: int64
             * @description Number of the first line that is kept.
             */
            firstSeq?: number;
            /** @description Its hash. Note it elsewhere to see later that nothing was cut off. */
            lastHash?: string;
            /**
             * Format: int64
             * @description Number of the last one.
             */
            lastSeq?: number;
            /**
             * Format: int64
             * @description Lines that were checked; 0 when it is broken.
             */
            lines: number;
            /** @description Whether every line follows from the one before it. */
            ok: boolean;
        };
        /** @description One difference between the container and the form. */
        ChangeAnswer: {
            after?: string;
            before?: string;
            /** @description Field of the form. */
            field: string;
            group: components["schemas"]["ChangeGroup"];
            kind: components["schemas"]["ChangeKind"];
            /** @description What is changed, in words. */
            label: string;
        };
        /**
         * @description Part of the form that a change belongs to.
         * @enum {string}
         */
        ChangeGroup: "Image" | "Ports" | "Storage" | "Environment" | "Network" | "Health" | "Limits" | "Rights" | "Other";
        /**
         * @description What a change does.
         * @enum {string}
         */
        ChangeKind: "added" | "removed" | "changed";
        /** @description Body of `PUT /api/store/installs/{id}` and of its preview. */
        ChangeRequest: {
            /** @description All answers, changed; secrets that are left out are kept. */
            answers: components["schemas"]["Answers"];
            /** @description Names of the risks that are accepted. */
            confirmRisks?: string[];
            /** @description As it came with the answers. Not looked at by a preview. */
            revision?: string;
            /** @description Go to the version the store has now; absent stays at the installed one. */
            update?: boolean;
        };
        /** @description A library in the program or in its page. */
        Component: {
            /** @description Its licence, as an SPDX expression. */
            licence: string;
            /** @description Its name. */
            name: string;
            /** @description Its version. */
            version: string;
        };
        /** @description A Compose file. */
        ComposeAnswer: {
            /** @description YAML. */
            yaml: string;
        };
        /** @description A file that is put in. */
        ConfigFileView: {
            /**
             * Format: int64
             * @description Its size.
             */
            bytes: number;
            /** @description Path in the container. */
            target: string;
        };
        /** @description A container, without its configuration's bulk. */
        Container: {
            /** @description When it was made (RFC 3339). */
            created: string;
            /** @description Icon chosen in the manager: `builtin:<word>` or `stored:<64 hex>`. */
            customIcon?: string;
            /** @description Registry digest of that image, where one is known. */
            digest?: string;
            /** @description What the engine said when it could not start it. */
            error?: string;
            /**
             * Format: int64
             * @description Exit code of its last run; absent while it runs and before its first.
             */
            exitCode?: number;
            /** @description End of its last run (RFC 3339). */
            finishedAt?: string;
            /** @description Health, when it has a health check. */
            health?: components["schemas"]["Health"];
            /** @description Address of an icon, from a label. */
            icon?: string;
            /** @description Full id, 64 hexadecimal digits. */
            id: string;
            /** @description Image reference as asked for. */
            image: string;
            /** @description Id of the image it was made from. */
            imageId: string;
            /** @description Its labels. */
            labels: {
                [key: string]: string;
            };
            /** @description Mounts by target. */
            mounts: components["schemas"]["MountView"][];
            /** @description Name without a leading slash. */
            name: string;
            /** @description Networks by name. */
            networks: components["schemas"]["NetworkView"][];
            /** @description Whether the kernel ended its last run for want of memory. */
            oomKilled: boolean;
            /** @description Id of the operation that works on it now. */
            operation?: string;
            /** @description Ports, published ones first. */
            ports: components["schemas"]["PortView"][];
            /** @description Compose project. */
            project?: string;
            /**
             * Format: int64
             * @description Restarts by the policy since it was last started by hand.
             */
            restartCount: number;
            /** @description Restart policy. */
            restartPolicy: components["schemas"]["RestartPolicyView"];
            /** @description Compose service. */
            service?: string;
            /** @description Start of its last run (RFC 3339). */
            startedAt?: string;
            /** @description What it does now. */
            state: components["schemas"]["ContainerState"];
            /** @description Its own web page. */
            webUi?: components["schemas"]["WebUi"];
        };
        /** @description A container with its whole configuration. */
        ContainerDetail: components["schemas"]["Container"] & {
            /** @description Added capabilities. */
            capAdd: string[];
            /** @description Arguments to the entrypoint. */
            command: string[];
            /** @description Devices of the host. */
            devices: components["schemas"]["DeviceView"][];
            /** @description Entrypoint. */
            entrypoint: string[];
            /** @description Environment, the image's own included. */
            env: components["schemas"]["EnvVar"][];
            /** @description The engine's last five probes, oldest first. */
            healthLog: components["schemas"]["HealthProbe"][];
            /** @description The configured health check. */
            healthcheck?: components["schemas"]["HealthcheckView"];
            /** @description Host name inside. */
            hostname: string;
            /** @description Log driver. */
            logDriver: string;
            /** @description Network mode as configured. */
            networkMode: string;
            /**
             * Format: int64
             * @description Process id of its main process on the host while it runs.
             */
            pid?: number;
            /** @description `host` when it sees the host's processes. */
            pidMode: string;
            /** @description Operating system. */
            platform: string;
            /** @description Whether it runs privileged. */
            privileged: boolean;
            /** @description Whether it has a terminal. */
            tty: boolean;
            /** @description User it runs as; empty means the image's. */
            user: string;
            /** @description Working directory. */
            workingDir: string;
        };
        /**
         * @description A row of `containers` in a sample: id, cpuPercent, memoryBytes,
         *     memoryLimitBytes, rxPerSecond, txPerSecond, readPerSecond, writePerSecond,
         *     pids. The last five are null where they are not known.
         */
        ContainerRow: Record<string, never>[];
        /** @description A container as a form. */
        ContainerSettings: {
            /** @description Its settings without those of its image. */
            form: components["schemas"]["CreateRequest"];
            /** @description Settings the form does not show; a recreated container has them too. */
            keeps: components["schemas"]["KeptAnswer"][];
            /** @description Names this state of the settings; to be sent back with a changed form. */
            revision: string;
        };
        /**
         * @description State of a container in the engine's words (Engine API, `ContainerState.Status`).
         * @enum {string}
         */
        ContainerState: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
        /** @description One container's numbers. */
        ContainerStats: {
            /**
             * Format: int64
             * @description When it was read, in milliseconds since 1970.
             */
            at: number;
            /**
             * Format: double
             * @description Processor use; 100 is one core, as `docker stats` counts.
             */
            cpuPercent: number;
            /** @description Full id. */
            id: string;
            /**
             * Format: int64
             * @description Memory in use, as `docker stats` counts.
             */
            memoryBytes: number;
            /**
             * Format: int64
             * @description Most it may use; the machine's memory when nothing else limits it.
             */
            memoryLimitBytes: number;
            /**
             * Format: int64
             * @description Processes and threads.
             */
            pids?: number;
            /**
             * Format: int64
             * @description Bytes read from disks in a second; absent where the kernel does not count.
             */
            readPerSecond?: number;
            /**
             * Format: int64
             * @description Bytes received in a second; absent with the host's network.
             */
            rxPerSecond?: number;
            /**
             * Format: int64
             * @description Bytes sent in a second.
             */
            txPerSecond?: number;
            /**
             * Format: int64
             * @description Bytes written in a second.
             */
            writePerSecond?: number;
        };
        /** @description What is known about updates of one container. */
        ContainerUpdate: {
            /** @description Name of the install from a store it belongs to. */
            app?: string;
            /** @description Whether the schedule would update it. */
            automatic: boolean;
            /** @description What an update would bring, also when it is held, skipped or waiting. */
            available?: components["schemas"]["AvailableUpdate"];
            /** @description What ran before, the newest first. */
            before: components["schemas"]["DeployedBefore"][];
            /** @description When its registry or store was last asked (RFC 3339). */
            checkedAt?: string;
            /**
             * @description Whether it looks like a database, which is never updated unless somebody
             *     says so for this one.
             */
            database: boolean;
            /** @description Digest of what runs; absent when no registry knows it. */
            digest?: string;
            /** @description The reference it follows, as a person writes it: `nginx:1.27`. */
            follows?: string;
            /** @description Its id. */
            id: string;
            /** @description Id of that install. Its images are updated with the app. */
            install?: string;
            /** @description Its name. */
            name: string;
            /** @description Later tags of the same kind, at most one for each step. */
            newerTags: components["schemas"]["NewerTag"][];
            /** @description The operation that deployed it; absent for one that was made elsewhere. */
            operation?: string;
            /** @description How it wants to be treated. */
            policy: components["schemas"]["UpdatePolicy"];
            /** @description Why it is so, when there is something to say. */
            reason?: string;
            /** @description Since when (RFC 3339). */
            since: string;
            /** @description Whether something newer is there. */
            status: components["schemas"]["UpdateStatus"];
        };
        /** @description Answer when the container is there, or its operation goes on. */
        CreateAnswer: {
            /** @description Its id, once it is there. */
            id?: string;
            /** @description Its name, once it is there. */
            name?: string;
            /** @description The operation. */
            operationId: string;
        };
        /**
         * @description A container to be made. Names are those of the Compose specification where
         *     it has one. What is absent is left to the image or the engine.
         */
        CreateRequest: {
            /** @description Whether the engine removes it when it ends. */
            autoRemove?: boolean;
            /** @description Added capabilities. */
            capAdd?: string[];
            /** @description Capabilities taken away. */
            capDrop?: string[];
            /** @description Command; absent means the image's. */
            command?: string[];
            /** @description Names of risks that are accepted. */
            confirmRisks?: string[];
            /**
             * Format: int64
             * @description Weight among those who want the processor; 1024 is usual.
             */
            cpuShares?: number;
            /**
             * Format: double
             * @description Most processors: `1.5`.
             */
            cpus?: number;
            /** @description Which processors: `0-3,6`. */
            cpuset?: string;
            /** @description Devices of the host. */
            devices?: components["schemas"]["DeviceRequest"][];
            /** @description Name servers. */
            dns?: string[];
            /** @description Options of the resolver: `ndots:1`. */
            dnsOptions?: string[];
            /** @description Search domains. */
            dnsSearch?: string[];
            /** @description Domain name inside. */
            domainname?: string;
            /** @description Entrypoint; absent means the image's. */
            entrypoint?: string[];
            /** @description Environment. */
            env?: components["schemas"]["EnvVar"][];
            /** @description Names with fixed addresses. */
            extraHosts?: components["schemas"]["HostRequest"][];
            /** @description Graphics processors. */
            gpus?: components["schemas"]["GpuRequest"];
            /** @description More groups of its user. */
            groupAdd?: string[];
            /** @description Health check. */
            healthcheck?: components["schemas"]["HealthcheckRequest"];
            /** @description Host name inside. */
            hostname?: string;
            /** @description Image by name or id. */
            image: string;
            /** @description Whether a small init process runs before the main one. */
            init?: boolean;
            /**
             * @description Whose shared memory it sees: `private`, `shareable`, `none`, `host`,
             *     `container:NAME`.
             */
            ipc?: string;
            /** @description Labels. */
            labels?: {
                [key: string]: string;
            };
            /** @description Where its output goes. */
            logging?: components["schemas"]["LoggingRequest"];
            /**
             * Format: int64
             * @description Most memory, in bytes; 6 MiB at least.
             */
            memoryBytes?: number;
            /**
             * Format: int64
             * @description Memory it is held to when the host runs short, in bytes.
             */
            memoryReservationBytes?: number;
            /**
             * Format: int64
             * @description Most memory and swap together, in bytes; -1 is no limit.
             */
            memorySwapBytes?: number;
            /** @description Directories, files, volumes and memory. */
            mounts?: components["schemas"]["MountRequest"][];
            /** @description Name; absent means one made from the image. */
            name?: string;
            /** @description `bridge`, `host`, `none`, `container:NAME`, or one network's name. */
            network?: string;
            /**
             * @description Several networks, or one with aliases or fixed addresses. Not together
             *     with `network`.
             */
            networks?: components["schemas"]["NetworkRequest"][];
            /** @description The host's processes are visible. */
            pidHost?: boolean;
            /**
             * Format: int64
             * @description Most processes; -1 is no limit.
             */
            pidsLimit?: number;
            /** @description Ports. */
            ports?: components["schemas"]["PortRequest"][];
            /** @description All rights of the host's root. */
            privileged?: boolean;
            /** @description `missing` or `always`. */
            pull?: string;
            /** @description Whether its own files can only be read. */
            readOnly?: boolean;
            /** @description Restart policy. */
            restart?: components["schemas"]["RestartRequest"];
            /** @description Security options: `no-new-privileges`. */
            securityOpt?: string[];
            /**
             * Format: int64
             * @description Size of `/dev/shm`, in bytes.
             */
            shmSizeBytes?: number;
            /** @description Whether to start it. */
            start?: boolean;
            /** @description Whether its standard input stays open. */
            stdinOpen?: boolean;
            /**
             * Format: int64
             * @description Seconds until it is ended by force.
             */
            stopGraceSeconds?: number;
            /** @description Signal that stops it: `SIGTERM`. */
            stopSignal?: string;
            /** @description Kernel parameters. */
            sysctls?: {
                [key: string]: string;
            };
            /** @description Whether it has a terminal. */
            tty?: boolean;
            /** @description Limits of single processes. */
            ulimits?: components["schemas"]["UlimitRequest"][];
            /** @description User, perhaps with a group: `1000:1000`. */
            user?: string;
            /** @description Working directory. */
            workingDir?: string;
        };
        /** @description Another container that an update touches. */
        Dependant: {
            /** @description `recreate` or `restart`. */
            action: components["schemas"]["DependantAction"];
            /** @description Its name. */
            name: string;
            /** @description Why. */
            reason: string;
        };
        /**
         * @description What happens to a dependant.
         * @enum {string}
         */
        DependantAction: "recreate" | "restart";
        /** @description A digest that was deployed before. */
        DeployedBefore: {
            /** @description Its registry digest. */
            digest: string;
            /** @description Whether the image is still here; otherwise going back fetches it again. */
            here: boolean;
            /** @description Reference that was followed then. */
            reference: string;
            /** @description From when it ran (RFC 3339). */
            since: string;
            /** @description Until when (RFC 3339). */
            until: string;
        };
        /** @description The answer for a device. */
        DeviceAnswer: {
            /**
             * @description Path of the server; absent is the default.
             * @default null
             */
            host?: string;
            /**
             * @description Leave it out.
             * @default false
             */
            off?: boolean;
        };
        /** @description A device. Its answer stands in `devices` under its id; problems are on `devices.ID`. */
        DeviceField: {
            /** @description Devices of this machine that look alike. */
            candidates: string[];
            /** @description Path in the container. */
            container: string;
            /** @description Path of the server when nothing is entered. */
            default: string;
            /** @description More about it. */
            description?: string;
            /** @description `SERVICE:PATH`. */
            id: string;
            /** @description Text beside the field. */
            label?: string;
            /** @description Whether that is there. */
            present: boolean;
            /** @description It can not be left out. */
            required: boolean;
            /** @description Service. */
            service: string;
        };
        /** @description A device. */
        DeviceRequest: {
            /** @description Inside; absent means the same. */
            container?: string;
            /** @description On the host. */
            host: string;
            /** @description Some of `rwm`; absent means all. */
            permissions?: string;
        };
        /** @description A device of the host given to the container. */
        DeviceView: {
            /** @description Path in the container. */
            container: string;
            /** @description Path on the host. */
            host: string;
            /** @description Some of `r`, `w`, `m`. */
            permissions: string;
        };
        /** @description What the engine is and can. */
        EngineFacts: {
            /** @description The API version agreed on. */
            apiVersion: string;
            /** @description Processor architecture: `x86_64`. */
            arch: string;
            /**
             * Format: int32
             * @description Version of control groups, 1 or 2.
             */
            cgroupVersion: number;
            /**
             * Format: int64
             * @description Processors it may use.
             */
            cpus: number;
            /** @description Whether it hands out graphics processors. */
            gpus: boolean;
            /** @description Kernel version. */
            kernel: string;
            /** @description Log drivers it has. */
            logDrivers: string[];
            /**
             * Format: int64
             * @description Memory of the machine.
             */
            memoryBytes: number;
            /** @description Operating system: `Debian GNU/Linux 12 (bookworm)`. */
            os: string;
            /** @description Whether it runs without the rights of root. */
            rootless: boolean;
            /** @description Runtimes it has. */
            runtimes: string[];
            /** @description How it stores images and containers: `overlay2`. */
            storageDriver: string;
            /** @description Its version. */
            version: string;
        };
        /** @description Whether Docker answers. */
        EngineStatus: {
            /** @description Engine API version that was agreed on. */
            apiVersion?: string;
            /** @description Whether lists are live. */
            connected: boolean;
            /** @description Why it is not, in words. */
            message?: string;
            /** @description Since when it is so (RFC 3339). */
            since: string;
            /** @description Engine's version. */
            version?: string;
        };
        /** @description One environment variable. */
        EnvVar: {
            /** @description Its name. */
            name: string;
            /** @description Its value. */
            value: string;
        };
        /** @description The body of every error. */
        ErrorBody: {
            /** @description Stable word for programs. */
            code: string;
            /** @description The field it is about, when there is one. */
            field?: string;
            /** @description What is wrong and what to do. */
            message: string;
            /** @description All that is wrong, when there is more than one thing to say. */
            problems?: components["schemas"]["ProblemBody"][];
            /** @description Names the request in the agent's log and the audit log. */
            requestId: string;
        };
        /**
         * @description Whether an app runs on this machine.
         * @enum {string}
         */
        Fit: "yes" | "no" | "unknown";
        /** @description A value that was made up, told once. */
        GeneratedSecret: {
            /** @description Key of the param. */
            key: string;
            /** @description Its label. */
            label: string;
            /** @description The value. */
            value: string;
        };
        /** @description Graphics processors. */
        GpuRequest: {
            /** @description What they are used for; absent means `gpu`. */
            capabilities?: string[];
            /**
             * Format: int64
             * @description How many; -1 means all, and so does leaving out this and `deviceIds`.
             */
            count?: number;
            /** @description Which ones, instead of a number. */
            deviceIds?: string[];
            /** @description Driver; absent lets the engine choose. */
            driver?: string;
        };
        /** @description Health of a container that has a health check. */
        Health: {
            /**
             * Format: int64
             * @description Failed probes in a row.
             */
            failingStreak: number;
            /** @description The newest probe; absent before the first. */
            reason?: components["schemas"]["HealthReason"];
            /** @description The verdict. */
            status: components["schemas"]["HealthStatus"];
        };
        /** @description Answer of `GET /api/health`. */
        HealthAnswer: {
            /** @description Docker. Its versions and messages are for the signed in. */
            engine: components["schemas"]["EngineStatus"];
            /** @description Who takes live numbers, for the signed in. */
            sampler?: components["schemas"]["SamplerAnswer"];
            /** @description The machine, for the signed in. */
            server?: components["schemas"]["ServerInfo"];
            /** @description Whether the first password is still to be set. */
            setupNeeded: boolean;
            /** @description `ok`, or `degraded` while Docker does not answer. */
            status: string;
        };
        /** @description One probe of the health check. */
        HealthProbe: {
            /** @description When it ended (RFC 3339). */
            end: string;
            /**
             * Format: int64
             * @description Exit code; 0 is healthy.
             */
            exitCode: number;
            /** @description What it printed, at most 2,048 bytes. */
            output: string;
            /** @description When it began (RFC 3339). */
            start: string;
        };
        /** @description Why a health check says what it says: its newest probe. */
        HealthReason: {
            /** @description When the probe ended (RFC 3339). */
            at: string;
            /**
             * Format: int64
             * @description The probe's exit code; 0 is healthy.
             */
            exitCode: number;
            /** @description What the probe printed, at most 2,048 bytes. */
            output: string;
        };
        /**
         * @description Result of the container's health check.
         * @enum {string}
         */
        HealthStatus: "starting" | "healthy" | "unhealthy";
        /** @description A health check. */
        HealthcheckRequest: {
            /**
             * Format: int64
             * @description Seconds between probes, 1 to 86,400.
             */
            intervalSeconds?: number;
            /**
             * Format: int64
             * @description Failures in a row until unhealthy, 1 to 100.
             */
            retries?: number;
            /**
             * Format: int64
             * @description Seconds in which failures do not count.
             */
            startPeriodSeconds?: number;
            /** @description `CMD`, `CMD-SHELL` or `NONE`, then the command. */
            test: string[];
            /**
             * Format: int64
             * @description Seconds for one probe.
             */
            timeoutSeconds?: number;
        };
        /** @description The configured health check. */
        HealthcheckView: {
            /**
             * Format: double
             * @description Seconds between probes; 0 means the engine's default.
             */
            intervalSeconds: number;
            /**
             * Format: int64
             * @description Failures in a row until unhealthy; 0 means the engine's default.
             */
            retries: number;
            /**
             * Format: double
             * @description Seconds in which failures do not count.
             */
            startPeriodSeconds: number;
            /** @description `CMD`, `CMD-SHELL` or `NONE`, then the command. */
            test: string[];
            /**
             * Format: double
             * @description Seconds a probe may take; 0 means the engine's default.
             */
            timeoutSeconds: number;
        };
        /** @description A name with a fixed address. */
        HostRequest: {
            /** @description The name. */
            host: string;
            /** @description Its address, or `host-gateway`. */
            ip: string;
        };
        /** @description The machine's numbers in a sample. */
        HostStats: {
            /**
             * Format: int32
             * @description Cores.
             */
            cores: number;
            /**
             * Format: double
             * @description Processor use, 0 to 100 of all cores.
             */
            cpuPercent: number;
            /**
             * Format: double
             * @description Load average of the last minute.
             */
            load1: number;
            /**
             * Format: int64
             * @description Memory installed.
             */
            memoryTotalBytes: number;
            /**
             * Format: int64
             * @description Memory that could not be had at once.
             */
            memoryUsedBytes: number;
            /**
             * Format: int64
             * @description Bytes received in a second by the machine's own network devices.
             */
            rxPerSecond: number;
            /**
             * Format: int64
             * @description Its size, without what is kept for root.
             */
            storageTotalBytes: number;
            /**
             * Format: int64
             * @description Used on the file system of the app-data root.
             */
            storageUsedBytes: number;
            /**
             * Format: int64
             * @description Bytes sent.
             */
            txPerSecond: number;
        };
        /** @description The icon a container has now. */
        IconAnswer: {
            /** @description `builtin:<word>` or `stored:<64 hex>`. */
            customIcon: string;
        };
        /** @description Another form of the body of `PUT /api/containers/{id}/icon`: one of both. */
        IconRequest: {
            /** @description A picture that comes with the page, by its word. */
            builtin?: string;
            /** @description A picture that was sent before, by its id. */
            stored?: string;
        };
        /** @description Pictures that are kept. */
        IconsAnswer: {
            /** @description Each of them, the newest first. */
            stored: components["schemas"]["StoredIcon"][];
        };
        /** @description An image the engine holds. */
        Image: {
            /** @description Names of the containers made from it. */
            containers: string[];
            /** @description When it was built (RFC 3339). */
            created: string;
            /** @description `repository@digest` under which registries know it. */
            digests: string[];
            /** @description Id (digest of its configuration). */
            id: string;
            /** @description Names with tag; empty when it is only reached by id or digest. */
            references: string[];
            /**
             * Format: int64
             * @description Bytes on disk, layers shared with other images included.
             */
            sizeBytes: number;
        };
        /**
         * @description What the labels of an image say about where it comes from
         *     (`org.opencontainers.image.*`).
         */
        ImageOrigin: {
            /** @description Revision of the source. */
            revision?: string;
            /** @description Page of the source; `http` or `https` only. */
            source?: string;
            /** @description Version. */
            version?: string;
        };
        /** @description A container of an install. */
        InstallContainer: {
            /** @description Its id, while it is there. */
            id?: string;
            /** @description Name of the container. */
            name: string;
            /** @description Service. */
            service: string;
            /** @description Its state, while it is there. */
            state?: components["schemas"]["ContainerState"];
        };
        /** @description An install with its settings, as a form to be opened again. */
        InstallDetails: components["schemas"]["InstallSummary"] & {
            /** @description What was answered, without secrets: see `kept` of a param. */
            answers: components["schemas"]["Answers"];
            /** @description Risks that were confirmed. */
            confirmed: string[];
            /** @description The form. */
            form: components["schemas"]["AppForm"];
            /** @description Its private network. */
            network?: string;
            /** @description Names this state of the settings; to be sent back with changed answers. */
            revision: string;
        };
        /** @description Body of `POST /api/store/preview` and `POST /api/store/install`. */
        InstallRequest: {
            /** @description Answers to its form. */
            answers?: components["schemas"]["Answers"];
            /** @description Names of the risks that are accepted. */
            confirmRisks?: string[];
            /** @description The app. */
            slug: string;
            /** @description Id of the store. */
            store: string;
        };
        /** @description An install that was begun. */
        InstallStarted: {
            /** @description Id of the install. */
            install: string;
            /** @description The operation. */
            operationId: string;
            /** @description Values that were made up; they are not shown again. */
            secrets: components["schemas"]["GeneratedSecret"][];
        };
        /**
         * @description Where an install stands.
         * @enum {string}
         */
        InstallState: "installing" | "installed" | "changing" | "removing" | "removed";
        /** @description Something installed from a store. */
        InstallSummary: {
            /** @description Name of the app for people. */
            app: string;
            /** @description When its settings last changed (RFC 3339). */
            changedAt: string;
            /** @description Its containers. */
            containers: components["schemas"]["InstallContainer"][];
            /** @description Its id (ULID). */
            id: string;
            /** @description When it was installed (RFC 3339). */
            installedAt: string;
            /** @description Its name; its containers begin with it. */
            name: string;
            /** @description Version the store has now, when it is another. */
            newer?: string;
            /** @description The operation at work on it. */
            operation?: string;
            /** @description The app in it. */
            slug: string;
            /** @description Where it stands. */
            state: components["schemas"]["InstallState"];
            /** @description Id of the store. */
            store: string;
            /** @description Address of its page; the host `HM_HOST` is the one the page was reached by. */
            url?: string;
            /** @description Version that is installed. */
            version: string;
        };
        /** @description Everything installed from stores, for the document only. */
        Installs: {
            /** @description Each of them, by name. What was taken away with its data kept is among them. */
            installs: components["schemas"]["InstallSummary"][];
        };
        /** @description An invitation to a store. */
        InviteAnswer: {
            /** @description `harbour:store:…`; it holds nothing secret. */
            invite: string;
        };
        /** @description A setting that the form does not show. */
        KeptAnswer: {
            /** @description What it is. */
            name: string;
            /** @description Its value in words. */
            value: string;
        };
        /** @description A volume or a folder with data. */
        KeptData: {
            /** @description Whether `deleteData` would delete it: what this app made itself. */
            deletable: boolean;
            /** @description `volume` or `folder`. */
            kind: string;
            /** @description Its name or its path. */
            name: string;
            /**
             * Format: int64
             * @description Its size, when the engine knows it.
             */
            sizeBytes?: number;
            /** @description Other containers that use it; it stays then in any case. */
            usedBy: string[];
        };
        /** @description Body of kill. */
        KillRequest: {
            /**
             * @description Signal by name or number; absent means SIGKILL.
             * @default null
             */
            signal?: string;
        };
        /** @description One layer of a pull. */
        LayerProgress: {
            /**
             * Format: int64
             * @description Bytes so far.
             */
            current?: number;
            /** @description The engine's short id of the layer. */
            id: string;
            /** @description The engine's words: `Downloading`, `Extracting`, `Pull complete`. */
            status: string;
            /**
             * Format: int64
             * @description Bytes in all.
             */
            total?: number;
        };
        /** @description Where the output goes. */
        LoggingRequest: {
            /** @description Log driver: `json-file`. */
            driver: string;
            /** @description Its options: `max-size`. */
            options?: {
                [key: string]: string;
            };
        };
        /** @description Answer to setting up and signing in. */
        LoginAnswer: {
            /**
             * @description To be kept, also when signed out, and sent as `X-Known-Browser` when
             *     signing in: its tries are not held up by those of strangers.
             */
            browser: string;
            /** @description When the session began (RFC 3339). */
            createdAt: string;
            /** @description When it ends in any case (RFC 3339). */
            expiresAt: string;
            /** @description When it ends unless it is used (RFC 3339). */
            idleExpiresAt: string;
            /** @description The second proof, to be sent with every request. */
            proof: string;
            /** @description The header to send it in. */
            proofHeader: string;
            /** @description The account. */
            user: string;
        };
        /** @description Body of `POST /api/login`. */
        LoginRequest: {
            /** @description The password. */
            password: string;
        };
        /** @description Body of `POST /api/logout`. */
        LogoutRequest: {
            /**
             * @description Whether to end all sessions, on all devices.
             * @default false
             */
            everywhere?: boolean;
        };
        /** @description A network that was made. */
        MadeNetwork: {
            /** @description Full id. */
            id: string;
            /** @description Name. */
            name: string;
        };
        /** @description A manifest, for the document only. */
        ManifestText: string;
        /**
         * @description Kind of a mount.
         * @enum {string}
         */
        MountKind: "bind" | "volume" | "tmpfs" | "other";
        /** @description A mount. */
        MountRequest: {
            /** @description Whether to make a missing directory, below the app-data root. */
            create?: boolean;
            /** @description With `tmpfs`: access rights as octal text, `1777`. */
            mode?: string;
            /** @description Whether it may only be read. */
            readOnly?: boolean;
            /**
             * Format: int64
             * @description With `tmpfs`: the most it may hold.
             */
            sizeBytes?: number;
            /** @description Host path or volume name; absent with `tmpfs`. */
            source?: string;
            /** @description Path inside. */
            target: string;
            /** @description `bind`, `volume` or `tmpfs`. */
            type: string;
        };
        /** @description Something mounted into the container. */
        MountView: {
            /** @description Whether the container may only read it. */
            readOnly: boolean;
            /** @description Host path, or the volume's name. */
            source: string;
            /** @description Path inside the container. */
            target: string;
            /** @description What it is. */
            type: components["schemas"]["MountKind"];
        };
        /** @description A network of the engine. */
        Network: {
            /** @description Whether the engine made it for itself; such a one stays. */
            builtIn: boolean;
            /** @description Containers that belong to it, by name. */
            containers: components["schemas"]["Attached"][];
            /** @description When it was made (RFC 3339). */
            created: string;
            /** @description `bridge`, `macvlan` … */
            driver: string;
            /** @description Full id. */
            id: string;
            /** @description Whether it has no way out. */
            internal: boolean;
            /** @description Whether it has IPv6. */
            ipv6: boolean;
            /** @description Its labels. */
            labels: {
                [key: string]: string;
            };
            /** @description Name. */
            name: string;
            /** @description Compose project. */
            project?: string;
            /** @description `local`, or `swarm`. */
            scope: string;
            /** @description Its ranges of addresses. */
            subnets: components["schemas"]["Subnet"][];
        };
        /** @description A network to join. */
        NetworkRequest: {
            /** @description More names the container answers to there. */
            aliases?: string[];
            /** @description Fixed IPv4 address. */
            ipv4Address?: string;
            /** @description Fixed IPv6 address. */
            ipv6Address?: string;
            /** @description Its name. */
            name: string;
        };
        /** @description A network the container is attached to. */
        NetworkView: {
            /** @description Names it answers to there. */
            aliases: string[];
            /** @description Its address there while it runs. */
            ipAddress?: string;
            /** @description Its IPv6 address there while it runs. */
            ipv6Address?: string;
            /** @description The network's name. */
            name: string;
        };
        /** @description Body of `POST /api/networks`. */
        NewNetwork: {
            /** @description Absent means `bridge`, which is the only one that can be made here. */
            driver?: string;
            /** @description The server's own address in the subnet. */
            gateway?: string;
            /** @description Whether it has no way out. */
            internal?: boolean;
            /** @description Whether it has IPv6. */
            ipv6?: boolean;
            /** @description Labels. */
            labels?: {
                [key: string]: string;
            };
            /** @description Name. */
            name: string;
            /** @description `172.20.0.0/16`; absent lets the engine choose. */
            subnet?: string;
        };
        /** @description A tag of the same kind that is later. It is a hint; nothing follows it by itself. */
        NewerTag: {
            /** @description How large the step is. */
            step: components["schemas"]["TagStepView"];
            /** @description The tag: `1.27.4`. */
            tag: string;
        };
        /** @description The part of this program that speaks to the outside. */
        NodeView: {
            /**
             * Format: int64
             * @description Announcements that were believed and passed on, since it started.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Bytes it keeps on disk.
             */
            diskBytes: number;
            /**
             * Format: int64
             * @description Bytes it may keep; absent while it is not known.
             */
            diskLimit?: number;
            /** @description Where it can be reached. */
            listens: string[];
            /** @description Why it does not, or what it cannot do. */
            message?: string;
            /** @description `embedded` in this process, or `separate` behind a socket. */
            mode: string;
            /** @description Its id among peers; absent while it has none. */
            peerId?: string;
            /**
             * Format: int64
             * @description Announcements that were forged, since it started.
             */
            rejected: number;
            /** @description Whether it answers. */
            running: boolean;
            /**
             * Format: int64
             * @description Peers that are shut out now.
             */
            shutOut: number;
        };
        /** @description A part of a command line that is not in the form. */
        NotUnderstood: {
            /** @description Why, and what to do. */
            reason: string;
            /** @description As it was written. */
            text: string;
        };
        /** @description A long operation. */
        Operation: {
            /** @description Who started it. */
            actor: string;
            /** @description Whether somebody asked to cancel it. */
            cancelRequested: boolean;
            /** @description Whether a cancel can still take effect. */
            cancellable: boolean;
            /** @description Why it ended so, when it did not succeed. */
            cause?: string;
            /** @description When (RFC 3339). */
            createdAt: string;
            /** @description When it ended (RFC 3339). */
            endedAt?: string;
            /** @description ULID; sorts by time. */
            id: string;
            /** @description `pull`, `create`, `recreate`, `install`, `changeApp`, `uninstall` or `update`. */
            kind: string;
            /** @description How far the running step is. */
            progress?: components["schemas"]["OperationProgress"];
            /** @description What came out of it. */
            result?: components["schemas"]["OperationResult"];
            /** @description `running`, `succeeded`, `rolledBack` or `needsAttention`. */
            state: string;
            /** @description Its steps in order. */
            steps: components["schemas"]["StepView"][];
            /** @description What it works on. */
            target: components["schemas"]["OperationTarget"];
            /** @description Words for people. */
            title: string;
        };
        /** @description How far the running step is. Only the newest is kept. */
        OperationProgress: {
            /**
             * Format: double
             * @description Share done, 0 to 1, when it can be known.
             */
            fraction?: number;
            /** @description Layers of a pull in the engine's order. */
            layers: components["schemas"]["LayerProgress"][];
        };
        /** @description What came out of it. */
        OperationResult: {
            /** @description The container it made. */
            containerId?: string;
            /** @description That image's registry digest. */
            digest?: string;
            /** @description The image it fetched. */
            imageId?: string;
        };
        /** @description What an operation works on. */
        OperationTarget: {
            /** @description Name of an install from a store. */
            app?: string;
            /** @description Container's name. */
            containerName?: string;
            /** @description Image reference. */
            image?: string;
        };
        /** @description A param. Its answer stands in `params` under its key; problems are on `params.KEY`. */
        ParamField: {
            /** @description Belongs into the advanced section. */
            advanced: boolean;
            /** @description Value when nothing is entered, filled in for this machine. */
            default?: string;
            /** @description More about it. */
            description?: string;
            /** @description Made up when nothing is entered, and told once. */
            generated: boolean;
            /** @description A value is kept from before and is not shown; nothing entered keeps it. */
            kept: boolean;
            /** @description Key. */
            key: string;
            /** @description Kind of value. */
            kind: components["schemas"]["ParamKindView"];
            /** @description Text beside the field. */
            label: string;
            /**
             * Format: double
             * @description Greatest number, or greatest length.
             */
            max?: number;
            /**
             * Format: double
             * @description Least number, or least length.
             */
            min?: number;
            /** @description Values to choose from; empty is free text. */
            options: string[];
            /** @description Regular expression for the whole value. */
            pattern?: string;
            /** @description It can not be left empty. */
            required: boolean;
            /** @description Services that are there only when this is on. */
            turnsOn: string[];
        };
        /**
         * @description Kind of a value.
         * @enum {string}
         */
        ParamKindView: "string" | "secret" | "number" | "boolean";
        /** @description Body of `POST /api/account/password`. */
        PasswordRequest: {
            /** @description The password as it is. */
            current: string;
            /** @description The new one, 10 characters to 1,024 bytes. */
            password: string;
        };
        /** @description A registry that wants to be left alone. */
        PausedRegistry: {
            /** @description What it said. */
            reason: string;
            /** @description Its host name. */
            registry: string;
        };
        /** @description A store that a peer has. */
        PeerStore: {
            /** @description Id of the store. */
            store: string;
            /**
             * Format: int64
             * @description The version of its timestamp, when it is known.
             */
            version?: number;
        };
        /** @description Another node. */
        PeerView: {
            /** @description Where it is. */
            addresses: string[];
            /**
             * Format: int64
             * @description Bytes that came from it.
             */
            bytesIn: number;
            /** @description Its id. */
            id: string;
            /** @description It connected to this node, not this node to it. */
            incoming: boolean;
            /** @description Whether it is in the local network. */
            near: boolean;
            /**
             * Format: double
             * @description What its behaviour earned; below 0 is bad.
             */
            score: number;
            /** @description What it has. */
            stores: components["schemas"]["PeerStore"][];
        };
        /**
         * Format: binary
         * @description The bytes of a picture, for the document only.
         */
        Picture: string;
        /** @description Body of `PUT /api/store/stores/{store}/pin`. */
        PinRequest: {
            /** @description Keep all of its files, for this machine and for others. */
            pinned: boolean;
        };
        /** @description A container. */
        PlannedContainer: {
            /** @description Files that are put in. */
            configs: components["schemas"]["ConfigFileView"][];
            /** @description Devices of the server. */
            devices: string[];
            /** @description Digest that is installed. */
            digest: string;
            /** @description Names of its variables; their values may be secrets. */
            env: string[];
            /** @description Image with tag, for people. */
            image: string;
            /** @description Mounts. */
            mounts: components["schemas"]["PlannedMount"][];
            /** @description Its name. */
            name: string;
            /** @description Ports. */
            ports: components["schemas"]["PlannedPort"][];
            /** @description Restart policy. */
            restart: string;
            /** @description What it is for. */
            role: components["schemas"]["PlannedRole"];
            /** @description Its service. */
            service: string;
            /** @description What it waits for. */
            waitsFor: components["schemas"]["PlannedWait"][];
        };
        /** @description A mount. */
        PlannedMount: {
            /** @description `bind`, `volume` or `tmpfs`. */
            kind: string;
            /** @description The container can not write to it. */
            readOnly: boolean;
            /** @description Path of the server or name of the volume; empty for memory. */
            source: string;
            /** @description Path in the container. */
            target: string;
        };
        /** @description A published port. */
        PlannedPort: {
            /**
             * Format: int32
             * @description In the container.
             */
            container: number;
            /**
             * Format: int32
             * @description On the server.
             */
            host?: number;
            /** @description Address on the server; absent is all. */
            hostIp?: string;
            /** @description `tcp` or `udp`. */
            protocol: string;
        };
        /**
         * @description What a container is for.
         * @enum {string}
         */
        PlannedRole: "service" | "setup";
        /** @description A named volume. */
        PlannedVolume: {
            /** @description It is here already and is used with what is in it. */
            exists: boolean;
            /** @description Name. */
            name: string;
        };
        /** @description What must have happened to another container before this one starts. */
        PlannedWait: {
            /** @description `service_started`, `service_healthy` or `service_completed_successfully`. */
            condition: string;
            /** @description The other service. */
            service: string;
        };
        /** @description A port as it would be. */
        PortAnswer: {
            /** Format: int32 */
            container: number;
            /** Format: int32 */
            host?: number;
            hostIp?: string;
            protocol: string;
        };
        /** @description The answer for a port. */
        PortChoice: {
            /**
             * Format: int32
             * @description Port of the server; absent is the default, 0 takes a free one.
             * @default null
             */
            host?: number;
            /**
             * @description Address of the server, such as `127.0.0.1`; absent is the default.
             * @default null
             */
            hostIp?: string;
            /**
             * @description Leave it out.
             * @default false
             */
            off?: boolean;
        };
        /** @description A port. Its answer stands in `ports` under its id; problems are on `ports.ID`. */
        PortField: {
            /**
             * Format: int32
             * @description Port in the container.
             */
            container: number;
            /**
             * Format: int32
             * @description Last port of a range.
             */
            containerEnd?: number;
            /**
             * Format: int32
             * @description Port of the server when nothing is entered; absent takes a free one.
             */
            default?: number;
            /** @description More about it. */
            description?: string;
            /** @description Address of the server when nothing is entered; absent is all. */
            hostIp?: string;
            /** @description `SERVICE:PORT/PROTOCOL`, such as `web:80/tcp` or `dns:53/udp`. */
            id: string;
            /** @description Text beside the field. */
            label?: string;
            /** @description `tcp` or `udp`. */
            protocol: string;
            /** @description It can not be left out. */
            required: boolean;
            /** @description Service. */
            service: string;
            /** @description It leads to the app's page. */
            webUi: boolean;
        };
        /** @description A port, or a range of ports. */
        PortRequest: {
            /**
             * Format: int64
             * @description Inside, 1 to 65,535.
             */
            container: number;
            /**
             * Format: int64
             * @description Last one of a range inside.
             */
            containerEnd?: number;
            /**
             * Format: int64
             * @description On the host; absent lets the engine choose.
             */
            host?: number;
            /**
             * Format: int64
             * @description Last one of a range on the host; absent follows from the other range.
             */
            hostEnd?: number;
            /** @description Host address; absent means all. */
            hostIp?: string;
            /** @description `tcp` or `udp`; absent means tcp. */
            protocol?: string;
        };
        /** @description A port of the container and where the host offers it. */
        PortView: {
            /**
             * Format: int32
             * @description Port inside the container.
             */
            container: number;
            /**
             * Format: int32
             * @description Port on the host; absent when only exposed, or not yet chosen.
             */
            host?: number;
            /** @description Host address it listens on; absent means all. */
            hostIp?: string;
            /** @description `tcp`, `udp` or `sctp`. */
            protocol: string;
        };
        /** @description Answers to several params at once. */
        PresetView: {
            /** @description More about it. */
            description?: string;
            /** @description Name. */
            name: string;
            /** @description Values by key. */
            params: {
                [key: string]: string;
            };
        };
        /** @description Answer of a dry run. */
        PreviewAnswer: {
            /** @description Whether the image is here already. */
            imageLocal: boolean;
            /** @description The name it would get. */
            name: string;
            /** @description Its ports. */
            ports: components["schemas"]["PortAnswer"][];
            /** @description All that is wrong. */
            problems: components["schemas"]["ProblemBody"][];
            /** @description Its risks, confirmed or not. */
            risks: components["schemas"]["RiskAnswer"][];
        };
        /** @description One thing wrong with the answers. */
        PreviewProblem: {
            /** @description Stable word: `port_taken`. */
            code: string;
            /**
             * @description Where: `name`, `params.KEY`, `ports.web:80/tcp`, `volumes.web:/data`,
             *     `devices.ID`, or `app` for what no field can change.
             */
            field: string;
            /** @description What is wrong and what to do. */
            message: string;
            /** @description With `risk_not_confirmed`: what to put into `confirmRisks`. */
            risk?: string;
            /** @description A value that would be right. */
            suggestion?: components["schemas"]["PreviewSuggestion"];
        };
        /** @description Power over the server that must be confirmed. */
        PreviewRisk: {
            /** @description What it means. */
            label: string;
            /** @description What to put into `confirmRisks`. */
            risk: string;
            /** @description Services that have it. */
            services: string[];
        };
        /** @description A value that would be right. */
        PreviewSuggestion: {
            /** @description Words for a button: `Use 8081`. */
            label: string;
            /** @description The value: a text or a number. */
            value: Record<string, never>;
        };
        /** @description One thing wrong with a request. */
        ProblemBody: {
            /** @description Stable word: `port_taken`. */
            code: string;
            /** @description Where: `ports.0.host`. */
            field: string;
            /** @description What is wrong and what to do. */
            message: string;
            /** @description With `risk_not_confirmed`: what to put into `confirmRisks`. */
            risk?: string;
            /** @description A value that would be right. */
            suggestion?: components["schemas"]["SuggestionBody"];
        };
        /** @description Something that stayed. */
        PruneFailure: {
            /** @description What was asked for. */
            id: string;
            /** @description Its name, where known. */
            name: string;
            /** @description Why it stayed. */
            reason: string;
        };
        /** @description Something nobody uses. */
        PruneItem: {
            /** @description When it was made (RFC 3339). */
            created?: string;
            /** @description What to send to remove it. */
            id: string;
            /** @description Words for people. */
            name: string;
            /** @description Why it may go. */
            reason: string;
            /**
             * Format: int64
             * @description Bytes that go with it alone.
             */
            sizeBytes?: number;
        };
        /** @description What could go. */
        PrunePreview: {
            /**
             * Format: int64
             * @description Bytes in all, at least; layers that only these share are not counted.
             */
            bytes: number;
            /** @description Each of it. */
            items: components["schemas"]["PruneItem"][];
        };
        /** @description Body of tidying up. */
        PruneRequest: {
            /** @description Ids from the preview, at most 1,000. */
            ids: string[];
        };
        /** @description What went. */
        Pruned: {
            /** @description What stayed and why. */
            failed: components["schemas"]["PruneFailure"][];
            /**
             * Format: int64
             * @description Bytes that were freed, at least.
             */
            freedBytes: number;
            /** @description Ids that are gone. */
            removed: string[];
        };
        /** @description Who publishes an app. */
        Publisher: {
            /** @description Id of the key that signs the app: 64 hexadecimal digits. */
            keyId: string;
            /** @description The name the store gives. */
            name: string;
        };
        /** @description Body of `POST /api/images/pull`. */
        PullRequest: {
            /** @description Reference: `postgres:16`, `ghcr.io/immich-app/immich-server@sha256:…` */
            image: string;
        };
        /** @description What would come of making it anew. */
        RecreatePreviewAnswer: components["schemas"]["PreviewAnswer"] & {
            /** @description What would be different. */
            changes: components["schemas"]["ChangeAnswer"][];
        };
        /** @description A changed form. */
        RecreateRequest: {
            /** @description The whole form, changed. */
            form: components["schemas"]["CreateRequest"];
            /** @description As it came with the form. */
            revision: string;
        };
        /** @description What removing an image did. */
        Removed: {
            /** @description Ids that are gone. */
            removed: string[];
            /** @description Names that are gone. */
            untagged: string[];
        };
        /** @description Body of rename. */
        RenameRequest: {
            /** @description The new name. */
            name: string;
        };
        /**
         * @description Names of restart policies (Compose spec, `restart`).
         * @enum {string}
         */
        RestartPolicyName: "no" | "always" | "unless-stopped" | "on-failure";
        /** @description When the engine starts the container again by itself. */
        RestartPolicyView: {
            /**
             * Format: int64
             * @description Tries with `on-failure`; absent means without end.
             */
            maxRetries?: number;
            /** @description The policy. */
            policy: components["schemas"]["RestartPolicyName"];
        };
        /** @description A restart policy. */
        RestartRequest: {
            /**
             * Format: int64
             * @description Tries, with `on-failure`.
             */
            maxRetries?: number;
            /** @description `no`, `always`, `unless-stopped` or `on-failure`. */
            policy: string;
        };
        /** @description A risk of the container. */
        RiskAnswer: {
            /** @description What it means. */
            label: string;
            /** @description What to put into `confirmRisks`. */
            risk: string;
        };
        /** @description A role of a store's metadata. */
        RoleView: {
            /** @description When it expires (RFC 3339). */
            expires: string;
            /** @description Keys that may sign it. */
            keys: components["schemas"]["StoreKey"][];
            /** @description `root`, `timestamp`, `snapshot` or `targets`. */
            role: string;
            /**
             * Format: int32
             * @description How many of them must.
             */
            threshold: number;
            /**
             * Format: int64
             * @description Version that is trusted.
             */
            version: number;
        };
        /** @description Body of `POST /api/containers/{id}/rollback`. */
        RollbackRequest: {
            /** @description Names of the risks that are accepted. */
            confirmRisks?: string[];
            /** @description One of the digests it had before. */
            digest: string;
        };
        /** @description What a command line asks for. */
        RunAnswer: {
            /** @description As a form. */
            form: components["schemas"]["CreateRequest"];
            /** @description What is not in the form. */
            notUnderstood: components["schemas"]["NotUnderstood"][];
        };
        /** @description A command line. */
        RunRequest: {
            /** @description `docker run …`, at most 32 KiB. */
            command: string;
        };
        /** @description The sampler of live numbers. It rests while nobody watches. */
        SamplerAnswer: {
            /**
             * Format: int64
             * @description Samples taken for them since the agent started.
             */
            samples: number;
            /** @description Open streams of live numbers. */
            viewers: number;
        };
        /** @description The machine the agent runs on. */
        ServerInfo: {
            /** @description Where new apps keep their files. */
            appDataRoot: string;
            /**
             * Format: int64
             * @description Processors.
             */
            cpus: number;
            /** @description Host name. */
            hostname: string;
            /**
             * Format: int64
             * @description Memory in bytes.
             */
            memoryBytes: number;
            /** @description Operating system by name. */
            os: string;
            /**
             * Format: int64
             * @description Seconds since the machine started.
             */
            uptimeSeconds: number;
            /** @description The agent's version. */
            version: string;
        };
        /** @description An image of a service, pinned by digest. */
        ServiceImage: {
            /** @description Digest that is installed, whatever the tag means later. */
            digest: string;
            /** @description When the store first saw this digest (RFC 3339). */
            firstSeen: string;
            /** @description Image without tag. */
            image: string;
            /** @description Platforms it is there for, such as `linux/amd64`. */
            platforms: string[];
            /** @description The service. */
            service: string;
            /**
             * Format: int64
             * @description Bytes to fetch for this machine, when known.
             */
            sizeBytes?: number;
            /** @description Tag. */
            tag: string;
        };
        /** @description Answer of `GET /api/session`. */
        SessionAnswer: {
            /** @description When the session began (RFC 3339). */
            createdAt: string;
            /** @description When it ends in any case (RFC 3339). */
            expiresAt: string;
            /** @description When it ends unless it is used (RFC 3339). */
            idleExpiresAt: string;
            /** @description Sessions that are open, this one included. */
            sessions: number;
            /** @description The account. */
            user: string;
        };
        /** @description Somewhere somebody is signed in. */
        SessionView: {
            /** @description When it began (RFC 3339). */
            createdAt: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** @description Its public name; no secret. */
            id: string;
            /** @description Its last request (RFC 3339), at most a minute late after a restart. */
            lastUsedAt: string;
            /** @description Address it was signed in from. */
            remote?: string;
            /** @description The browser's name for itself. */
            userAgent?: string;
        };
        /** @description Answer of both, the settings as they are. */
        SettingsAnswer: {
            /** @description Where new apps keep their files. */
            appDataRoot: string;
            /**
             * Format: int32
             * @description How many days the timeline goes back.
             */
            timelineDays: number;
            /**
             * Format: int32
             * @description How many entries it has at most.
             */
            timelineEntries: number;
        };
        /** @description Body of `PUT /api/settings`. */
        SettingsRequest: {
            /** @description Where new apps keep their files: an absolute path, made if it is missing. */
            appDataRoot: string;
            /**
             * Format: int32
             * @description How many days the timeline goes back, 1 to 3,650.
             */
            timelineDays: number;
            /**
             * Format: int32
             * @description How many entries it has at most, 1,000 to 200,000; absent leaves it.
             */
            timelineEntries?: number;
        };
        /** @description Body of `POST /api/setup`. */
        SetupRequest: {
            /** @description The code printed where the agent was started. */
            code: string;
            /** @description The new password, 10 characters to 1,024 bytes. */
            password: string;
        };
        /**
         * @description How much a line matters; decides its lamp.
         * @enum {string}
         */
        Severity: "info" | "good" | "warning" | "bad";
        /** @description Who vouches for the manifest that was read. */
        SignerView: {
            /** @description Ids of the keys whose signatures were verified: 64 hexadecimal digits each. */
            keys: string[];
            /** @description The role in the store's metadata, such as `app-immich`. */
            role: string;
        };
        /** @description Numbers of the past, by columns of the same length. */
        StatsHistory: {
            /**
             * @description Middle of each point, in milliseconds since 1970, ascending. Where
             *     nothing was recorded there is no point.
             */
            at: number[];
            /** @description Processor use in per cent: of one core for a container, of all for the machine. */
            cpu: number[];
            /** @description Bytes of memory in use. */
            memory: number[];
            /** @description Bytes read from disks in a second; empty for the machine. */
            read: number[];
            /** @description Bytes received in a second. */
            rx: number[];
            /**
             * Format: int32
             * @description Seconds that one point stands for; in the range `10m` the older points
             *     may stand for ten.
             */
            stepSeconds: number;
            /** @description Bytes used on the file system of the app-data root; empty for a container. */
            storage: number[];
            /** @description Bytes sent in a second. */
            tx: number[];
            /** @description Bytes written in a second; empty for the machine. */
            write: number[];
        };
        /** @description All numbers of one moment: the data of event `sample` of `GET /api/stats`. */
        StatsSample: {
            /**
             * Format: int64
             * @description When it was read, in milliseconds since 1970.
             */
            at: number;
            /** @description Its running containers. */
            containers: components["schemas"]["ContainerRow"][];
            /** @description The machine. */
            host: components["schemas"]["HostStats"];
        };
        /** @description One step. */
        StepView: {
            /** @description When it ended (RFC 3339). */
            endedAt?: string;
            /** @description Stable word. */
            name: string;
            /** @description When it began (RFC 3339). */
            startedAt?: string;
            /** @description `pending`, `running`, `done`, `failed` or `undone`. */
            state: string;
            /** @description Words for people. */
            title: string;
        };
        /** @description Body of stop and restart. */
        StopRequest: {
            /**
             * Format: int32
             * @description Seconds until it is ended by force, 0 to 3,600; absent means its own.
             * @default null
             */
            timeoutSeconds?: number;
        };
        /** @description A page of the catalogue. */
        StoreIndex: {
            /** @description The apps of this page, best first. */
            apps: components["schemas"]["AppCard"][];
            /**
             * @description Categories of all apps that the search finds, whatever category is chosen,
             *     the most frequent first.
             */
            categories: components["schemas"]["CategoryCount"][];
            /** @description Where the next page begins; absent on the last one. */
            next?: string;
            /**
             * Format: int64
             * @description Apps that the search finds in the chosen category, on all pages.
             */
            total: number;
        };
        /** @description A key that speaks for a store. */
        StoreKey: {
            /** @description What a person compares: the first digits of it in groups of four. */
            fingerprint: string;
            /** @description Id of the key: 64 hexadecimal digits. */
            keyId: string;
        };
        /**
         * @description How a store stands.
         * @enum {string}
         */
        StoreState: "loading" | "ready" | "stale" | "broken";
        /** @description Everything about where apps come from. */
        StoreStatus: {
            /** @description Bytes of all stores by source. */
            bytes: components["schemas"]["BytesBySource"];
            /** @description The network half. */
            node: components["schemas"]["NodeView"];
            /** @description Peers, near ones first. */
            peers: components["schemas"]["PeerView"][];
            /** @description Stores in the order they were added. */
            stores: components["schemas"]["StoreView"][];
        };
        /** @description A store. */
        StoreView: {
            /**
             * Format: int64
             * @description The newest version that peers announced; absent while there is none.
             */
            announced?: number;
            /**
             * Format: int64
             * @description Apps in it.
             */
            apps: number;
            /** @description Where its bytes came from. */
            bytes: components["schemas"]["BytesBySource"];
            /** @description When it last brought something new (RFC 3339). */
            changedAt?: string;
            /** @description When it was last checked (RFC 3339). */
            checkedAt?: string;
            /** @description Set when this machine's clock was later before. */
            clockWarning?: string;
            /** @description What it is. */
            description?: string;
            /**
             * Format: int64
             * @description Their bytes.
             */
            diskBytes: number;
            /** @description When the first of its roles expires (RFC 3339). */
            expiresAt?: string;
            /**
             * Format: int64
             * @description Files of it on this disk.
             */
            files: number;
            /** @description Its site. */
            homepage?: string;
            /** @description Its id: SHA-256 of its first root file, 64 hexadecimal digits. */
            id: string;
            /** @description Why, when it is not ready, or what went wrong at the last check. */
            message?: string;
            /** @description Its name; the short id until it is known. */
            name: string;
            /** @description Its servers. */
            origins: string[];
            /**
             * Format: int64
             * @description Connected peers that have it.
             */
            peers: number;
            /** @description All of its files are kept and passed on to others. */
            pinned: boolean;
            /** @description Roles that are trusted. */
            roles: components["schemas"]["RoleView"][];
            /** @description The first ten of them. */
            shortId: string;
            /** @description Apps that are listed and can not be read, with the reason. */
            skipped: string[];
            /** @description How long ago that was, in words, when it has expired: `3 days`. */
            staleFor?: string;
            /** @description How it stands. */
            state: components["schemas"]["StoreState"];
        };
        /** @description A picture that is kept. */
        StoredIcon: {
            /** @description Its id, 64 hexadecimal digits. */
            id: string;
            /** @description Names it is kept for. */
            usedBy: string[];
        };
        /** @description A range of addresses. */
        Subnet: {
            /** @description The server's own address in it. */
            gateway?: string;
            /** @description `172.20.0.0/16` */
            subnet: string;
        };
        /** @description A value that would be right. */
        SuggestionBody: {
            /** @description Words for a button: `Use 8081`. */
            label: string;
            /** @description The value: a text or a number. */
            value: Record<string, never>;
        };
        /**
         * @description How large the step to another tag is.
         * @enum {string}
         */
        TagStepView: "major" | "minor" | "patch";
        /** @description The tags of an image. */
        TagsAnswer: {
            /** @description The image without a tag. */
            image: string;
            /** @description Whether there are more. */
            more: boolean;
            /** @description Its tags, those that look newest first, at most 1,000. */
            tags: string[];
        };
        /** @description Answer of `POST /api/containers/{id}/exec`. */
        TicketAnswer: {
            /** @description What will be run. */
            command: string[];
            /**
             * Format: int64
             * @description Seconds until it is worth nothing.
             */
            expiresInSeconds: number;
            /** @description Use it once, as `?ticket=` of the WebSocket on the same path. */
            ticket: string;
        };
        /** @description Body of `POST /api/containers/{id}/exec`. */
        TicketRequest: {
            /**
             * @description Program and arguments; absent means the best shell the image has.
             * @default null
             */
            cmd?: string[];
            /**
             * Format: int32
             * @description Columns at the beginning.
             * @default null
             */
            cols?: number;
            /**
             * Format: int32
             * @description Rows at the beginning.
             * @default null
             */
            rows?: number;
            /**
             * @description With a terminal (default) or as plain bytes.
             * @default true
             */
            tty?: boolean;
            /**
             * @description User; absent means the container's.
             * @default null
             */
            user?: string;
        };
        /** @description A page of the timeline. */
        TimelineAnswer: {
            /** @description Newest first. */
            entries: components["schemas"]["Activity"][];
            /** @description Whether there is more before the last of them. */
            more: boolean;
        };
        /** @description A limit of single processes. */
        UlimitRequest: {
            /**
             * Format: int64
             * @description Limit up to which the process may raise it; absent means the same.
             */
            hard?: number;
            /** @description Its name: `nofile`. */
            name: string;
            /**
             * Format: int64
             * @description The limit; -1 is no limit.
             */
            soft: number;
        };
        /** @description What taking an app away does. */
        UninstallPreview: {
            /** @description Containers that go. */
            containers: string[];
            /** @description Where its data is. It stays unless its deletion is asked for. */
            data: components["schemas"]["KeptData"][];
            /** @description Network that goes. */
            network?: string;
        };
        /** @description Body of `POST /api/store/installs/{id}/uninstall`. */
        UninstallRequest: {
            /** @description Also delete the volumes and folders that the app's install made. */
            deleteData?: boolean;
        };
        /** @description An update that was begun. */
        UpdateBegun: {
            /** @description The container. */
            name: string;
            /** @description Its operation. */
            operationId: string;
        };
        /** @description One difference that an update makes. */
        UpdateChange: {
            /** @description After. */
            after?: string;
            /** @description Before. */
            before?: string;
            /** @description Whether it holds for this container, or its own setting covers it. */
            effective: boolean;
            /**
             * @description What: `env`, `entrypoint`, `command`, `user`, `workingDir`, `ports`,
             *     `volumes`, `healthcheck`, `stopSignal`, `labels`.
             */
            field: string;
            /** @description Which one of several: the name of a variable. */
            name?: string;
        };
        /**
         * @description Whether a container follows its reference.
         * @enum {string}
         */
        UpdateMode: "follow" | "hold" | "pin";
        /** @description What an update would do, before it does anything. */
        UpdatePlan: {
            /** @description What is different in what the image sets. */
            changes: components["schemas"]["UpdateChange"][];
            /** @description Volumes and folders the container writes to. */
            data: string[];
            /** @description What holds for that data, in words. */
            dataNote: string;
            /** @description Other containers that are touched, in order. */
            dependants: components["schemas"]["Dependant"][];
            /**
             * Format: int64
             * @description Bytes to fetch at most; what is here already is not fetched again.
             */
            downloadBytes?: number;
            /** @description What runs. */
            from: components["schemas"]["UpdateSide"];
            /** @description Whether the image is here already. */
            here: boolean;
            /** @description The container. */
            name: string;
            /** @description What stands in the way; nothing is begun while there is something here. */
            refused: string[];
            /** @description Names this state of the container and this digest; to be sent back. */
            revision: string;
            /** @description What widens rights and must be confirmed by name. */
            risks: components["schemas"]["UpdateRisk"][];
            /** @description Whether it runs now; one that is stopped stays stopped. */
            runs: boolean;
            /** @description What would run. */
            to: components["schemas"]["UpdateSide"];
            /** @description How it is judged, in words. */
            verdict: string;
        };
        /** @description How one container wants to be treated. */
        UpdatePolicy: {
            /**
             * @description Update by itself on schedule. Absent means as the settings say, and
             *     never for a database; `true` is a person's own decision also for one.
             * @default null
             */
            automatic?: boolean;
            /**
             * Format: int32
             * @description Minimum age of an image in hours, 0 to 8,760; absent means that of the settings.
             * @default null
             */
            cooldownHours?: number;
            /**
             * @description Whether it follows its reference.
             * @default follow
             */
            mode?: components["schemas"]["UpdateMode"];
            /**
             * @description A digest that is not offered.
             * @default null
             */
            skip?: string;
            /**
             * Format: int32
             * @description Seconds that a container without a health check must run without an end
             *     or a restart, 1 to 3,600; absent means 10.
             * @default null
             */
            watchSeconds?: number;
            /**
             * @description When that may be; absent means at any time the schedule comes.
             * @default null
             */
            window?: components["schemas"]["UpdateWindow"];
        };
        /** @description An update that was not begun. */
        UpdateRefused: {
            /** @description The container. */
            name: string;
            /** @description Why. */
            reason: string;
        };
        /** @description Body of `POST /api/containers/{id}/update`. */
        UpdateRequest: {
            /** @description Names of the risks that are accepted. */
            confirmRisks?: string[];
            /** @description Digest of the plan. */
            digest: string;
            /** @description As it came with the plan. */
            revision: string;
            /** @description Tag of the plan, when another one is to be followed. */
            tag?: string;
        };
        /** @description Something that widens what the container may do. */
        UpdateRisk: {
            /** @description What to send back in `confirmRisks`. */
            name: string;
            /** @description What it means. */
            text: string;
        };
        /** @description Settings of updates. */
        UpdateSettings: {
            /** @description Whether the schedule updates containers, or only checks. */
            automatic: boolean;
            /**
             * Format: int32
             * @description Minimum age of an image in hours, 0 to 8,760.
             */
            cooldownHours: number;
            /**
             * Format: int32
             * @description Images kept for each container to go back to, 0 to 20.
             */
            keep: number;
            /**
             * @description When to check, and to update what may be updated by itself, as a cron
             *     expression of five fields: `0 4 * * *`. Absent means never by itself.
             */
            schedule?: string;
            /** @description Time zone of the schedule and of windows: `Europe/Berlin`. */
            timeZone: string;
        };
        /** @description One side of an update. */
        UpdateSide: {
            /** @description When the image says it was made; publishers choose it (RFC 3339). */
            created?: string;
            /** @description Digest. */
            digest?: string;
            /** @description What its labels say. */
            origin: components["schemas"]["ImageOrigin"];
            /** @description Reference: `nginx:1.27`. */
            reference?: string;
        };
        /**
         * @description Who said what is newest.
         * @enum {string}
         */
        UpdateSource: "store" | "registry";
        /**
         * @description Whether something newer is there, in one word.
         * @enum {string}
         */
        UpdateStatus: "unchecked" | "current" | "available" | "waiting" | "skipped" | "held" | "pinned" | "unknown" | "unsupported";
        /** @description When a container may be updated by itself, in the time zone of the settings. */
        UpdateWindow: {
            /** @description Days of the week, 1 is Monday and 7 is Sunday; empty means all. */
            days?: number[];
            /** @description Beginning: `03:00`. */
            from: string;
            /** @description End: `05:30`; earlier than the beginning means on the next day. */
            to: string;
        };
        /** @description What is known about updates of all containers. */
        Updates: {
            /** @description How many containers have the status `available`. */
            available: number;
            /** @description When the last check ended (RFC 3339). */
            checkedAt?: string;
            /** @description Whether a check is under way. */
            checking: boolean;
            /** @description All containers by name. */
            containers: components["schemas"]["ContainerUpdate"][];
            /** @description When the schedule comes next (RFC 3339). */
            nextRun?: string;
            /** @description Registries that said to wait. */
            paused: components["schemas"]["PausedRegistry"][];
        };
        /** @description What came of a wish to update several. */
        UpdatesApplied: {
            /** @description What was begun. */
            begun: components["schemas"]["UpdateBegun"][];
            /** @description What was not, and why. */
            refused: components["schemas"]["UpdateRefused"][];
        };
        /** @description A container that mounts it, running or not. */
        UsedBy: {
            /** @description Full id. */
            id: string;
            /** @description Name. */
            name: string;
        };
        /** @description A volume of the engine. */
        Volume: {
            /** @description Whether the engine named it, because nobody did. */
            anonymous: boolean;
            /** @description When it was made (RFC 3339). */
            created?: string;
            /** @description `local`, or a plugin's name. */
            driver: string;
            /** @description Options of its driver, by which it may be a folder or a share in disguise. */
            driverOptions: {
                [key: string]: string;
            };
            /** @description Its labels. */
            labels: {
                [key: string]: string;
            };
            /** @description Where it lies on the server. */
            mountpoint: string;
            /** @description Name; for volumes it is the id too. */
            name: string;
            /** @description Compose project. */
            project?: string;
            /**
             * Format: int64
             * @description Bytes on disk; only when sizes were asked for and the engine knows.
             */
            sizeBytes?: number;
            /** @description Containers that mount it, by name. */
            usedBy: components["schemas"]["UsedBy"][];
        };
        /** @description The answer for a volume. */
        VolumeAnswer: {
            /**
             * @description Leave it out.
             * @default false
             */
            off?: boolean;
            /**
             * @description Path of the server (with a slash) or name of a volume; absent is the default.
             * @default null
             */
            source?: string;
        };
        /**
         * @description A volume or folder. Its answer stands in `volumes` under its id; problems are
         *     on `volumes.ID`.
         */
        VolumeField: {
            /** @description Path in the container. */
            container: string;
            /** @description Path of the server (with a slash) or name of a volume when nothing is entered. */
            default: string;
            /** @description More about it. */
            description?: string;
            /**
             * @description `SERVICE:PATH`, such as `database:/var/lib/postgresql/data`. A shared volume
             *     has one field, of the service that comes first.
             */
            id: string;
            /** @description What it is by default. */
            kind: components["schemas"]["VolumeFieldKind"];
            /** @description Text beside the field. */
            label?: string;
            /** @description The container can not write to it. */
            readOnly: boolean;
            /** @description It can not be left out. */
            required: boolean;
            /** @description Service. */
            service: string;
        };
        /**
         * @description What a path of a container is by default.
         * @enum {string}
         */
        VolumeFieldKind: "own" | "shared" | "path";
        /** @description Body of `POST /api/volumes`. */
        VolumeRequest: {
            /** @description Risks that are taken knowingly, as the problems name them. */
            confirmRisks?: string[];
            /** @description Absent means `local`. */
            driver?: string;
            /** @description Options of the driver: `type`, `o` and `device` of `local`. */
            driverOptions?: {
                [key: string]: string;
            };
            /** @description Labels. */
            labels?: {
                [key: string]: string;
            };
            /** @description Name. */
            name: string;
        };
        /** @description Where the container's own web page is. */
        WebUi: {
            /** @description Host name; absent means the host under which this page was opened. */
            host?: string;
            /** @description Path with a leading slash. */
            path: string;
            /**
             * Format: int32
             * @description Port; absent means the scheme's own.
             */
            port?: number;
            /** @description `http` or `https`. */
            scheme: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_api_about: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AboutAnswer"];
                };
            };
        };
    };
    post_api_account_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        responses: {
            /** @description It holds; all other sessions have ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_audit: {
        parameters: {
            query?: {
                /** @description How many, at most 1,000; 100 when absent. */
                limit?: number;
                /** @description Only lines before this number. */
                before?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditAnswer"][];
                };
            };
        };
    };
    get_api_audit_chain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainAnswer"];
                };
            };
        };
    };
    get_api_containers: {
        parameters: {
            query?: {
                /** @description Also those that do not run. */
                all?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"][];
                };
            };
        };
    };
    post_api_containers: {
        parameters: {
            query?: {
                /** @description Only tell what would come of it. */
                dryRun?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRequest"];
            };
        };
        responses: {
            /** @description Dry run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewAnswer"];
                };
            };
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateAnswer"];
                };
            };
            /** @description The image is being fetched */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateAnswer"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContainerDetail"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_api_containers_id: {
        parameters: {
            query?: {
                /** @description Also when it runs. */
                force?: boolean;
                /** @description Also its anonymous volumes. */
                volumes?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id_exec: {
        parameters: {
            query: {
                /** @description The ticket. */
                ticket: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A WebSocket */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_exec: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TicketRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    put_api_containers_id_icon: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IconRequest"];
                "image/gif": components["schemas"]["Picture"];
                "image/jpeg": components["schemas"]["Picture"];
                "image/png": components["schemas"]["Picture"];
                "image/webp": components["schemas"]["Picture"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IconAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_api_containers_id_icon: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has none now */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_kill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["KillRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id_logs: {
        parameters: {
            query?: {
                /** @description From this time on: RFC 3339, or seconds since 1970 with fraction. */
                since?: string;
                /** @description Up to this time. */
                until?: string;
                /** @description Only so many lines from the end. */
                tail?: number;
                /** @description Wait for more until the container stops. */
                follow?: boolean;
                /** @description Begin each line with its time (RFC 3339, nanoseconds) and a space. */
                timestamps?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_recreate: {
        parameters: {
            query?: {
                /** @description Only tell what would come of it. */
                dryRun?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecreateRequest"];
            };
        };
        responses: {
            /** @description Dry run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecreatePreviewAnswer"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_rename: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_restart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StopRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_rollback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RollbackRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContainerSettings"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_start: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id_stats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events sample and session-ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ContainerStats"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id_stats_history: {
        parameters: {
            query: {
                /** @description How far back. */
                range: "10m" | "1h" | "24h" | "7d" | "30d";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsHistory"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_stop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StopRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_unpause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Container"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_containers_id_update: {
        parameters: {
            query?: {
                /** @description Another tag of the same repository to follow from then on. */
                tag?: string;
                /**
                 * @description An exact digest, also one that ran before. Without both it is what the
                 *     followed reference means now.
                 */
                digest?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpdatePlan"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_containers_id_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    put_api_containers_id_update_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePolicy"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContainerUpdate"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_convert_compose: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_convert_docker_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_engine: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EngineFacts"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_events: {
        parameters: {
            query?: {
                /** @description How many of the newest activities to begin with, at most 500. */
                recent?: number;
            };
            header?: {
                /** @description Go on after this event */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events hello, container, container-removed, images, networks, volumes, store, installs, updates, operation, activity, engine, session-ended, reset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
        };
    };
    get_api_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
        };
    };
    get_api_host_stats_history: {
        parameters: {
            query: {
                /** @description How far back. */
                range: "10m" | "1h" | "24h" | "7d" | "30d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsHistory"];
                };
            };
        };
    };
    get_api_icons: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IconsAnswer"];
                };
            };
        };
    };
    get_api_icons_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": components["schemas"]["Picture"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_images: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"][];
                };
            };
        };
    };
    post_api_images_pull: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PullRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_api_images_name: {
        parameters: {
            query?: {
                /** @description Also when stopped containers use it. */
                force?: boolean;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Removed"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LogoutRequest"];
            };
        };
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_api_networks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Network"][];
                };
            };
        };
    };
    post_api_networks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNetwork"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeNetwork"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_api_networks_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_api_operations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"][];
                };
            };
        };
    };
    get_api_operations_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_operations_id_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_prune_images: {
        parameters: {
            query?: {
                /** @description Also images that have a name but no container. */
                unused?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrunePreview"];
                };
            };
        };
    };
    post_api_prune_images: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PruneRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pruned"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_prune_networks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrunePreview"];
                };
            };
        };
    };
    post_api_prune_networks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PruneRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pruned"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_prune_volumes: {
        parameters: {
            query?: {
                /**
                 * @description Also volumes that somebody gave a name, which hold data that was meant
                 *     to be kept.
                 */
                named?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrunePreview"];
                };
            };
        };
    };
    post_api_prune_volumes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PruneRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pruned"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_registry_tags: {
        parameters: {
            query: {
                /** @description Image by name; a tag in it is ignored. */
                image: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagsAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
        };
    };
    get_api_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"][];
                };
            };
        };
    };
    delete_api_sessions_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsAnswer"];
                };
            };
        };
    };
    put_api_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events sample and session-ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["StatsSample"];
                };
            };
        };
    };
    get_api_store_apps_store_slug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                store: string;
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDetails"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It can not be fetched or is not to be believed */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_icons_store_slug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                store: string;
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": components["schemas"]["Picture"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_index: {
        parameters: {
            query?: {
                /** @description Words that must all be found in name, slug, categories or description. */
                q?: string;
                /** @description Only this category. */
                category?: string;
                /** @description Only this store, by its id. */
                store?: string;
                /** @description The order: `best` fits the words, `name`, `updated` and `added` begin with the newest. */
                sort?: "best" | "name" | "updated" | "added";
                /** @description Only what is installed here. */
                installed?: boolean;
                /** @description As `next` of the page before. */
                cursor?: string;
                /** @description Apps of a page, 1 to 200; 48 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreIndex"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_store_install: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InstallRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstallStarted"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_installs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Installs"];
                };
            };
        };
    };
    get_api_store_installs_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstallDetails"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    put_api_store_installs_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstallStarted"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_store_installs_id_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppPreview"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_installs_id_uninstall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UninstallPreview"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_store_installs_id_uninstall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UninstallRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_manifests_slug: {
        parameters: {
            query?: {
                /** @description Id of the store; the first that has the app when absent. */
                store?: string;
            };
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/yaml": components["schemas"]["ManifestText"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_store_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InstallRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppPreview"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreStatus"];
                };
            };
        };
    };
    get_api_store_stores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreView"][];
                };
            };
        };
    };
    post_api_store_stores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddStoreRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreView"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_api_store_stores_store: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                store: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_store_stores_store_invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                store: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InviteAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    put_api_store_stores_store_pin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                store: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_store_stores_store_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                store: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_timeline: {
        parameters: {
            query?: {
                /** @description Only what came before the entry with this id. */
                before?: string;
                /** @description How many, at most 500; 100 when absent. */
                limit?: number;
                /** @description Only of the container with this name. */
                app?: string;
                /** @description Only of this kind. */
                kind?: components["schemas"]["ActivityKind"];
                /** @description `you`: only what was done through the manager. `engine`: only the rest. */
                actor?: "you" | "engine";
                /** @description Only with this text in it, in small or large letters. */
                q?: string;
                /** @description Only from this time on (RFC 3339). */
                since?: string;
                /** @description Only up to this time (RFC 3339). */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_timeline_apps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    get_api_updates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Updates"];
                };
            };
        };
    };
    post_api_updates_apply: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplyRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpdatesApplied"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_api_updates_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Updates"];
                };
            };
        };
    };
    get_api_updates_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpdateSettings"];
                };
            };
        };
    };
    put_api_updates_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSettings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpdateSettings"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_api_volumes: {
        parameters: {
            query?: {
                /** @description Also their sizes, which the engine has to measure; at most once in 30 s. */
                sizes?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Volume"][];
                };
            };
        };
    };
    post_api_volumes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VolumeRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Volume"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_api_volumes_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
