import { movePointer } from './move-pointer.ts'
import { jsonText, latestPath, parseVersionRecord, parseVersions, recordPath, type SiteVersions, type VersionRecord, versionsPath, withArtifacts } from './site-records.ts'
import type { SiteStore } from './site-store.ts'

/** The record of a version as it stands. */
export async function readRecord(store: SiteStore, version: string, project?: string): Promise<VersionRecord | undefined> {
  const path = recordPath(version)
  const found = await store.readPointer(path)
  return found && parseVersionRecord(found.text, project, `${path} of ${store.where}`)
}

export async function writeRecord(store: SiteStore, record: VersionRecord, { snapshot }: { readonly snapshot: boolean }, signal?: AbortSignal): Promise<void> {
  const path = recordPath(record.version)
  await movePointer(store, path, async text => {
    const before = text === undefined ? undefined : parseVersionRecord(text, record.project, `${path} of ${store.where}`)
    return jsonText(withArtifacts(snapshot ? undefined : before, record))
  }, signal)
}

/** Changes the list of versions, and makes `latest.json` what it says: the record of the highest stable version. */
export async function moveVersions(store: SiteStore, project: string, change: (before: SiteVersions | undefined) => SiteVersions, signal?: AbortSignal): Promise<void> {
  const where = `${versionsPath} of ${store.where}`
  const read = (text: string | undefined): SiteVersions | undefined => (text === undefined ? undefined : parseVersions(text, project, where))
  await movePointer(store, versionsPath, async text => {
    const after = change(read(text))
    return after.versions.length === 0 ? undefined : jsonText(after)
  }, signal)
  // It is read before the list is: whoever lists another version meanwhile moves it, too, and this one notices.
  await movePointer(store, latestPath, async text => {
    const latest = read((await store.readPointer(versionsPath))?.text)?.latest
    if (latest === undefined) return undefined
    return (await store.readPointer(recordPath(latest)))?.text ?? text
  }, signal)
}
