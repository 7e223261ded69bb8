import { indent } from '../chart-scaffold/indent.ts'
import { actions } from './actions.ts'
import { restoreGo, saveGo } from './go-cache.ts'
import type { WorkflowOptions } from './options.ts'
import { pathIn, setupSteps } from './setup-steps.ts'
import { scalar } from './scalar.ts'

/** A pinned machine: the one that `latest` means changes from one day to another. */
const machine = 'runs-on: ubuntu-24.04'

const onTag = '${{ github.event_name == \'push\' && github.ref_type == \'tag\' }}'

/** What is known to fail without compiling, and the project's tests. */
export function checkJob(options: WorkflowOptions): readonly string[] {
  return job('check', [
    'if: ${{ github.ref_type != \'tag\' }}',
    machine,
    'timeout-minutes: 30',
    'permissions:',
    '  contents: read',
    ...options.sends.cache ? ['  packages: read  # the cache that machines share'] : [],
    'steps:',
    ...steps([
      ...setupSteps(options), ...restoreGo(options, 'check'),
      '- name: Find what would make a release fail',
      ...tokenFor(options),
      `  run: npx tsx ${options.script} check`,
      '- name: Test',
      '  run: go test ./...',
      ...saveGo(options, 'check'),
    ]),
  ])
}

/**
 * Asks each destination whether it would take the release, with what the job that publishes has: a token that has expired is known before
 * many machines compile. It takes nothing from a cache.
 */
export function readyJob(options: WorkflowOptions): readonly string[] {
  const { release, packages, cache } = options.sends
  return job('ready', [
    `if: ${onTag}`,
    machine,
    'timeout-minutes: 30',
    '# Whether something may be written is asked with what may write; nothing is.',
    'permissions:',
    `  contents: ${release ? 'write' : 'read'}`,
    ...release ? ['  attestations: read  # whether a release that was deleted has used up the tag'] : [],
    ...packages || cache ? [`  packages: ${packages ? 'write' : 'read'}`] : [],
    '  id-token: write',
    'steps:',
    ...steps([
      ...setupSteps(options),
      '- name: Ask whether it can be published',
      '  id: ready',
      ...credentials(options),
      `  run: npx tsx ${options.script} check release --publish`,
    ]),
  ])
}

/** One part of a release on each machine. It holds no secret, and may write nothing but the cache that machines share. */
export function buildJob(options: WorkflowOptions): readonly string[] {
  const { shards, script } = options
  const name = `\${{ matrix.shard }}-of-${shards}`
  const slipway = `slipway-${name}-\${{ github.run_id }}-`
  return job('build', [
    `name: build \${{ matrix.shard }} of ${shards}`,
    'needs: ready',
    '# On the branch it makes a snapshot: what would not compile is known before a tag is, and the caches are filled.',
    'if: ${{ !cancelled() && github.event_name == \'push\' && (github.ref_type == \'branch\' || needs.ready.result == \'success\') }}',
    machine,
    'timeout-minutes: 60',
    'permissions:',
    '  contents: read',
    ...options.sends.cache ? ['  packages: write  # the cache that machines share'] : [],
    'strategy:',
    '  # What the others make is kept: only the failed jobs have to be run again.',
    '  fail-fast: false',
    '  matrix:',
    `    shard: [${Array.from({ length: shards }, (_, at) => at + 1).join(', ')}]`,
    'env:',
    `  SHARD: \${{ matrix.shard }}/${shards}`,
    'steps:',
    ...steps([
      ...setupSteps(options), ...restoreGo(options, name),
      '- name: Restore what an earlier attempt has made',
      `  uses: ${actions.cacheRestore}`,
      '  with:', '    path: ~/.cache/slipway', `    key: ${slipway}\${{ github.run_attempt }}`, `    restore-keys: ${slipway}`,
      '- name: Build a part',
      ...tokenFor(options),
      `  run: npx tsx ${script} release --shard "$SHARD"`,
      '- name: Hand the part over',
      '  if: ${{ github.ref_type == \'tag\' }}',
      `  uses: ${actions.uploadArtifact}`,
      '  with:',
      '    name: part-${{ matrix.shard }}',
      `    path: ${scalar(pathIn(options, `dist.part-${name}`))}`,
      '    if-no-files-found: error',
      '    # A job that is run again takes the place of its part.',
      '    overwrite: true',
      '    compression-level: 1',
      '    retention-days: 7',
      '- name: Save what was made for the next attempt',
      '  if: ${{ failure() }}',
      `  uses: ${actions.cacheSave}`,
      '  with:', '    path: ~/.cache/slipway', `    key: ${slipway}\${{ github.run_attempt }}`,
      ...saveGo(options, name),
    ]),
  ])
}

/** The one job that may write: joins the parts and sends everything. It takes nothing from a cache. */
export function publishJob(options: WorkflowOptions): readonly string[] {
  const { release, packages, cache } = options.sends
  const outputs = ['version', 'tag', 'prerelease', 'snapshot', 'digest']
  return job('publish', [
    'needs: build',
    `if: ${onTag}`,
    machine,
    'timeout-minutes: 60',
    'permissions:',
    `  contents: ${release ? 'write  # the release and its assets' : 'read'}`,
    ...packages || cache ? [`  packages: write  # ${packages ? 'images and charts' : 'the cache that machines share'}`] : [],
    '  id-token: write  # says to others which workflow this is, in place of a secret',
    'outputs:',
    ...outputs.map(name => `  ${name}: \${{ steps.release.outputs.${name} }}`),
    'steps:',
    ...steps([
      ...setupSteps(options),
      '- name: Take the parts',
      `  uses: ${actions.downloadArtifact}`,
      '  with:', '    pattern: part-*', '    path: ${{ runner.temp }}/parts', '    digest-mismatch: error',
      '- name: Publish',
      '  id: release',
      ...credentials(options),
      `  run: npx tsx ${options.script} release --publish --strict --parts "$RUNNER_TEMP/parts"`,
    ]),
  ])
}

/** What destinations are asked with. */
function credentials({ sends: { tokens, secrets } }: WorkflowOptions): readonly string[] {
  return ['  env:', ...tokens.map(name => `    ${name}: \${{ github.token }}`), ...secrets.map(name => `    ${name}: \${{ secrets.${name} }}`)]
}

/** What the shared cache is asked with. */
function tokenFor({ sends }: WorkflowOptions): readonly string[] {
  return sends.cache ? ['  env:', '    GITHUB_TOKEN: ${{ github.token }}'] : []
}

function job(name: string, lines: readonly string[]): readonly string[] {
  return [`  ${name}:`, ...lines.map(line => indent(line, 4))]
}

function steps(lines: readonly string[]): readonly string[] {
  return lines.map(line => indent(line, 2))
}
