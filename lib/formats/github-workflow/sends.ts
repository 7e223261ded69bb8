import type { Sends } from './options.ts'

/** `process.env.NAME`, `process.env['NAME']`, and `{ NAME, OTHER: name } = process.env`. */
const read = /\bprocess\.env(?:\.([A-Za-z_]\w*)|\[\s*['"`]([A-Za-z_]\w*)['"`]\s*\])/g
const destructured = /\{([^{}]*)\}\s*=\s*process\.env\b/g

/** Variables that hold the workflow's own token wherever they are named; GitHub lets no secret begin as the first does. */
const own = ['GH_TOKEN', 'GITHUB_TOKEN']

/** Names of what is nobody else's to know: an address of a webhook is a secret, too. */
const secret = /TOKEN|SECRET|PASSW|CREDENTIAL|WEBHOOK|PRIVATE|APIKEY|(^|_)KEY$/i

/** A cache that machines share, by the registry that it is at. */
const cache = /\bcache\s*:\s*registry\s*\(\s*['"`]ghcr\.io\//

/** GitHub's "Secrets reference": letters, digits and underscores, and none of its own names. */
const possible = /^(?!GITHUB_|ACTIONS_|RUNNER_)[A-Za-z_]\w*$/i

/**
 * What a build.ts sends beyond its machine, as far as its text tells: for the permissions of the job that publishes.
 * @param script undefined where there is none yet, so that all may be needed
 */
export function sendsOf(script: string | undefined, images: boolean): Sends {
  if (script === undefined) return { release: true, packages: images, tokens: ['GITHUB_TOKEN'], secrets: [] }
  const names = variablesIn(script)
  return {
    release: /\bgithubRelease\s*\(/.test(script),
    packages: /\bghcr\.io\b/.test(script.replace(cache, '')),
    ...cache.test(script) ? { cache: true } : {},
    tokens: own.filter(name => name === 'GITHUB_TOKEN' || names.includes(name)),
    secrets: names.filter(name => !own.includes(name) && secret.test(name) && possible.test(name)),
  }
}

function variablesIn(script: string): readonly string[] {
  const single = [...script.matchAll(read)].map(([, dotted, indexed]) => dotted ?? indexed ?? '')
  const several = [...script.matchAll(destructured)].flatMap(([, names = '']) => names.split(',').map(name => /^\s*([A-Za-z_]\w*)/.exec(name)?.[1] ?? ''))
  return [...new Set([...single, ...several])].filter(name => name !== '').sort()
}
