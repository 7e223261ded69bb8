import { hostTarget } from './build-script.ts'
import { hello } from './hello.ts'
import { libraryUrl } from './workplace.ts'

/** A chart as small as one can be that names its image by digest. */
export const chartFiles: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: hello\ndescription: Says hello\nversion: 0.0.0\n',
  'chart/values.yaml': 'image:\n  repository: ""\n  digest: ""\n',
  'chart/templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  containers:
    - name: hello
      image: "{{ .Values.image.repository }}@{{ .Values.image.digest }}"
`,
}

export interface ChartScript {
  /** More fields for chart(), code. */
  readonly options?: string
  /** More goals, code. */
  readonly goals?: string
  readonly bases?: string
  readonly distro?: string
}

/** A build.ts that makes a chart of one image, which is nowhere yet. */
export function chartScript({ options = '', goals = '', bases = '{}', distro = 'static' }: ChartScript = {}): string {
  return `import { at, buildImage, chart, chartRepository, crossCompile, directory, main, ociRegistry, publish, send } from '${libraryUrl}'

const dist = directory('dist')
const registry = ociRegistry((process.env.REGISTRY ?? 'ghcr.io') + '/example/hello')

await main(import.meta, {
  targets: ['${hostTarget}'],
  bases: ${bases},
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const image = buildImage({ base: base('${distro}'), binaries })
    const helm = chart({
      source: source('chart'), images: [at(registry, image)], default: '${distro}', pin: { repository: 'image.repository', digest: 'image.digest' }, ${options}
    })
    return {
      release: ['image and chart in dist/', publish(send(dist, image, helm))],
      ${goals}
    }
  },
})
`
}

/** A Go program of one file with that chart and that build.ts. */
export function chartProject(script: ChartScript = {}, files: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...hello, ...chartFiles, 'build.ts': chartScript(script), ...files }
}
