import type { ChartScaffoldOptions, Schema } from '../../lib/formats/chart-scaffold/options.ts'

const duration = { type: 'string', pattern: String.raw`^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$` }
const text = { type: 'string' }
const texts = { type: 'array', items: text }

function closed(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', additionalProperties: false, ...required.length > 0 && { required }, properties }
}

const headers = closed({ set: { type: 'object', additionalProperties: text }, remove: texts })

/** The gateway's configuration as its read-me has it, but for `listen`: the port is the chart's. */
const configSchema = closed({
  log: closed({ format: { type: 'string', enum: ['text', 'json'] }, level: { type: 'string', enum: ['debug', 'info', 'warn', 'error'] } }),
  server: closed({
    readHeaderTimeout: duration, readTimeout: duration, writeTimeout: duration, idleTimeout: duration,
    maxHeaderBytes: { type: 'integer', minimum: 1024, maximum: 16_777_216 },
  }),
  shutdown: closed({ delay: duration, timeout: duration }),
  trustedProxies: texts,
  routes: {
    type: 'array',
    items: closed({
      name: text, host: text, path: { type: 'string', pattern: '^/' }, stripPrefix: { type: 'boolean' }, preserveHost: { type: 'boolean' },
      upstreams: { type: 'array', items: { type: 'string', pattern: '^https?://' }, minItems: 1 },
      timeout: duration, failFor: duration, request: headers, response: headers,
    }, ['upstreams']),
  },
})

/** What makes the scaffold the chart of examples/gateway. */
export const gatewayChart: ChartScaffoldOptions = {
  name: 'gateway',
  program: 'gateway',
  description: 'A small HTTP gateway that sends requests to upstreams by host and path',
  port: 8080,
  listenVariable: 'GATEWAY_LISTEN',
  args: ['serve'],
  healthPath: '/healthz',
  readyPath: '/readyz',
  repository: 'ghcr.io/example/gateway',
  testArgs: ['health', '--address', '{{ include "gateway.fullname" . }}:{{ .Values.service.port }}'],
  home: 'https://github.com/example/gateway',
  sources: ['https://github.com/example/gateway'],
  maintainers: [{ name: 'The gateway\'s maintainers', url: 'https://github.com/example/gateway' }],
  keywords: ['gateway', 'http', 'proxy', 'routing'],
  annotations: { 'artifacthub.io/category': 'networking' },
  config: {
    file: 'gateway.json',
    variable: 'GATEWAY_CONFIG',
    stops: 'More than config.shutdown.delay and config.shutdown.timeout together.',
    schema: configSchema,
    values: `log:
  # text or json.
  format: json
  # debug, info, warn or error.
  level: info
shutdown:
  # How long a pod that is told to stop still takes requests: the service needs a moment to leave it out.
  delay: 5s
  # How long requests in flight have to finish after that.
  timeout: 20s
# Addresses and networks whose X-Forwarded-* headers are believed: those of the ingress controller.
trustedProxies: []
# Which requests go where, as the gateway's read-me has it. Without any, only the health endpoints answer.
routes: []
`,
    example: `log:
  level: debug
server:
  readTimeout: 1m30s
  maxHeaderBytes: 131072
trustedProxies:
  - 10.0.0.0/8
routes:
  - name: users
    path: /users
    stripPrefix: true
    upstreams:
      - http://users.default.svc:9000
      - http://users.other.svc:9000
    timeout: 5s
    failFor: 10s
    request:
      remove:
        - Cookie
      set:
        X-Api-Version: "2"
    response:
      remove:
        - Server
  - host: chat.example.com
    upstreams:
      - https://chat.example.net
    preserveHost: true
`,
  },
}
