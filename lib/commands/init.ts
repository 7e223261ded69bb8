import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { buildScript } from '../formats/build-script.ts'
import { discover } from '../project.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Project } from '../values/project.ts'
import { modulePrefix } from './module-prefix.ts'

export interface InitOptions {
  /** The folder of the project's go.mod. */
  readonly folder: string
  /** Replace a build.ts that is there. */
  readonly force: boolean
  /** What a new package.json asks for: versions by name. */
  readonly packages: Readonly<Record<string, string>>
}

/** What init did, and what is left to do. */
export interface Initialised {
  readonly project: Project
  /** The build.ts or build.mts. */
  readonly script: string
  /** Names of files that were written or added to. */
  readonly written: readonly string[]
  /** Sentences for the user, where something is not as usual. */
  readonly notices: readonly string[]
  /** Commands that come next, in the project's folder. */
  readonly next: readonly string[]
}

/**
 * Writes what a Go project needs to be released: a build.ts of its own and, where there is none, a package.json.
 * @throws ReleaseError (PROJECT) where there is no Go project, (FILES) where there is a build.ts already and no `force`
 */
export async function init({ folder, force, packages }: InitOptions): Promise<Initialised> {
  const project = await discover(folder)
  const place = project.place.folder
  const manifest = await readManifest(join(place, 'package.json'))
  const script = scriptName(manifest)
  refuseToOverwrite(place, force)
  const prefix = await modulePrefix(place)
  const text = buildScript(project, { file: script, files: project.documents, ...prefix !== undefined && { prefix } })
  await writeFile(join(place, script), text)
  if (!manifest) await writeFile(join(place, 'package.json'), newManifest(packages))
  const ignored = await ignore(place)
  return {
    project, script, notices: noticesOf(manifest, script),
    written: [script, ...manifest ? [] : ['package.json'], ...ignored ? ['.gitignore'] : []],
    next: [...installation(manifest, packages), `npx tsx ${script}`, `npx tsx ${script} release`],
  }
}

/** The parts of a package.json that matter here. */
interface Manifest {
  readonly type?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Manifest
  } catch (cause) {
    const hint = 'Correct it, or remove it.'
    throw new ReleaseError(`Cannot read ${file}: it is no JSON`, { code: 'FILES', hint, cause })
  }
}

/** A top-level await needs an ES module: .mts always is one. What else a package.json's type decides stays as it is. */
function scriptName(manifest: Manifest | undefined): string {
  return manifest && manifest.type !== 'module' ? 'build.mts' : 'build.ts'
}

function refuseToOverwrite(folder: string, force: boolean): void {
  const there = ['build.ts', 'build.mts'].find(name => existsSync(join(folder, name)))
  if (there === undefined || force) return
  throw new ReleaseError(`Cannot write ${join(folder, there)}: it is there already`, {
    code: 'FILES', hint: 'Add --force to replace it.',
  })
}

function newManifest(packages: InitOptions['packages']): string {
  return `${JSON.stringify({ private: true, type: 'module', devDependencies: packages }, null, 2)}\n`
}

/** What releases and npm write is no part of the project. */
const made = ['/dist/', '/dist.run.json', 'node_modules/']

/** Adds to .gitignore, or makes one where git is used. @returns whether it wrote */
async function ignore(folder: string): Promise<boolean> {
  const file = join(folder, '.gitignore')
  if (!existsSync(file) && !isInRepository(folder)) return false
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = new Set(text.split('\n').map(bare))
  const missing = made.filter(line => !lines.has(bare(line)))
  if (missing.length === 0) return false
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  await writeFile(file, `${text}${gap}${missing.join('\n')}\n`)
  return true
}

/** `/dist/`, `dist/` and `dist` leave the same folder out here. */
function bare(line: string): string {
  return line.trim().replaceAll(/^\/|\/$/g, '')
}

function isInRepository(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (dirname(folder) !== folder && isInRepository(dirname(resolve(folder))))
}

function noticesOf(manifest: Manifest | undefined, script: string): readonly string[] {
  if (script === 'build.ts' || !manifest) return []
  return ['The package.json does not say "type": "module", so the script is build.mts: an ES module by its name.']
}

function installation(manifest: Manifest | undefined, packages: InitOptions['packages']): readonly string[] {
  if (!manifest) return ['npm install']
  const known = { ...manifest.dependencies, ...manifest.devDependencies }
  const missing = Object.keys(packages).filter(name => known[name] === undefined)
  return missing.length === 0 ? [] : [`npm install --save-dev ${missing.join(' ')}`]
}
