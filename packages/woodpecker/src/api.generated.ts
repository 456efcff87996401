// Made by `pnpm --filter codegen generate`: change openapi.yaml, not this.

export interface paths {
    "/api/queue/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything in the queue (admin)
         * @description 500 "pipeline not found for task …" stays until an agent asks for work.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The queue */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueueInfo"];
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of all agents, those of organisations too, ordered by id (admin) */
        get: {
            parameters: {
                query?: {
                    page?: number;
                    /** @description 50 at most; anything else becomes 50. */
                    perPage?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page; `null` when there is nothing on it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"][] | null;
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        /** Make an agent's record, with a token of its own (admin); names need not be unique */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: components["requestBodies"]["AgentSettings"];
            responses: {
                /** @description The record */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{agent_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: components["parameters"]["agent_id"];
            };
            cookie?: never;
        };
        /** One agent (admin) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agent_id: components["parameters"]["agent_id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The record */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        /** Delete the record (admin) */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agent_id: components["parameters"]["agent_id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                404: components["responses"]["Gone"];
                /** @description It has running tasks */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        options?: never;
        head?: never;
        /**
         * Set name and no_schedule, both of them, whichever are sent (admin)
         * @description 409 and 500 may mean that the database was locked.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agent_id: components["parameters"]["agent_id"];
                };
                cookie?: never;
            };
            requestBody: components["requestBodies"]["AgentSettings"];
            responses: {
                /** @description The record as written */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        trace?: never;
    };
    "/api/agents/{agent_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: components["parameters"]["agent_id"];
            };
            cookie?: never;
        };
        /** The tasks of the queue that it runs (admin); empty after a restart of the server */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agent_id: components["parameters"]["agent_id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Tasks; `null` when there are none */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AgentTask"][] | null;
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orgs/lookup/{org_full_name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                org_full_name: string;
            };
            cookie?: never;
        };
        /**
         * An organisation by its name, which may have slashes (anyone who may see it)
         * @description A user is one too. It is there from its first enabled repository on.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    org_full_name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The organisation */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Org"];
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orgs/{org_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                org_id: components["parameters"]["org_id"];
            };
            cookie?: never;
        };
        /**
         * An organisation by its number (its admin)
         * @description For a number that there is not an admin may be answered an organisation of number 0.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    org_id: components["parameters"]["org_id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The organisation */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Org"];
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orgs/{org_id}/agents": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                org_id: components["parameters"]["org_id"];
            };
            cookie?: never;
        };
        /**
         * A page of the organisation's agents (its admin)
         * @description Not there with WOODPECKER_DISABLE_USER_AGENT_REGISTRATION, which for GET is a page of the web UI.
         */
        get: {
            parameters: {
                query?: {
                    page?: number;
                    perPage?: number;
                };
                header?: never;
                path: {
                    org_id: components["parameters"]["org_id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page; `null` when there is nothing on it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"][] | null;
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        /**
         * Make the record of an agent of this organisation, with a token of its own (its admin)
         * @description Whether there is such an organisation is not looked at.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    org_id: components["parameters"]["org_id"];
                };
                cookie?: never;
            };
            requestBody: components["requestBodies"]["AgentSettings"];
            responses: {
                /** @description The record */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every pending and running pipeline, from the database (admin); not paged */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Pipelines */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActivePipeline"][] | null;
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/repos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every repository (admin); paged, ordered by id or name */
        get: {
            parameters: {
                query?: {
                    page?: number;
                    perPage?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page; `null` when it is empty */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Repo"][] | null;
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/repos/lookup/{repo_full_name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                repo_full_name: string;
            };
            cookie?: never;
        };
        /** A repository by its name, which has slashes (anyone who may see it) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    repo_full_name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The repository */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Repo"];
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/repos/{repo_id}/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                repo_id: number;
            };
            cookie?: never;
        };
        /** Pipelines of a repository, the newest first, without their workflows; paged */
        get: {
            parameters: {
                query?: {
                    page?: number;
                    perPage?: number;
                };
                header?: never;
                path: {
                    repo_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page; `null` when it is empty */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PastPipeline"][] | null;
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/repos/{repo_id}/pipelines/{pipeline_number}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                repo_id: number;
                pipeline_number: number;
            };
            cookie?: never;
        };
        /** One pipeline with its workflows, from the database */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    repo_id: number;
                    pipeline_number: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The pipeline */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pipeline"];
                    };
                };
                404: components["responses"]["Gone"];
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whose token it is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stream/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events, one for each change of a pipeline that the user may see */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Nameless events with data {repo, pipeline}; a comment after 30 s of quiet */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's version; at the root, not under /api */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The version */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Version"];
                    };
                };
                default: components["responses"]["Refused"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server can reach its database; at the root, not under /api */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It can */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description It cannot */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Agent: {
            id: number;
            /** @description When the record was made. */
            created: number;
            /** @description When the row was last written. */
            updated: number;
            name: string;
            /** @description -1 = of no organisation; it works for all. */
            org_id: number;
            /** @description -1 = it registered itself with the secret that agents share. */
            owner_id?: number;
            /** @description Last heartbeat, every 10 s; 0 = never. */
            last_contact: number;
            /** @description Once a minute while working. */
            last_work: number;
            /** @description Such as linux/amd64; empty until it has registered. */
            platform: string;
            backend: string;
            capacity: number;
            version: string;
            no_schedule: boolean;
            /** @description What WOODPECKER_AGENT_LABELS says; the host name's label is not among them. */
            custom_labels?: {
                [key: string]: string;
            } | null;
            /** @description A secret: its own, or the one that all agents share. After 3.17 only the answer that makes the agent has it. */
            token?: string;
        };
        Task: {
            /** @description The workflow's id. */
            id: string;
            name?: string;
            labels?: {
                [key: string]: string;
            } | null;
            dependencies?: string[] | null;
            /** @description 0 = none; on a pending one it may be left over. */
            agent_id?: number;
            created?: number;
            /** @description 0 or less = none. */
            concurrency_limit?: number;
            concurrency_group?: string;
        };
        AgentTask: {
            id: string;
        };
        QueueTask: components["schemas"]["Task"] & {
            pipeline_number?: number;
            repo_id?: number;
            agent_name?: string;
        };
        QueueInfo: {
            pending: components["schemas"]["QueueTask"][] | null;
            waiting_on_deps: components["schemas"]["QueueTask"][] | null;
            running: components["schemas"]["QueueTask"][] | null;
            paused: boolean;
            stats: {
                /** @description Idle slots that ask for work; not agents. */
                worker_count: number;
            };
        };
        ActivePipeline: {
            id: number;
            number: number;
            repo_id: number;
            status?: string;
        };
        Repo: {
            id: number;
            full_name: string;
            org_id?: number;
        };
        PastPipeline: {
            number: number;
            created: number;
            /** @description When it was approved; 0 = it needed no approval. */
            reviewed?: number;
        };
        Pipeline: {
            id: number;
            number: number;
            workflows?: components["schemas"]["Workflow"][] | null;
        };
        Workflow: {
            /** @description The id of its task in the queue, as a number. */
            id: number;
            state: string;
            /** @description Left out while no agent has had it. */
            agent_id?: number;
            /** @description Left out while it has not begun. */
            started?: number;
            /** @description Left out while it has not ended. */
            finished?: number;
        };
        Org: {
            id: number;
            name: string;
        };
        User: {
            login: string;
            /** @description Left out when false. */
            admin?: boolean;
        };
        Version: {
            /** @description Such as 3.17.0; next-… or dev for builds between releases. */
            version: string;
        };
    };
    responses: {
        /** @description There is none (any more) */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/plain": string;
            };
        };
        /** @description 401 = nobody's token; 403 = not an admin; 500 = the server's own failure */
        Refused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/plain": string;
            };
        };
    };
    parameters: {
        agent_id: number;
        org_id: number;
    };
    requestBodies: {
        AgentSettings: {
            content: {
                "application/json": {
                    name: string;
                    no_schedule: boolean;
                };
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
