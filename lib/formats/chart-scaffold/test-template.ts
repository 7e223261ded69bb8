import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** The helm test: the program's own image asks the service, so that no other image is needed. */
export function testTemplate({ name }: ChartScaffoldOptions): ChartText {
  return {
    path: 'templates/tests/test-connection.yaml',
    text: `{{- if .Values.test.args }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "${name}.fullname" . | trunc 58 | trimAll "-" }}-test
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labelsBeside" (dict "context" . "own" (include "${name}.testLabels" . | fromYaml)) | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: test
      image: {{ include "${name}.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- range .Values.test.args }}
        - {{ tpl . $ | quote }}
        {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
`,
  }
}
