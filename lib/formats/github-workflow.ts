import { buildJob, checkJob, publishJob, readyJob } from './github-workflow/jobs.ts'
import type { WorkflowOptions } from './github-workflow/options.ts'
import { scalar } from './github-workflow/scalar.ts'

export type { Sends, WorkflowOptions } from './github-workflow/options.ts'

/**
 * A workflow of GitHub Actions that checks pull requests, and on a version tag asks destinations whether they would take it, builds on several machines and publishes once.
 * Source: GitHub's "Workflow syntax" and "Secure use reference".
 */
export function githubWorkflow(options: WorkflowOptions): string {
  const { project, prefix, branch, folder } = options
  return `${[
    `# Checks ${project.replaceAll(/[^\x20-\x7e]/g, '?')} on every change, and releases it when a version is tagged: build on several machines, publish once.`,
    'name: release',
    '',
    'on:',
    '  push:',
    `    branches: [${scalar(pattern(branch))}]`,
    '    tags:',
    ...['v', ''].map(letter => `      - ${scalar(`${pattern(prefix)}${letter}[0-9]+.[0-9]+.[0-9]+*`)}`),
    '  pull_request:',
    '',
    '# What a job may do, it says itself.',
    'permissions: {}',
    '',
    '# Two runs for one tag wait for each other, and none is stopped half-way.',
    'concurrency:',
    '  group: release-${{ github.ref }}',
    '  cancel-in-progress: false',
    '',
    ...folder === '' ? [] : ['defaults:', '  run:', `    working-directory: ${scalar(folder)}`, ''],
    'jobs:',
    ...checkJob(options), '', ...readyJob(options), '', ...buildJob(options), '', ...publishJob(options),
  ].join('\n')}\n`
}

/** A name as a filter takes it for itself: GitHub's "Filter pattern cheat sheet". Of its other signs git has none in names. */
function pattern(name: string): string {
  return name.replaceAll(/[+!]/g, String.raw`\$&`)
}
