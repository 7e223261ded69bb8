import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** The configuration file, where values hold one. */
export function configTemplate({ name, config: { file } = { file: 'config.json' } }: ChartScaffoldOptions): ChartText {
  return {
    path: 'templates/configmap.yaml',
    text: `{{- if .Values.config }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "${name}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
data:
  ${file}: |
    {{- include "${name}.config" . | nindent 4 }}
{{- end }}
`,
  }
}
