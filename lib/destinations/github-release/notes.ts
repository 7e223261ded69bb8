import type { Github } from '../../clients/github.ts'
import type { GithubRelease } from '../../clients/github-answers.ts'
import type { GithubReleaseOptions, Here, ReleaseNotes } from './options.ts'

/** Name and notes that a release gets, with what a person has written there kept as build.ts says. */
export async function wordsFor(release: GithubRelease, { tag, options }: Here, github: Pick<Github, 'generateNotes'>): Promise<{ readonly name: string, readonly notes: string }> {
  const { notes: { existing = 'kept' } = {}, name = tag } = options
  return {
    name: release.name === '' || existing === 'replaced' ? name : release.name,
    notes: release.notes !== '' && existing === 'kept' ? release.notes : joined(release.notes, await ownNotes(options, tag, github), existing),
  }
}

async function ownNotes({ notes = {}, version }: GithubReleaseOptions, tag: string, github: Pick<Github, 'generateNotes'>): Promise<string> {
  const { header, text, generated, footer } = notes
  const parts = [
    header, typeof text === 'function' ? await text() : text,
    generated ? await github.generateNotes(tag, version.commit, version.previous) : undefined, footer,
  ]
  return parts.map(part => part?.replaceAll('\r\n', '\n').trim() ?? '').filter(part => part !== '').join('\n\n')
}

/** What a run before this one has added already is not added again. */
function joined(there: string, own: string, existing: ReleaseNotes['existing']): string {
  if (existing === 'replaced' || there.trim() === '') return own
  if (own === '') return there
  const [whole, start, end] = [there.trim(), `${own}\n\n`, `\n\n${own}`]
  if (whole === own || (existing === 'appended' ? whole.endsWith(end) : whole.startsWith(start))) return there
  return existing === 'appended' ? `${there.trimEnd()}${end}` : `${start}${there.trimStart()}`
}
