import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostTarget } from './build-script.ts'
import { libraryFolder } from './start.ts'
import { libraryUrl } from './workplace.ts'

/**
 * The build.ts of this repository as a project of its own has it, for two platforms. Its images are on the distros that DISTROS
 * names, of which alpine is a copy of static and the others are not locked; REGISTRY has them and, by its goal `push`, takes
 * them, the chart and what Artifact Hub is told.
 */
export function gatewayScript(): string {
  const changes: readonly (readonly [string, string])[] = [
    ["'./lib/index.ts'", `'${libraryUrl}'`],
    ['archive, at,', 'archive, artifactHub, at,'],
    ["  project: 'examples/gateway',\n", ''],
    ['platforms = commonPlatforms', `platforms = ['${hostTarget}', 'windows/386'] as const`],
    [' commonPlatforms,', ''],
    ["ociRegistry('ghcr.io/example/gateway')", 'ociRegistry(`${process.env.REGISTRY ?? "ghcr.io"}/example/gateway`)'],
    ['base: base(distro)', "base: distro === 'alpine' ? { ...base('static'), distro } : base(distro)"],
    ["['static', 'alpine', 'ubuntu', 'distroless', 'ubi'].map", "(process.env.DISTROS ?? 'static alpine').split(' ').map"],
    ['      test: [', `      push: ['all of it at a registry', publish(
        send(registry, images), send(ociRegistry(\`\${process.env.REGISTRY}/example/charts\`), charts, charts.map(chart => artifactHub({ chart, owners: [{ name: 'Ann', email: 'ann@example.com' }] }))),
      )],
      test: [`],
  ]
  return changes.reduce((script, [old, other]) => {
    if (!script.includes(old)) throw new Error(`build.ts does not say ${old}`)
    return script.replace(old, other)
  }, readFileSync(join(libraryFolder, 'build.ts'), 'utf8'))
}
