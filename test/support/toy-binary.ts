import { task } from '../../lib/graph/task.ts'
import type { Step } from '../../lib/graph/step.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { releaseValue } from './release-value.ts'

export interface ToyBinary {
  readonly target?: Binary['target']
  readonly program?: string
  readonly text?: string
}

const { version } = releaseValue()

const compile = task<Required<ToyBinary>, Binary>({
  name: 'binary', revision: 1,
  outline: ({ target, program }) => ({
    kind: 'binary', name: target.startsWith('windows') ? `${program}.exe` : program, program, project: 'gateway', version: version.semver, date: version.date, target,
    build: { command: ['go', 'build', '-o', program, '.'], environment: { GOOS: target.split('/')[0] ?? '' } },
  }),
  work: async ({ target, program, text }, { content }) => content.put([Buffer.from(`${program} for ${target}${text}`)], 'application/octet-stream'),
})

/** A binary that no compiler made. */
export function toyBinary({ target = 'linux/amd64', program = 'gateway', text = '' }: ToyBinary = {}): Step<Binary> {
  return compile({ target, program, text })
}
