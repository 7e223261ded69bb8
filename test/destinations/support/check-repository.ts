// Prints what keeps charts from being added to a folder: node --import tsx check-repository.ts <folder>
import type { Content } from '../../../lib/contracts/content.ts'
import { checkRepository } from '../../../lib/destinations/chart-repository/check-repository.ts'
import { releaseValue } from '../../support/release-value.ts'

const [problem] = await checkRepository({
  folder: process.argv[2] ?? '', base: 'https://charts.example', what: [], content: {} as Content, release: releaseValue(), notice: () => undefined,
})
process.stdout.write(problem?.message ?? 'fine')
