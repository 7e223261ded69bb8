import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** What helm prints after an installation: what runs, where it answers, what to do next. */
export function notesTemplate({ name, program, healthPath = '/' }: ChartScaffoldOptions): ChartText {
  return {
    path: 'templates/NOTES.txt',
    text: `{{- $name := include "${name}.fullname" . -}}
${program} {{ .Chart.AppVersion }} runs from {{ include "${name}.image" . }}.

{{ if .Values.ingress.enabled -}}
It answers at:
{{- range $host := .Values.ingress.hosts }}
{{- range .paths | default (list (dict "path" "/")) }}
  {{ empty $.Values.ingress.tls | ternary "http" "https" }}://{{ $host.host }}{{ .path }}
{{- end }}
{{- end }}
{{- else if eq .Values.service.type "LoadBalancer" -}}
Its address, once there is one:
  kubectl get service {{ $name }} --namespace {{ .Release.Namespace }} --watch
{{- else if eq .Values.service.type "NodePort" -}}
Its port on every node:
  kubectl get service {{ $name }} --namespace {{ .Release.Namespace }} --output jsonpath='{.spec.ports[0].nodePort}'
{{- else -}}
It answers in the cluster at http://{{ $name }}.{{ .Release.Namespace }}:{{ .Values.service.port }}, and from here with:
  kubectl port-forward service/{{ $name }} --namespace {{ .Release.Namespace }} {{ .Values.containerPort }}:{{ .Values.service.port }}
  curl http://127.0.0.1:{{ .Values.containerPort }}${healthPath}
{{- end }}
{{- if .Values.test.args }}

Whether it is healthy:
  helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
{{- end }}
`,
  }
}
