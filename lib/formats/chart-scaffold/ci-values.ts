import { indent } from './indent.ts'
import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** Values that every release is rendered with. None of them names an image: that is for the release to do. */
export function ciValues(options: ChartScaffoldOptions): readonly ChartText[] {
  return [
    { path: 'ci/default-values.yaml', text: '# The least: one pod, and all else as it is by default.\nreplicaCount: 1\n' },
    { path: 'ci/everything-values.yaml', text: everything(options) },
    { path: 'ci/ingress-values.yaml', text: behindIngress(options) },
  ]
}

function everything({ name }: ChartScaffoldOptions): string {
  return `# All that can be switched on, and something in every list.
nameOverride: other-name
fullnameOverride: other-full-name
commonLabels:
  team: edge
imagePullSecrets:
  - name: registry
env:
  - name: GOMEMLIMIT
    value: 200MiB
envFrom:
  - secretRef:
      name: ${name}-secrets
      optional: true
volumes:
  - name: scratch
    emptyDir: {}
volumeMounts:
  - name: scratch
    mountPath: /tmp
serviceAccount:
  annotations:
    example.com/role: edge
podAnnotations:
  example.com/note: "true"
podLabels:
  tier: front
nodeSelector:
  kubernetes.io/os: linux
tolerations:
  - key: edge
    operator: Exists
    effect: NoSchedule
affinity:
  nodeAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 1
        preference:
          matchExpressions:
            - key: kubernetes.io/arch
              operator: In
              values:
                - amd64
                - arm64
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
  - maxSkew: 2
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: DoNotSchedule
    labelSelector:
      matchLabels:
        tier: front
priorityClassName: system-cluster-critical
service:
  type: LoadBalancer
  port: 8000
  nodePort: 30080
  annotations:
    example.com/balancer: internal
  loadBalancerClass: example.com/internal
  loadBalancerSourceRanges:
    - 192.0.2.0/24
  externalTrafficPolicy: Local
ingress:
  enabled: true
  className: nginx
  annotations:
    example.com/issuer: ours
  hosts:
    - host: ${name}.example.com
    - host: "*.example.org"
      paths:
        - path: /
        - path: /exact
          pathType: Exact
  tls:
    - secretName: ${name}-tls
      hosts:
        - ${name}.example.com
networkPolicy:
  enabled: true
  ingress:
    from:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: ingress-nginx
  egress:
    enabled: true
    rules:
      - to:
          - ipBlock:
              cidr: 10.0.0.0/8
        ports:
          - port: 9000
            protocol: TCP
autoscaling:
  enabled: true
  minReplicas: 3
  maxReplicas: 6
  targetCPUUtilizationPercentage: 60
  targetMemoryUtilizationPercentage: 70
  metrics:
    - type: Pods
      pods:
        metric:
          name: http_requests_per_second
        target:
          type: AverageValue
          averageValue: 1k
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 300
podDisruptionBudget:
  minAvailable: 50%
`
}

function behindIngress({ name, config }: ChartScaffoldOptions): string {
  return `# Behind an ingress, with a configuration, and with as many pods as it takes.
config:
${indent(config?.example ?? 'example: true\n', 2)}ingress:
  enabled: true
  hosts:
    - host: ${name}.example.com
      paths:
        - path: /
          pathType: Prefix
autoscaling:
  enabled: true
  targetCPUUtilizationPercentage: null
networkPolicy:
  enabled: true
`
}
