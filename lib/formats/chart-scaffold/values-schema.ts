import type { ChartScaffoldOptions, ChartText, Schema } from './options.ts'

/** The JSON schema of values.yaml. What belongs to Kubernetes is only known to be an object or a list: the cluster judges it. */
export function valuesSchema({ name, config }: ChartScaffoldOptions): ChartText {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Values of the ${name} chart`,
    ...closed({
      // Two that belong to parent charts.
      global: object, enabled: boolean,
      nameOverride: text, fullnameOverride: text, commonLabels: texts,
      image, imagePullSecrets: objects,
      replicaCount: number(0), revisionHistoryLimit: number(0), strategy: object,
      args: list(text), containerPort: port, config: config?.schema ?? object,
      env: objects, envFrom: objects, volumes: objects, volumeMounts: objects,
      serviceAccount: closed({ create: boolean, name: text, annotations: texts }),
      automountServiceAccountToken: boolean,
      podAnnotations: texts, podLabels: texts, podSecurityContext: object, securityContext: object, resources: object,
      startupProbe: object, livenessProbe: object, readinessProbe: object, terminationGracePeriodSeconds: number(0),
      nodeSelector: texts, tolerations: objects, affinity: object, topologySpreadConstraints: objects, priorityClassName: text,
      service, ingress, networkPolicy, autoscaling, podDisruptionBudget,
      test: closed({ args: list(text) }),
    }),
  }
  return { path: 'values.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` }
}

const text = { type: 'string' } as const
const boolean = { type: 'boolean' } as const
const object = { type: 'object' } as const
const objects = list(object)
const texts = { type: 'object', additionalProperties: text } as const
const port = { type: 'integer', minimum: 1, maximum: 65_535 } as const

function list(items: Schema): Schema {
  return { type: 'array', items }
}

function number(minimum: number): Schema {
  return { type: 'integer', minimum }
}

function choice(...values: readonly string[]): Schema {
  return { type: 'string', enum: values }
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] }
}

/** An object without other properties. */
function closed(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', additionalProperties: false, ...required.length > 0 && { required }, properties }
}

/** Sources: OCI distribution specification 1.1, "Pulling manifests", and OCI image specification 1.1, "Digests". */
const tag = { type: 'string', pattern: String.raw`^$|^\w[\w.-]{0,127}$` } as const
const digest = { type: 'string', pattern: '^$|^sha256:[a-f0-9]{64}$|^sha512:[a-f0-9]{128}$' } as const
const repository = { type: 'string', pattern: String.raw`^[^\s:@]+(:\d+/[^\s:@]+)?$` } as const

const image = closed({
  repository,
  distro: text,
  distros: { type: 'object', additionalProperties: closed({ repository, tag, digest }) },
  tag,
  digest,
  pullPolicy: choice('Always', 'IfNotPresent', 'Never'),
}, ['repository'])

const service = closed({
  type: choice('ClusterIP', 'NodePort', 'LoadBalancer'),
  port,
  nodePort: orNull(port),
  annotations: texts,
  loadBalancerClass: text,
  loadBalancerSourceRanges: list(text),
  externalTrafficPolicy: choice('', 'Cluster', 'Local'),
})

const ingress = {
  ...closed({
    enabled: boolean,
    className: text,
    annotations: texts,
    hosts: list(closed({
      host: text,
      paths: list(closed({ path: { type: 'string', pattern: '^/' }, pathType: choice('Exact', 'ImplementationSpecific', 'Prefix') }, ['path'])),
    }, ['host'])),
    tls: list(closed({ secretName: text, hosts: list(text) })),
  }),
  if: { type: 'object', properties: { enabled: { const: false } } },
  else: { type: 'object', properties: { hosts: { type: 'array', minItems: 1 } } },
}

const networkPolicy = closed({
  enabled: boolean,
  ingress: closed({ from: objects }),
  egress: closed({ enabled: boolean, dns: boolean, rules: objects }),
})

const autoscaling = closed({
  enabled: boolean,
  minReplicas: number(1),
  maxReplicas: number(1),
  targetCPUUtilizationPercentage: orNull(number(1)),
  targetMemoryUtilizationPercentage: orNull(number(1)),
  metrics: objects,
  behavior: object,
})

const numberOrPercents = { anyOf: [number(0), { type: 'string', pattern: '^\\d+%$' }, { type: 'null' }] } as const

const podDisruptionBudget = closed({ enabled: boolean, maxUnavailable: numberOrPercents, minAvailable: numberOrPercents })
