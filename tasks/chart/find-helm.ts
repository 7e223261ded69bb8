import { join } from 'node:path'
import type { FoundHelm } from '../../lib/clients/helm.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import type { Toolchain } from '../../lib/values/toolchain.ts'

export interface HelmChoice {
  /** Where to look for it; nowhere where it is empty. */
  readonly helm: readonly string[]
  readonly toolchain?: Toolchain
}

/** The helm that a chart is rendered with, looked for once in a run. */
export async function helmFor({ helm, toolchain }: HelmChoice, observer: Pick<Observer, 'exec' | 'once' | 'temporary' | 'notice'>): Promise<FoundHelm> {
  if (helm.length === 0) return { reason: 'build.ts wants none' }
  return observer.once(`helm ${helm.join(' ')}`, async () => {
    const [{ findHelm }, { cacheLocation }] = await Promise.all([import('../../lib/clients/helm.ts'), import('../../lib/clients/cache-folder.ts')])
    return findHelm({
      exec: observer.exec, notice: observer.notice, candidates: helm, ...toolchain && { toolchain },
      programs: join(cacheLocation(process.env, process.platform), 'programs'), folder: await observer.temporary(),
    })
  })
}
