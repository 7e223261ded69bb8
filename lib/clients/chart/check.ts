import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import type { ChartFile } from '../../formats/chart/chart-file.ts'
import { lintChart } from '../../formats/chart/lint.ts'
import { customKinds } from '../../formats/chart/lint/crds.ts'
import { type ChartFinding, sortFindings } from '../../formats/chart/lint/finding.ts'
import { eachChart, isLibrary, nameOf, openChart } from '../../formats/chart/lint/open-chart.ts'
import { checkRendered } from '../../formats/chart/rendered.ts'
import type { CustomKind } from '../../formats/kubernetes-kind-problem.ts'
import type { ReleasedImage } from '../../values/released-image.ts'
import type { FoundHelm, Helm } from '../helm.ts'
import { lintWithHelm, renderChart, type Rendered } from '../helm/run.ts'

export interface CheckedChart {
  readonly exec: Exec
  /** A folder of this check's own, empty: what helm reads and keeps is written there. */
  readonly folder: string
  /** The chart as it is packed. */
  readonly files: readonly ChartFile[]
  /** What the release calls it, where it says so. */
  readonly name?: string
  /** Dotted paths in values.yaml that the release writes. */
  readonly pins: readonly string[]
  readonly released: readonly ReleasedImage[]
  /** Images of others that need no digest, `busybox:1.37`. */
  readonly allow?: readonly string[]
  /** Kinds of other charts and operators that it makes objects of. */
  readonly kinds?: readonly CustomKind[]
  /** What it is also rendered with, once for each: `['image.distro=alpine']`. */
  readonly sets?: readonly (readonly string[])[]
  /** Values that it is also rendered with; where it is absent, those of its files that are called ci/*-values.yaml. */
  readonly ci?: readonly ChartFile[]
  readonly helm: FoundHelm
  /** The minor of the Kubernetes 1.x that it is for; the newest that its kubeVersion takes, where it is absent. */
  readonly minor?: number
}

export interface ChartVerdict {
  readonly findings: readonly ChartFinding[]
  /** What could not be looked at, and why: one sentence each. */
  readonly notChecked: readonly string[]
}

/** The newest that helm 3.19 knows, those before it, and those after. */
const newest = 34
const minors = [newest, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 35, 36, 37]

/**
 * Judges a chart before it ships: by its files, and by what helm makes of them for its own values, for each file of ci/ and
 * for each of `sets`.
 * @throws ReleaseError where helm cannot be run, or the folder not be written
 */
export async function checkChart(question: CheckedChart): Promise<ChartVerdict> {
  const structural = await lintChart(question)
  const chart = await openChart(question.files)
  if ('reason' in question.helm) {
    return { findings: structural, notChecked: [`The manifests were not rendered, nor their images compared: ${question.helm.reason}.`] }
  }
  const kinds = [...eachChart(chart).flatMap(customKinds), ...question.kinds ?? []]
  const place = await lay(question, nameOf(chart))
  const asked = { ...question, ...place, helm: question.helm.helm }
  const own = isLibrary(chart) ? undefined : await renderOwn(asked)
  const minor = own?.minor ?? question.minor ?? newest
  const [others, linted] = await Promise.all([
    own ? renderOthers(asked, own) : [], lintWithHelm({ ...asked, valuesFiles: [], sets: [], minor }),
  ])
  const check = { released: question.released, allow: question.allow ?? [], kinds, minor }
  const rendered = together(others.map(({ label, rendered: one }) => ({ label, findings: 'text' in one ? checkRendered(one.text, check) : one.findings })))
  const known = [...structural, ...newTo(structural, rendered)]
  return { findings: sortFindings([...known, ...newTo(known, linted)]), notChecked: [] }
}

/** Helm stumbles over what is told already, and says so in its own words, sometimes of the whole chart. */
function newTo(known: readonly ChartFinding[], found: readonly ChartFinding[]): readonly ChartFinding[] {
  const wrong = new Set(known.filter(({ severity }) => severity === 'error').map(({ file }) => file))
  if (wrong.size > 0) for (const file of ['Chart.yaml', 'templates', 'values.yaml']) wrong.add(file)
  return found.filter(({ file }) => !wrong.has(file))
}

interface Labelled {
  readonly label: string
  readonly findings: readonly ChartFinding[]
}

/** What was found in every render is told plainly, the rest with the values that it was found with. */
function together(renders: readonly Labelled[]): readonly ChartFinding[] {
  const found = new Map<string, { readonly finding: ChartFinding, readonly labels: string[] }>()
  for (const { label, findings } of renders) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.severity, finding.file, finding.line, finding.message])
      const known = found.get(key) ?? { finding, labels: [] }
      known.labels.push(label)
      found.set(key, known)
    }
  }
  return [...found.values()].map(({ finding, labels }) =>
    labels.length === renders.length ? finding : { ...finding, message: `${finding.message} (with ${labels.join(', ')})` })
}

interface Laid {
  /** The chart's folder, in `folder`. */
  readonly chart: string
  readonly ciFiles: readonly ValuesFile[]
}

interface ValuesFile {
  /** `ci/ingress-values.yaml` */
  readonly name: string
  /** Relative to `folder`, without characters that mean something to helm. */
  readonly path: string
}

type Asked = Omit<CheckedChart, 'helm'> & Laid & { readonly helm: Helm }

/** Writes the chart, and the values to render it with. */
async function lay({ folder, files, ci }: CheckedChart, name: string): Promise<Laid> {
  const chart = /^[\w.-]+$/.test(name) && !/^\.+$/.test(name) && name !== 'helm' ? name : 'chart'
  const given = ci ?? files.filter(({ path }) => /^ci\/[^/]+-values\.yaml$/.test(path))
  const ciFiles = given.map(({ path }, index) => ({ name: path, path: `values-${index}.yaml` }))
  await Promise.all([
    ...files.map(({ path, bytes }) => write(join(folder, chart, path), bytes)),
    ...given.map(({ bytes }, index) => write(join(folder, `values-${index}.yaml`), bytes)),
  ])
  return { chart, ciFiles }
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
}

/** What helm made of the chart with some values. */
interface Render {
  /** `ci/ingress-values.yaml` */
  readonly label: string
  readonly minor: number
  readonly rendered: Rendered
}

/** With the files of ci/ and with `sets`, after what was rendered with its own values. */
async function renderOthers(asked: Asked, own: Render): Promise<readonly Render[]> {
  const demanding = 'findings' in own.rendered && own.rendered.demanding
  const base = demanding ? asked.ciFiles.slice(0, 1).map(({ path }) => path) : []
  const others = await Promise.all([
    ...asked.ciFiles.map(({ name, path }) => render(asked, name, own.minor, [path], [])),
    ...(asked.sets ?? []).map(one => render(asked, `--set ${one.join(',')}`, own.minor, base, one)),
  ])
  return [asked.ciFiles.length > 0 ? softened(own) : own, ...others]
}

/** A chart that asks for values it has no default for is one that its files in ci/ are for. */
function softened(own: Render): Render {
  if (!('findings' in own.rendered) || !own.rendered.demanding) return own
  const findings = own.rendered.findings.map(one => ({ ...one, severity: 'warning' as const }))
  return { ...own, rendered: { ...own.rendered, findings } }
}

/** With values.yaml alone, for the first Kubernetes that the chart takes. */
async function renderOwn(asked: Asked): Promise<Render> {
  const [first = newest, ...others] = asked.minor === undefined ? minors : [asked.minor]
  const own = await render(asked, 'values.yaml', first, [], [])
  if (!outdated(own.rendered)) return own
  for (const minor of others) {
    const other = await render(asked, 'values.yaml', minor, [], [])
    if (!outdated(other.rendered)) return other
  }
  return own
}

function outdated(rendered: Rendered): boolean {
  return 'findings' in rendered && rendered.findings.some(({ message }) => /chart requires kubeVersion: /.test(message))
}

async function render(asked: Asked, label: string, minor: number, valuesFiles: readonly string[], sets: readonly string[]): Promise<Render> {
  const { exec, helm, folder, chart } = asked
  return { label, minor, rendered: await renderChart({ exec, helm, folder, chart, minor, valuesFiles, sets, releaseName: 'release', namespace: 'default' }) }
}
