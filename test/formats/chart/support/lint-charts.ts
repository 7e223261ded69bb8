import type { ChartFile } from '../../../../lib/formats/chart/chart-file.ts'

/** Texts by path; undefined takes one of the sample's files out. */
export type Texts = Readonly<Record<string, string | undefined>>

/** A deployment's template; `image` stands behind the image's repository. */
export function deployment(image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "gateway.name" . }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: { app: gateway }
  template:
    metadata:
      labels: { app: gateway }
    spec:
      containers:
        - name: gateway
          image: "{{ .Values.image.repository }}${image}"
`
}

/** A chart that nobody has anything to say about. */
const sample: Texts = {
  'Chart.yaml': 'apiVersion: v2\nname: gateway\nversion: 1.2.3\nappVersion: "1.2.3"\nicon: https://example.com/icon.svg\n',
  'values.yaml': 'image:\n  repository: ghcr.io/example/gateway\n  tag: ""\nreplicas: 1\n',
  'templates/_helpers.tpl': '{{- define "gateway.name" -}}\n{{ .Release.Name }}-gateway\n{{- end }}\n',
  'templates/deployment.yaml': deployment(':{{ .Values.image.tag | default .Chart.AppVersion }}'),
}

/** The sample with some files replaced. */
export function sampleTexts(changes: Texts = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries({ ...sample, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

export function chartFiles(texts: Readonly<Record<string, string>>): readonly ChartFile[] {
  return Object.keys(texts).sort().map(path => ({ path, bytes: Buffer.from(texts[path] ?? '') }))
}

/** The sample's Chart.yaml with one line more, or another in the place of the one that begins alike. */
export function chartYaml(line: string): Texts {
  const [key = ''] = line.split(':')
  const lines = (sample['Chart.yaml'] ?? '').split('\n').filter(one => one !== '' && !one.startsWith(`${key}:`))
  return { 'Chart.yaml': `${[...lines, line].join('\n')}\n` }
}
