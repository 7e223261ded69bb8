import type { Exec, Finished } from '../../contracts/exec.ts'
import { chartError, type ChartFinding } from '../../formats/chart/lint/finding.ts'
import { helmFinding, lintFindings, renderFindings } from '../../formats/chart/helm-messages.ts'
import type { Helm } from '../helm.ts'
import { helmEnvironment } from './environment.ts'

/** A chart, and what it is asked with. */
export interface HelmCall {
  readonly exec: Exec
  readonly helm: Helm
  /** A folder of this run's own; the other paths are relative to it. */
  readonly folder: string
  /** A folder, or a package whose name ends with .tgz. */
  readonly chart: string
  readonly valuesFiles: readonly string[]
  /** As after `--set`: `image.distro=alpine`. */
  readonly sets: readonly string[]
  /** The minor of the Kubernetes 1.x that it is rendered for. */
  readonly minor: number
}

export interface RenderCall extends HelmCall {
  readonly releaseName: string
  readonly namespace: string
}

export type Rendered = { readonly text: string } | Unrendered

export interface Unrendered {
  readonly findings: readonly ChartFinding[]
  /** Whether the chart itself refuses the values, by `required` or `fail`. */
  readonly demanding: boolean
}

/** What `helm template` prints, or why it prints nothing. */
export async function renderChart(call: RenderCall): Promise<Rendered> {
  const args = ['template', call.releaseName, call.chart, '--namespace', call.namespace, '--kube-version', `1.${call.minor}.0`, ...given(call)]
  const finished = await run(call, args)
  if (finished.exitCode === 0) return { text: finished.stdout }
  const output = finished.stderr || finished.stdout
  return { findings: renderFindings(output), demanding: /^Error: execution error at \(/m.test(output) }
}

/** What `helm lint --strict` refuses: every finding is an error. */
export async function lintWithHelm(call: HelmCall): Promise<readonly ChartFinding[]> {
  const finished = await run(call, ['lint', call.chart, '--strict', '--quiet', ...kubeVersion(call), ...given(call)])
  if (finished.exitCode === 0) return []
  const found = lintFindings(finished.stdout, call.chart)
  if (found.length > 0) return found
  return finished.stderr.trim() === '' ? [chartError('Chart.yaml', 'helm lint refuses it and does not say why')] : [helmFinding(finished.stderr)]
}

/** helm lint takes it since 3.14; before, it judges by what it was built with. */
function kubeVersion({ helm, minor }: HelmCall): readonly string[] {
  const [major = 0, lesser = 0] = helm.version.split('.').map(Number)
  return major > 3 || lesser >= 14 ? ['--kube-version', `1.${minor}.0`] : []
}

function given({ valuesFiles, sets }: HelmCall): readonly string[] {
  return [...valuesFiles.flatMap(file => ['--values', file]), ...sets.flatMap(set => ['--set', set])]
}

async function run({ exec, helm, folder }: HelmCall, args: readonly string[]): Promise<Finished> {
  return exec(helm.program, args, { cwd: folder, check: false, env: helmEnvironment(folder) })
}
