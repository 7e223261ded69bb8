import { indent } from './indent.ts'
import type { ChartScaffoldOptions, ChartText } from './options.ts'
import { scalar } from './scalar.ts'

/** The chart's values, each with a comment: the read-me's table is made of them. */
export function valuesYaml(options: ChartScaffoldOptions): ChartText {
  return { path: 'values.yaml', text: [names(), image(options), program(options), pods(options), network(options), scaling(), checked(options)].join('\n') }
}

function names(): string {
  return `# The application's name in labels and in the names of objects, instead of the chart's.
nameOverride: ""
# The name of every object, instead of one made of the release's and the chart's.
fullnameOverride: ""
# Labels that every object gets.
commonLabels: {}
`
}

function image({ repository }: ChartScaffoldOptions): string {
  return `image:
  # Where the images are. Set it to use a mirror.
  repository: ${scalar(repository)}
  # Which of the released distros runs: one of the keys of distros.
  distro: static
  # Each distro's tag and digest; the release writes them.
  distros: {}
  # Set one of these to run another image than the released one.
  tag: ""
  # The same by its digest, which goes before a tag.
  digest: ""
  # Always, IfNotPresent or Never. A digest never changes, so one pull is enough.
  pullPolicy: IfNotPresent
# Secrets with the password of the registry: a list of names, \`- name: registry\`.
imagePullSecrets: []
`
}

function program(options: ChartScaffoldOptions): string {
  const { args = [], port, listenVariable } = options
  return `# How many pods run. Autoscaling, where it is enabled, decides instead.
replicaCount: 2
# How many old ReplicaSets are kept to go back to.
revisionHistoryLimit: 3
# How pods are replaced; never fewer than there should be.
strategy:
  type: RollingUpdate
  rollingUpdate:
    maxSurge: 1
    maxUnavailable: 0
# Arguments of the program${args.length === 0 ? '; with none, those of the image' : ''}.
args: ${args.length === 0 ? '[]' : `\n${args.map(arg => `  - ${scalar(arg)}`).join('\n')}`}
# The port in the container. ${listenVariable === undefined ? 'It must be the one that the program listens on.' : `The program finds it in ${listenVariable}.`}
containerPort: ${port}
${config(options)}# More environment variables, as in a container's env.
env: []
# ConfigMaps and Secrets that become environment variables, as in a container's envFrom.
envFrom: []
# More volumes, as in a pod's volumes; the root file system is read-only.
volumes: []
# Where they are mounted, as in a container's volumeMounts.
volumeMounts: []
`.replaceAll('args: \n', 'args:\n')
}

function config({ config: { file, variable, values } = { file: 'config.json' }, name }: ChartScaffoldOptions): string {
  const how = variable === undefined ? 'tell the program so with args or env' : `the program finds it by ${variable}`
  const note = `# The program's configuration, mounted as /etc/${name}/${file}: ${how}. A change of it replaces the pods.\n`
  return values === undefined ? `${note}config: {}\n` : `${note}config:\n${indent(values, 2)}`
}

function pods(options: ChartScaffoldOptions): string {
  const { healthPath, readyPath = healthPath, config: { stops } = {} } = options
  return `serviceAccount:
  # Whether to make one.
  create: true
  # Its name. Without one, that of the release, or \`default\` where none is made.
  name: ""
  # Its annotations, for the identities that clouds give.
  annotations: {}
# Whether pods get a token for the API of Kubernetes.
automountServiceAccountToken: false
# Annotations of pods.
podAnnotations: {}
# Labels of pods.
podLabels: {}
# Under whom pods run: a user without a name or rights.
podSecurityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
# What a container may do: nothing but run.
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
# What a container gets. No limit of processor time: it would slow requests down while the machine is idle.
resources:
  requests:
    cpu: 50m
    memory: 64Mi
  limits:
    memory: 256Mi
# When a container has started. Until then the other probes wait.
startupProbe:
${probe(healthPath)}
  periodSeconds: 1
  failureThreshold: 30
# When a container is restarted.
livenessProbe:
${probe(healthPath)}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
# When a pod is taken out of the service.
readinessProbe:
${probe(readyPath)}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
# How long a pod has to stop, in seconds.${stops === undefined ? '' : ` ${stops}`}
terminationGracePeriodSeconds: 30
# Labels that a node must have.
nodeSelector: {}
# Taints of nodes that are no hindrance.
tolerations: []
# Which nodes and neighbours are preferred.
affinity: {}
# How pods are spread. One without a labelSelector gets that of the chart's pods.
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
# The name of a PriorityClass.
priorityClassName: ""
`
}

function probe(path: string | undefined): string {
  return path === undefined ? '  tcpSocket:\n    port: http' : `  httpGet:\n    path: ${scalar(path)}\n    port: http`
}

function network({ name }: ChartScaffoldOptions): string {
  return `service:
  # ClusterIP, NodePort or LoadBalancer.
  type: ClusterIP
  # The port that others connect to.
  port: 80
  # The port on every node, for NodePort and LoadBalancer; null: any that is free.
  nodePort: null
  # Annotations of the service.
  annotations: {}
  # Who serves a LoadBalancer.
  loadBalancerClass: ""
  # Networks that a LoadBalancer lets in: 192.0.2.0/24.
  loadBalancerSourceRanges: []
  # Local keeps clients' addresses, for NodePort and LoadBalancer.
  externalTrafficPolicy: ""
ingress:
  # Whether to make one.
  enabled: false
  # The name of an IngressClass; without one, the cluster's default.
  className: ""
  # Annotations of the ingress.
  annotations: {}
  # Hosts and their paths: \`- host: ${name}.example.com\`. Without paths it is all of them.
  hosts: []
  # Secrets with certificates and the hosts that they are for.
  tls: []
networkPolicy:
  # Whether to make one.
  enabled: false
  ingress:
    # Who may connect, as in a NetworkPolicy's from; with none, everyone.
    from: []
  egress:
    # Whether pods may connect only to what is named here.
    enabled: false
    # Whether they may ask name servers.
    dns: true
    # Where they may connect to, as in a NetworkPolicy's egress.
    rules: []
`
}

function scaling(): string {
  return `autoscaling:
  # Whether to make a HorizontalPodAutoscaler.
  enabled: false
  # The least number of pods.
  minReplicas: 2
  # The greatest number of pods.
  maxReplicas: 10
  # Percent of the requested processor time to aim at; null: none.
  targetCPUUtilizationPercentage: 80
  # Percent of the requested memory to aim at; null: none.
  targetMemoryUtilizationPercentage: null
  # More metrics, as in a HorizontalPodAutoscaler.
  metrics: []
  # How fast it grows and shrinks, as in a HorizontalPodAutoscaler.
  behavior: {}
podDisruptionBudget:
  # Whether to make one.
  enabled: true
  # How many pods may be away while nodes are drained: a number or percents.
  maxUnavailable: 1
  # How many pods must stay, instead of maxUnavailable.
  minAvailable: null
`
}

function checked({ testArgs = [] }: ChartScaffoldOptions): string {
  const args = testArgs.length === 0 ? ' []' : `\n${testArgs.map(arg => `    - ${arg.includes('{{') ? `'${arg.replaceAll('\'', '\'\'')}'` : scalar(arg)}`).join('\n')}`
  return `test:
  # What \`helm test\` calls the program with, in the chart's own image; it may hold templates. With none there is no test.
  args:${args}
`
}
