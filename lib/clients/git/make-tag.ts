import type { Exec } from '../../contracts/exec.ts'
import { ReleaseError } from '../../values/errors.ts'
import { tryGit } from './try-git.ts'

export interface TagToMake {
  readonly tag: string
  readonly commit: string
  readonly message: string
}

/**
 * Makes an annotated tag, signed where git is configured so (tag.gpgSign).
 * @throws ReleaseError (GIT) with what git says; nothing is tagged then
 */
export async function makeTag(exec: Exec, folder: string, { tag, commit, message }: TagToMake): Promise<void> {
  const { ok, said } = await tryGit(exec, folder, ['tag', '--annotate', '--cleanup=whitespace', '--file=-', tag, commit], message)
  if (ok && await isAsConfigured(exec, folder, tag)) return
  if (ok) await tryGit(exec, folder, ['tag', '--delete', tag])
  const signing = ok || /sign/i.test(said)
  throw new ReleaseError(`Cannot tag ${commit.slice(0, 12)} as ${tag}: git ${signing ? 'could not sign it' : 'refuses'}`, {
    code: 'GIT', hint: signing ? 'Let git reach the key (see user.signingKey, gpg.format), or switch tag.gpgSign off.' : 'Do what git says, and cut it again.', output: said,
  })
}

/** Git 2.39 makes a tag without a signature where ssh-keygen fails, and says that all is well. */
async function isAsConfigured(exec: Exec, folder: string, tag: string): Promise<boolean> {
  const settings = await Promise.all(['tag.gpgSign', 'tag.forceSignAnnotated'].map(name => tryGit(exec, folder, ['config', '--type=bool', '--get', name])))
  if (!settings.some(({ stdout }) => stdout.trim() === 'true')) return true
  const { stdout } = await tryGit(exec, folder, ['cat-file', '-p', `refs/tags/${tag}`])
  return /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/m.test(stdout)
}

/** Sends a tag to a remote. @throws ReleaseError (GIT) with what git says; the tag stays here */
export async function pushTag(exec: Exec, folder: string, remote: string, tag: string): Promise<void> {
  const { ok, said } = await tryGit(exec, folder, ['push', '--no-follow-tags', '--', remote, `refs/tags/${tag}`])
  if (ok) return
  throw new ReleaseError(`Cannot push ${tag} to ${remote}: git refuses; the tag is here, and nowhere else`, {
    code: 'GIT', hint: `Do what git says, then: git push ${remote} ${tag} (or take it back: git tag --delete ${tag})`, output: said,
  })
}
