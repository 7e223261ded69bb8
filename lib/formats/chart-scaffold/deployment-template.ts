import type { ChartScaffoldOptions, ChartText } from './options.ts'

/** The deployment: what runs, and how it is watched. */
export function deploymentTemplate(options: ChartScaffoldOptions): ChartText {
  return { path: 'templates/deployment.yaml', text: `${head(options.name)}${pod(options.name)}${container(options)}${volumes(options.name)}${placement(options.name)}` }
}

function head(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "${name}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  revisionHistoryLimit: {{ .Values.revisionHistoryLimit }}
  {{- with .Values.strategy }}
  strategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "${name}.selectorLabels" . | nindent 6 }}
`
}

function pod(name: string): string {
  return `  template:
    metadata:
      labels:
        {{- toYaml (merge (include "${name}.labels" . | fromYaml) (.Values.podLabels | default dict)) | nindent 8 }}
      {{- if or .Values.config .Values.podAnnotations }}
      annotations:
        {{- if .Values.config }}
        # Another configuration makes other pods.
        checksum/config: {{ include "${name}.config" . | sha256sum }}
        {{- end }}
        {{- with .Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "${name}.serviceAccountName" . }}
      automountServiceAccountToken: {{ .Values.automountServiceAccountToken }}
      terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`
}

function container(options: ChartScaffoldOptions): string {
  const { name } = options
  return `      containers:
        - name: {{ .Chart.Name }}
          image: {{ include "${name}.image" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          {{- with .Values.args }}
          args:
            {{- toYaml . | nindent 12 }}
          {{- end }}
${environment(options)}          {{- with .Values.envFrom }}
          envFrom:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - name: http
              containerPort: {{ .Values.containerPort }}
              protocol: TCP
${['startupProbe', 'livenessProbe', 'readinessProbe', 'resources', 'securityContext'].map(optional).join('')}\
          {{- if or .Values.config .Values.volumeMounts }}
          volumeMounts:
            {{- if .Values.config }}
            - name: config
              mountPath: /etc/${name}
              readOnly: true
            {{- end }}
            {{- with .Values.volumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- end }}
`
}

function environment({ name, listenVariable, config: { file, variable } = { file: '' } }: ChartScaffoldOptions): string {
  const listens = listenVariable === undefined ? '' : `            - name: ${listenVariable}
              value: ":{{ .Values.containerPort }}"
`
  const reads = variable === undefined ? '' : `            {{- if .Values.config }}
            - name: ${variable}
              value: /etc/${name}/${file}
            {{- end }}
`
  const condition = listens !== '' ? undefined : reads === '' ? '.Values.env' : 'or .Values.config .Values.env'
  return `${condition === undefined ? '' : `          {{- if ${condition} }}\n`}          env:
${listens}${reads}            {{- with .Values.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
${condition === undefined ? '' : '          {{- end }}\n'}`
}

function optional(field: string): string {
  return `          {{- with .Values.${field} }}
          ${field}:
            {{- toYaml . | nindent 12 }}
          {{- end }}
`
}

function volumes(name: string): string {
  return `      {{- if or .Values.config .Values.volumes }}
      volumes:
        {{- if .Values.config }}
        - name: config
          configMap:
            name: {{ include "${name}.fullname" . }}
        {{- end }}
        {{- with .Values.volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
`
}

function placement(name: string): string {
  const plain = ['nodeSelector', 'tolerations', 'affinity'].map(field => `      {{- with .Values.${field} }}
      ${field}:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`)
  return `${plain.join('')}      {{- with .Values.topologySpreadConstraints }}
      {{- $selector := dict "labelSelector" (dict "matchLabels" (include "${name}.selectorLabels" $ | fromYaml)) }}
      topologySpreadConstraints:
        {{- range . }}
        {{- toYaml (list (hasKey . "labelSelector" | ternary . (merge (deepCopy .) $selector))) | nindent 8 }}
        {{- end }}
      {{- end }}
`
}
