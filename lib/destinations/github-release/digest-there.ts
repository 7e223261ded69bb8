import { createHash } from 'node:crypto'
import type { Github } from '../../clients/github.ts'
import type { GithubAsset } from '../../clients/github-answers.ts'
import type { Digest } from '../../values/descriptor.ts'

/** The digest of an asset; servers that tell none are asked for all of its bytes. */
export async function digestThere(github: Pick<Github, 'read'>, asset: GithubAsset): Promise<Digest> {
  if (asset.digest !== undefined) return asset.digest
  const hash = createHash('sha256')
  for await (const part of await github.read(asset)) hash.update(part)
  return `sha256:${hash.digest('hex')}`
}
