import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { realRegistries } from '../../../test/support/real-registries.ts'
import { duel, type Runner } from '../duel.ts'
import { benchBases } from '../images/bench-bases.ts'
import { craneImages } from '../images/crane-images.ts'
import { dockerImages, type DockerImages } from '../images/docker-images.ts'
import type { ImageArena } from '../images/image-arena.ts'
import type { ImageContest } from '../images/image-contest.ts'
import { koImages } from '../images/ko-images.ts'
import { readyBinaries } from '../images/ready-binaries.ts'
import { serverProject } from '../images/server-project.ts'
import { slipwayImages } from '../images/slipway-images.ts'
import type { Row } from '../row.ts'

/**
 * Images of a small server on four bases for six platforms, into a registry of this machine. Everyone has a repository there,
 * released once before, untimed: bases are fetched by then, and their layers lie where they are wanted. Each round is a new
 * release of new programs, so that nothing else is there: no layer, no image, in no cache. Commands that do one image run as
 * many at a time as there are cores.
 */
export async function images(arena: ImageArena): Promise<readonly Row[]> {
  const { signal, log, environment } = arena
  const [debian] = realRegistries()
  if (!debian || debian.reason !== undefined) {
    log(`images are left out: ${debian?.reason ?? 'there is no registry'}`)
    return []
  }
  const folder = join(arena.folder, 'images')
  await mkdir(folder, { recursive: true })
  const registry = await debian.start()
  let docker: DockerImages | undefined
  try {
    const project = await serverProject(join(folder, 'project'))
    const binaries = await readyBinaries(project, { environment, signal })
    const bases = await benchBases(join(folder, 'bases'), registry.host)
    log(`images: programs of ${(binaries.size / 1e6).toFixed(1)} MB`)
    const contest: ImageContest = { ...arena, folder, host: registry.host, bases, project, binaries }
    const ours = await slipwayImages(contest)
    docker = await dockerImages(contest)
    const rivals = [
      ...docker ? [{ ...docker, bound: 0.13 }] : [],
      { ...await koImages(contest), bound: 0.2 },
      { ...await craneImages(contest), bound: 0.5 },
    ]
    await warmUp([...rivals, ours], log)
    return await duel({ work: 'images, 4 bases x 6 platforms', rounds: arena.runs ?? 3, log, ours, rivals })
  } finally {
    await docker?.close()
    await registry.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function warmUp(everyone: readonly Runner[], log: ImageArena['log']): Promise<void> {
  for (const { name, ready, run } of everyone) {
    log(`images: ${name} fetches the bases`)
    await ready?.(0)
    await run()
  }
}
