// Prints what keeps charts from being added to a folder: node --import tsx check-repository.ts <folder>
import { checkRepository } from '../../../lib/destinations/chart-repository/check-repository.ts'

const [problem] = await checkRepository(process.argv[2] ?? '')
process.stdout.write(problem?.message ?? 'fine')
