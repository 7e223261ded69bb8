import type { Session } from '../../contracts/destination.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Release } from '../../values/release.ts'
import { isDemo, placedFiles, placeOf, type Placed } from './placed.ts'
import { moveVersions, readRecord, writeRecord } from './site-pointers.ts'
import { recordPath, type SiteArtifact, type SiteFile, withoutVersion, withVersion } from './site-records.ts'
import type { SiteStore, StagedFile } from './site-store.ts'

interface StagedArtifact {
  readonly artifact: SiteArtifact
  /** Those that were not there already, by path. */
  readonly files: ReadonlyMap<string, StagedFile>
}

/** One release's visit to a site: files wait where nobody sees them, go to their names, and then the pointers move to them. */
export function siteSession(name: string, store: SiteStore, release: Release): Session<Placed> {
  const { version, project } = release
  const staged = new Map<string, StagedArtifact>()
  const stagedOf = (artifact: string): StagedArtifact => staged.get(artifact) ?? lost(name, artifact)
  return {
    stage: async (artifact, { content }) => {
      const files = await placedFiles(artifact, content)
      const waiting = new Map<string, StagedFile>()
      for (const file of files) {
        if (await isThere(store, file, version.snapshot)) continue
        waiting.set(file.path, await store.stage(file.path, { mediaType: 'application/octet-stream', digest: file.digest, size: file.size }, content))
      }
      const { kind, digest, target } = artifact
      staged.set(artifact.name, { artifact: { name: artifact.name, kind, ...target !== undefined && { target }, digest, files }, files: waiting })
      return { artifact, url: store.where }
    },
    verify: async ({ artifact }) => {
      const { artifact: { files, digest }, files: waiting } = stagedOf(artifact.name)
      for (const file of files) {
        const found = await (waiting.get(file.path)?.digest() ?? store.digestAt(file.path))
        if (found !== file.digest) return { state: 'staged', ...found !== undefined && { digest: found } }
      }
      return { state: 'staged', digest }
    },
    commit: async (shipped, { signal }) => {
      const own = shipped.staged.map(({ artifact }) => stagedOf(artifact.name))
      for (const { files } of own) for (const file of files.values()) await file.publish()
      const about = { project: project.name, version: version.semver, prerelease: version.prerelease, commit: version.commit, date: version.date }
      await writeRecord(store, { ...about, artifacts: own.map(({ artifact }) => artifact) }, version, signal)
      await moveVersions(store, project.name, before => withVersion(before, project.name, about), signal)
      await store.clear(own.flatMap(({ artifact }) => artifact.files.map(({ path }) => path)))
    },
    retract: async (what, { signal }) => {
      try {
        const record = await readRecord(store, version.semver, project.name)
        // Nothing is named that is not there: pointers first, files last.
        await moveVersions(store, project.name, before => withoutVersion(before, project.name, version.semver), signal)
        await store.remove(recordPath(version.semver))
        const listed = record?.artifacts.flatMap(({ files }) => files.map(({ path }) => path)) ?? []
        // A run that died before it wrote the record has left what only this release knows of.
        const known = what.filter(outline => !isDemo(outline)).map(placeOf)
        for (const path of new Set([...listed, ...known])) await store.remove(path)
        return []
      } catch (error) {
        return [asProblem(name, error)]
      }
    },
    close: () => store.close(),
  }
}

/** @throws ReleaseError (DESTINATION) where other bytes have the name */
async function isThere(store: SiteStore, { path, digest }: SiteFile, snapshot: boolean): Promise<boolean> {
  const there = await store.digestAt(path)
  if (there === undefined || there === digest || snapshot) return there === digest
  throw differs(store.where, path, there, digest)
}

/** What a name has that it should not have. */
export function differs(where: string, path: string, there: Digest, digest: Digest): ReleaseError {
  return new ReleaseError(`Cannot put ${path} on ${where}: it is there as ${there}, not ${digest}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or retract that one if nobody has used it.',
  })
}

function lost(name: string, artifact: string): never {
  throw new ReleaseError(`Cannot publish ${artifact} at ${name}: it was never sent there`, { code: 'DESTINATION', hint: 'Run the release again.' })
}
