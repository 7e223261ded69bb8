/** What a chart for one program is made of. */
export interface ChartScaffoldOptions {
  /** The chart's name, one that `chartName` makes. Its templates are named after it. */
  readonly name: string
  /** The program as people call it: `gateway`. */
  readonly program: string
  /** One line for Chart.yaml and the read-me. */
  readonly description?: string
  /** The port that the program listens on. */
  readonly port: number
  /** The environment variable that tells the program where to listen, `:8080`; without one the port is as in the program. */
  readonly listenVariable?: string
  /** What the program is called with; without any, what the image says. */
  readonly args?: readonly string[]
  /** Answers 200 while the program lives: `/healthz`. Without it, probes only connect. */
  readonly healthPath?: string
  /** Answers 200 while it takes requests: `/readyz`; without it, `healthPath`. */
  readonly readyPath?: string
  /** Where the images are: `ghcr.io/example/gateway`. */
  readonly repository: string
  readonly config?: ChartConfig
  /** Arguments of the program that ask a running one whether it is healthy; may hold templates. The helm test runs them. */
  readonly testArgs?: readonly string[]
  readonly home?: string
  readonly sources?: readonly string[]
  readonly maintainers?: readonly { readonly name: string, readonly email?: string, readonly url?: string }[]
  readonly keywords?: readonly string[]
  /** Annotations of Chart.yaml that stay as they are; the release adds its own. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** The program's configuration file. */
export interface ChartConfig {
  /** Its name, `gateway.json`: its content is JSON, which a reader of YAML takes as well. */
  readonly file: string
  /** The environment variable that names the file to the program. */
  readonly variable?: string
  /** What values.yaml says below `config:`, with comments, not indented. */
  readonly values?: string
  /** The JSON schema of `config`; without one, every object fits. */
  readonly schema?: Schema
  /** Another configuration, for the files in ci/; YAML, not indented. */
  readonly example?: string
  /** How long the program may take to stop; said beside terminationGracePeriodSeconds. */
  readonly stops?: string
}

/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>

/** A file of the chart. */
export interface ChartText {
  /** Relative to the chart's folder, with forward slashes. */
  readonly path: string
  readonly text: string
}
