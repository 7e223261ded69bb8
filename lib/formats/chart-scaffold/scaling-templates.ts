import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** How many pods there are, and how many there must be. */
export function scalingTemplates({ name }: ChartScaffoldOptions): readonly ChartText[] {
  return [{ path: 'templates/hpa.yaml', text: autoscaler(name) }, { path: 'templates/pdb.yaml', text: budget(name) }]
}

function autoscaler(name: string): string {
  return `{{- if .Values.autoscaling.enabled }}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) }}
{{- fail "autoscaling: minReplicas is more than maxReplicas" }}
{{- end }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "${name}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "${name}.fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  {{- if or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.targetMemoryUtilizationPercentage .Values.autoscaling.metrics }}
  metrics:
${utilization('cpu', 'targetCPUUtilizationPercentage')}${utilization('memory', 'targetMemoryUtilizationPercentage')}\
    {{- with .Values.autoscaling.metrics }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- with .Values.autoscaling.behavior }}
  behavior:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
`
}

function utilization(resource: string, value: string): string {
  return `    {{- with .Values.autoscaling.${value} }}
    - type: Resource
      resource:
        name: ${resource}
        target:
          type: Utilization
          averageUtilization: {{ . }}
    {{- end }}
`
}

function budget(name: string): string {
  return `{{- if .Values.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "${name}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
spec:
  {{- if kindIs "invalid" .Values.podDisruptionBudget.minAvailable }}
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  {{- else }}
  minAvailable: {{ .Values.podDisruptionBudget.minAvailable }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "${name}.selectorLabels" . | nindent 6 }}
{{- end }}
`
}
