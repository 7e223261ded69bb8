import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { transform } from 'esbuild'
import { rollup, type OutputBundle, type Plugin } from 'rollup'
import { partOf } from './part-of.ts'

export interface BundleOptions {
  /** The folder that it is written into. */
  readonly folder: string
  /** Modules that others import or run: `lib/index.ts` becomes `lib/index.js`. */
  readonly entries: readonly string[]
  /** Modules below it are loaded with none but each other: what most runs need is not with them. */
  readonly apart: string
}

/**
 * Makes few large files of many small modules, in `parts`: under tsx each file that is loaded costs a millisecond or more,
 * whatever is in it.
 */
export async function bundle({ folder, entries, apart }: BundleOptions): Promise<void> {
  const sets = new Map<string, ReadonlySet<string>>()
  const build = await rollup({
    input: Object.fromEntries(entries.map(entry => [entry.replace(/\.ts$/, ''), resolve(entry)])),
    external: id => !isOurs(id) && !id.startsWith('.'), treeshake: { moduleSideEffects: 'no-external' }, plugins: [typescript(), loading()],
    onLog: (_level, { message }) => { throw new Error(message) },
  })
  await build.write({
    dir: folder, format: 'es', importAttributesKey: 'with', hoistTransitiveImports: false, minifyInternalExports: false,
    entryFileNames: '[name].js', chunkFileNames: 'parts/[name].js',
    manualChunks: (id, { getModuleInfo }) => {
      if (getModuleInfo(id)?.isEntry) return undefined   // to import one is not to run another
      const part = partOf(id, { importsOf: module => getModuleInfo(module)?.importedIds ?? [], isOurs, sets })
      return id.startsWith(`${resolve(apart)}/`) ? `${apart.split('/').at(-1) ?? ''}-${part}` : part
    },
  })
  await build.close()
}

function isOurs(id: string): boolean {
  return isAbsolute(id)
}

function typescript(): Plugin {
  return {
    name: 'typescript',
    resolveId: (id, from) => id.startsWith('.') && from !== undefined ? resolve(dirname(from), id) : null,
    load: async id => (await transform(await readFile(id, 'utf8'), { loader: 'ts', format: 'esm', platform: 'node', target: 'node20.19' })).code,
  }
}

/**
 * Has one small file in a folder load what its others load when they need it. tsx writes every file anew that has `import()` in
 * it, which takes longer the larger the file is.
 */
function loading(): Plugin {
  const file = 'load.js'
  const needed = (files: OutputBundle): ReadonlySet<string> => new Set(Object.values(files)
    .flatMap(one => one.type === 'chunk' && one.dynamicImports.length > 0 ? [join(dirname(one.fileName), file)] : []))
  return {
    name: 'loading',
    renderDynamicImport: () => ({ left: '$load(', right: ')' }),
    banner: ({ dynamicImports }) => dynamicImports.length > 0 ? `import { $load } from './${file}';` : '',
    generateBundle(_options, files) {
      for (const fileName of needed(files)) this.emitFile({ type: 'asset', fileName, source: 'export const $load = (name, options) => import(name, options);\n' })
    },
  }
}
