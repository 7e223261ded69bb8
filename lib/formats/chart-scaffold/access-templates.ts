import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** Who the pods are, and whom they talk to. */
export function accessTemplates({ name }: ChartScaffoldOptions): readonly ChartText[] {
  return [
    { path: 'templates/serviceaccount.yaml', text: account(name) },
    { path: 'templates/networkpolicy.yaml', text: policy(name) },
  ]
}

function account(name: string): string {
  return `{{- if .Values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "${name}.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: {{ .Values.automountServiceAccountToken }}
{{- end }}
`
}

function policy(name: string): string {
  return `{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "${name}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "${name}.selectorLabels" . | nindent 6 }}
  policyTypes:
    - Ingress
    {{- if .Values.networkPolicy.egress.enabled }}
    - Egress
    {{- end }}
  ingress:
    - ports:
        - port: http
          protocol: TCP
      {{- with .Values.networkPolicy.ingress.from }}
      from:
        {{- toYaml . | nindent 8 }}
        {{- if $.Values.test.args }}
        # The helm test connects, too.
        - podSelector:
            matchLabels:
              {{- include "${name}.testLabels" $ | nindent 14 }}
        {{- end }}
      {{- end }}
  {{- if .Values.networkPolicy.egress.enabled }}
  {{- $rules := .Values.networkPolicy.egress.rules | default list }}
  {{- if .Values.networkPolicy.egress.dns }}
  {{- $rules = prepend $rules (dict "ports" (list (dict "port" 53 "protocol" "UDP") (dict "port" 53 "protocol" "TCP"))) }}
  {{- end }}
  egress:
    {{- toYaml $rules | nindent 4 }}
  {{- end }}
{{- end }}
`
}
