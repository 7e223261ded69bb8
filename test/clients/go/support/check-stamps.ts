// A process of its own that looks for stamped variables: node --import tsx check-stamps.ts <folder> <stamp...>
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkStamps } from '../../../../lib/clients/go/stamps.ts'
import type { Listing } from '../../../../lib/clients/go/listing.ts'

const [folder = '', ...stamps] = process.argv.slice(2)

const sources = readdirSync(folder).map(name => join(folder, name))
const listing: Listing = {
  module: 'example.com/app', importPath: 'example.com/app', packages: [{ importPath: 'example.com/app', folder, sources }],
  others: [], files: sources, modules: [], elsewhere: { modules: folder, go: folder },
}
const before = process.memoryUsage().rss
const problems = await checkStamps(listing, Object.fromEntries(stamps.map(name => [name, 'stamped'])))
const grown = process.resourceUsage().maxRSS * 1024 - before

process.stdout.write(JSON.stringify({ grown, messages: problems.map(({ message }) => message), hints: problems.map(({ hint }) => hint) }))
