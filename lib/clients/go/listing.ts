import { dirname, join, resolve } from 'node:path'
import type { Observer } from '../../contracts/workshop.ts'
import { moduleTree, type ModuleTree } from './module-tree.ts'
import { type ListedModule, type ListingRequest, type RecordedListing, recordListing } from './recorded-listing.ts'

export type { ListedModule, ListingRequest }

/** What a compile reads. */
export interface Listing {
  /** The path of the main package's module. */
  readonly module: string
  /** The main package's import path. */
  readonly importPath: string
  /** Packages whose files stand in the source's own modules. */
  readonly packages: readonly ListedPackage[]
  /** The import paths of all other packages: Go's own, and those of the module cache. */
  readonly others: readonly string[]
  /** Every file of the source's own modules that is read, absolute, sorted. */
  readonly files: readonly string[]
  /** The modules that the others come from. */
  readonly modules: readonly ListedModule[]
  /** Where the others stand: in the module cache, and below Go's own src folder; absolute. */
  readonly elsewhere: { readonly modules: string, readonly go: string }
}

export interface ListedPackage {
  readonly importPath: string
  /** Absolute. */
  readonly folder: string
  /** The Go files that are compiled for this target, absolute. */
  readonly sources: readonly string[]
}

/**
 * Asks go which files a compile of one main package for one target reads. The answer is kept under a digest of
 * everything that it depends on, so that an unchanged tree costs no call of go.
 * @param fresh looks at the disk again, whatever was read earlier in this run
 * @throws ReleaseError (TOOLCHAIN) where go.mod asks for a newer Go, (PROJECT) where there is no such main package or
 * its modules are not in order, (COMMAND) where modules cannot be downloaded, (COMPILE) with go's own words where files
 * cannot be read as Go
 */
export async function goListing(observer: Observer, request: ListingRequest, fresh = false): Promise<Listing> {
  const tree = await moduleTree(observer, request.source, request.toolchain, fresh)
  const kept = observer.recall(keyOf(request, tree), () => recordToKeep(observer, request, tree))
  const recorded = await kept.catch((thrown: unknown) => {
    if (thrown instanceof NotToKeep) return fresh ? recordListing(observer, request, tree) : thrown.listing
    throw thrown
  })
  return listingOf(recorded, request, tree)
}

/** A listing that holds for now: the tree's digest does not cover all of it, or the tree changed meanwhile. */
class NotToKeep extends Error {
  readonly listing: RecordedListing

  constructor(listing: RecordedListing) {
    super()
    this.listing = listing
  }
}

async function recordToKeep(observer: Observer, request: ListingRequest, tree: ModuleTree): Promise<RecordedListing> {
  const listing = await recordListing(observer, request, tree)
  const { digest } = await moduleTree(observer, request.source, request.toolchain, true)
  if (digest === tree.digest && isCovered(listing, request, tree)) return listing
  throw new NotToKeep(listing)
}

type Key = { readonly [name: string]: string | boolean | number | readonly string[] }

function keyOf(request: ListingRequest, { digest }: ModuleTree): Key {
  const { toolchain, target, package: main, tags = [], cgo = false } = request
  return { reading: 'go listing', revision: 1, go: toolchain.go, target, package: main, tags, cgo, tree: digest }
}

/** The tree is not read behind links to folders, nor in node_modules. */
function isCovered({ files }: RecordedListing, { source }: ListingRequest, tree: ModuleTree): boolean {
  return files.every(file => tree.files.has(resolve(source.place.folder, file)))
}

function listingOf(recorded: RecordedListing, { source, toolchain }: ListingRequest, tree: ModuleTree): Listing {
  const absolute = (path: string): string => resolve(source.place.folder, path)
  const files = new Set([...recorded.files.map(absolute), ...tree.workspace.files, ...recorded.c ? tree.files : []])
  return {
    module: recorded.module, importPath: recorded.importPath, others: recorded.others, modules: recorded.modules,
    files: [...files].sort(),
    elsewhere: {
      modules: toolchain.place.environment['GOMODCACHE'] ?? '',
      go: join(dirname(dirname(toolchain.place.program)), 'src'),
    },
    packages: recorded.packages.map(({ importPath, folder, sources }) =>
      ({ importPath, folder: absolute(folder), sources: sources.map(absolute) })),
  }
}
