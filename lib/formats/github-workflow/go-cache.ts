import { actions } from './actions.ts'
import { pathIn } from './setup-steps.ts'
import type { WorkflowOptions } from './options.ts'

const paths = ['  with:', '    path: |', '      ~/.cache/go-build', '      ~/go/pkg/mod']

/** @param job what compiles the same each time: its cache is its own */
export function restoreGo(options: WorkflowOptions, job: string): readonly string[] {
  return [
    '- name: Restore modules and what Go has compiled',
    `  uses: ${actions.cacheRestore}`,
    ...paths,
    `    key: ${goKey(options, job)}`,
    '    restore-keys: |',
    `      ${goKey(options, job, '')}`,
    `      go-${job}-`,
  ]
}

/** What is saved on a branch is there for its pull requests and for tags; what a tag saves is there for nobody else. */
export function saveGo(options: WorkflowOptions, job: string): readonly string[] {
  return [
    '- name: Save modules and what Go has compiled',
    '  # A cache that a tag saves is seen by that tag alone.',
    '  if: ${{ !cancelled() && github.event_name == \'push\' && github.ref_type == \'branch\' }}',
    `  uses: ${actions.cacheSave}`,
    ...paths,
    `    key: ${goKey(options, job)}`,
  ]
}

function goKey(options: WorkflowOptions, job: string, last = '${{ github.sha }}'): string {
  const files = ['go.mod', 'go.sum'].map(name => `'${pathIn(options, name).replaceAll('\'', '\'\'')}'`).join(', ')
  return `go-${job}-\${{ hashFiles(${files}) }}-${last}`
}
