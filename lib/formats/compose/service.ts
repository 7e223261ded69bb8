/** How Compose asks a container whether it is well: compose specification, "healthcheck". */
export interface ComposeHealthcheck {
  /** `['CMD', '/usr/local/bin/app', 'health']`, or `['NONE']`. */
  readonly test?: string | readonly string[]
  /** `5s`, `1m30s`. */
  readonly interval?: string
  /** `5s`, `1m30s`. */
  readonly timeout?: string
  readonly retries?: number
  /** `5s`, `1m30s`. */
  readonly start_period?: string
  readonly disable?: boolean
}

/** Something of this machine or of the Engine in a container: compose specification, "volumes", long syntax. */
export interface ComposeVolume {
  readonly type: 'bind' | 'volume' | 'tmpfs'
  readonly source?: string
  readonly target: string
  readonly read_only?: boolean
}

/**
 * A service in the words of the compose specification, as far as Compose 1.29 and 2 both know them. In texts, `${NAME}` is a
 * variable and `$$` a dollar sign.
 */
export interface ComposeService {
  /** Pinned by digest; the released image where it is absent. */
  readonly image?: string
  readonly command?: string | readonly string[]
  readonly entrypoint?: string | readonly string[]
  readonly environment?: Readonly<Record<string, string | number | null>>
  /** `8080:8080`, `127.0.0.1:53:53/udp`. */
  readonly ports?: readonly string[]
  readonly expose?: readonly string[]
  readonly healthcheck?: ComposeHealthcheck
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully' }>>
  readonly volumes?: readonly (string | ComposeVolume)[]
  readonly tmpfs?: readonly string[]
  readonly user?: string
  readonly working_dir?: string
  readonly hostname?: string
  readonly network_mode?: string
  readonly extra_hosts?: readonly string[]
  readonly read_only?: boolean
  readonly init?: boolean
  readonly cap_add?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly cpus?: number
  readonly pids_limit?: number
  readonly restart?: 'no' | 'always' | 'on-failure' | 'unless-stopped'
  readonly stop_signal?: string
  /** How long it has to stop, `10s` where it is absent. */
  readonly stop_grace_period?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** A file of the project that a container finds as one that it cannot write. */
export interface MountedFile {
  /** Where it stands in the project: `gateway.example.json`. */
  readonly file: string
  /** Where the container finds it, absolute: `/etc/gateway/gateway.json`. In the demo it has that path's last part as its name. */
  readonly to: string
}

/** The service that runs the released image. What is absent is as safe as it can be: read-only, no capability, no new privilege. */
export interface ReleasedService extends Omit<ComposeService, 'image'> {
  /** What it is called in the file, and the first word of its variables; the project's name where it is absent. */
  readonly name?: string
  readonly configs?: readonly MountedFile[]
}
