import type { ChartFile } from '../../../../lib/formats/chart/chart-file.ts'

export const commitTime = '2026-11-21T09:08:07Z'

const plain = `apiVersion: v2
name: gateway
version: 0.0.2
appVersion: "0.0.2"
`

const awkward = `# A comment
apiVersion: v2
type: application
version: 1.2.3-rc.1+build.7
name: awkward-gateway
description: >-
  Ünïcödé <b>bold</b> & "quoted" — 𝔘𝔫𝔦 𐀀\ue000
  and a second line
home: https://gateway.example/?a=1&b=2
icon: https://gateway.example/icon.svg
kubeVersion: ">=1.25.0-0 <2"
deprecated: true
keywords: [http, "gate\\tway", "<&>", "line\\Lsep", 'yes', "", l, m, n1, o, p]
sources:
  - https://git.example/gateway?x=<y>
  - https://git.example/second
maintainers:
  - name: Ada <L>
    email: ada@gateway.example
    url: https://ada.example
  - email: only@mail.example
  - name: Bob & Co
condition: gateway.enabled
tags: one,two
appVersion: '1.2.3-rc.1+build.7'
unknownField: { of: nobody }
annotations:
  "10": ten
  "9": nine
  z.example/late: "x"
  a.example/early: |
    - kind: added
      description: "<tag> & more"
  org.opencontainers.image.title: not the title
  org.opencontainers.image.version: not the version
  org.opencontainers.image.source: https://overridden.example
  empty.example/none: ""
  null.example/none:
  \ue000.example: private use
  𐀀.example: beyond
dependencies:
  - name: common
    version: ">=1.0.0 <2"
    repository: ""
    alias: shared
    condition: common.enabled,global.common
    tags: [a, "b<"]
    import-values:
      - data
      - child: default.data
        parent: myimports
`

const subchart = `apiVersion: v2
name: common
version: 1.4.0
type: library
`

const template = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  greeting: {{ .Values.greeting | quote }}
`

export const plainChart = chart({ 'Chart.yaml': plain, 'values.yaml': 'greeting: hello\n', 'templates/config.yaml': template })

/** All fields of Chart.yaml, with what escapes and sorts unlike elsewhere. */
export const awkwardChart = chart({
  'Chart.yaml': awkward, 'values.yaml': '# kept\ngreeting: "<&>"\r\n', 'templates/config.yaml': template, 'templates/_helpers.tpl': '', 'README.md': 'text\n',
  '.helmignore': '*.bak\n', 'ci/other-values.yaml': 'greeting: other\n', 'charts/common/Chart.yaml': subchart, 'files/ü/ñ.txt': 'ü',
  [`files/${'long/'.repeat(30)}name.txt`]: 'a long path',
})

export function chart(files: Readonly<Record<string, string>>): readonly ChartFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })).sort((a, b) => a.path < b.path ? -1 : 1)
}

export function textOf(files: readonly ChartFile[], path: string): string {
  const file = files.find(one => one.path === path)
  if (!file) throw new Error(`there is no ${path}`)
  return Buffer.from(file.bytes).toString()
}
