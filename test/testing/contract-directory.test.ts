import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { directory } from '../../lib/destinations/directory.ts'
import { destinationContract } from '../../lib/testing/index.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import { archive } from '../../tasks/archive.ts'
import { checksums } from '../../tasks/checksums.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { toyChart } from '../support/toy-chart.ts'
import { toyImage } from '../support/toy-image.ts'
import { makeIn } from './support/contract-artifacts.ts'
import { folderSight } from './support/folder-sight.ts'

const archives = [archive({ binary: toyBinary() }), archive({ binary: toyBinary({ target: 'darwin/arm64' }) })]
const steps = [...archives, toyImage(), toyImage({ distro: 'ubi' }), toyChart(), checksums({ artifacts: archives })]

const contract = destinationContract<Artifact>({
  name: 'directory()',
  place: async () => {
    const root = await mkdtemp(join(tmpdir(), 'directory-'))
    await writeFile(join(root, 'file'), '')
    return {
      root, destination: () => directory('dist'), broken: () => ({ 'a file in its place': directory('file'), 'a file in the way': directory('file/dist') }),
      witness: () => folderSight(join(root, 'dist')), inventory: () => folderSight(root),
      close: () => rm(root, { recursive: true }),
    }
  },
  artifacts: content => makeIn<Artifact>(content, steps),
  atOnce: 4,
})
for (const { name, run } of contract) test(name, run)

test.run()
