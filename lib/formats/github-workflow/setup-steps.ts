import { actions } from './actions.ts'
import type { WorkflowOptions } from './options.ts'
import { scalar } from './scalar.ts'

/** A path of the project as actions take it: from the repository's root. */
export function pathIn({ folder }: Pick<WorkflowOptions, 'folder'>, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}

/** The steps that every job begins with: the source with its tags, Go, Node and what package.json names. */
export function setupSteps(options: WorkflowOptions): readonly string[] {
  const { node } = options
  return [
    `- uses: ${actions.checkout}`,
    '  with:',
    '    # The version, and what has changed since the one before it, come from git alone.',
    '    fetch-depth: 0',
    '    persist-credentials: false',
    `- uses: ${actions.setupGo}`,
    '  with:',
    `    go-version-file: ${scalar(pathIn(options, 'go.mod'))}`,
    '    cache: false',
    `- uses: ${actions.setupNode}`,
    '  with:',
    'file' in node ? `    node-version-file: ${scalar(pathIn(options, node.file))}` : `    node-version: ${scalar(node.version)}`,
    '    package-manager-cache: false',
    '- name: Install what package.json names',
    '  run: npm ci --ignore-scripts',
  ]
}
