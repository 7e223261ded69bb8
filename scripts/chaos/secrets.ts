import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { descendants } from '../../lib/clients/process-tree.ts'
import { secretForms } from '../../lib/testing/contract/secret-forms.ts'
import type { Machine } from './machine.ts'
import type { Site } from './site.ts'

/** Where a text gives a secret away, by the secret's name: never the secret itself. */
export function secretsShown({ secrets }: Pick<Site, 'secrets'>, text: string, where: string): readonly string[] {
  return Object.entries(secrets).filter(([, secret]) => formsOf(secret as string).some(form => text.includes(form))).map(([name]) => `the secret of ${name} is in ${where}`)
}

const forms = new Map<string, readonly string[]>()

/** They are asked for at every request. */
function formsOf(secret: string): readonly string[] {
  const known = forms.get(secret) ?? secretForms(secret)
  forms.set(secret, known)
  return known
}

/** Whether a run shows one to everybody who lists processes. */
export async function secretsInArguments(site: Pick<Site, 'secrets'>, pid: number | undefined): Promise<readonly string[]> {
  if (pid === undefined) return []
  const found = await Promise.all([pid, ...await descendants(pid)].map(async one => {
    const text = (await readFile(`/proc/${one}/cmdline`, 'latin1').catch(() => '')).replaceAll('\0', ' ')
    return secretsShown(site, text, `the arguments of ${text.split(' ')[0]}`)
  }))
  return found.flat()
}

/** What a run leaves on its machine, and in the folders that it publishes to. What its cache began with is searched there, once. */
export async function secretsInFiles(site: Site, machines: readonly Machine[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const folder of [...machines.map(({ place }) => place), ...Object.values(site.folders) as readonly string[]]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      const path = join(entry.parentPath, entry.name)
      if (!entry.isFile() || await isLinkedOrLarge(path)) continue
      found.push(...secretsShown(site, await readFile(path, 'latin1').catch(() => ''), path))
    }
  }
  return found
}

/** A file of the warm cache, or what is compiled and packed. */
async function isLinkedOrLarge(path: string): Promise<boolean> {
  return stat(path).then(({ nlink, size }) => nlink > 1 || size > 1 << 20, () => true)
}
