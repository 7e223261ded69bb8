import type { Github } from '../../clients/github.ts'
import type { GithubRelease } from '../../clients/github/answers.ts'
import type { GithubReleaseOptions, Here, NotesOptions } from './options.ts'

/** Name and notes that a release gets, with what a person has written there kept as build.ts says. */
export async function wordsFor(release: GithubRelease, { tag, options }: Here, github: Pick<Github, 'generateNotes'>): Promise<{ readonly name: string, readonly notes: string }> {
  const { notes: { existing = 'kept' } = {}, name = tag } = options
  return {
    name: release.name === '' || existing === 'replaced' ? name : release.name,
    notes: isDone(release.notes, existing) ? release.notes : joined(release.notes, await ownNotes(options, tag, github), existing),
  }
}

/** Stands before what is put beside a person's notes; nobody sees it there. */
const mark = '<!-- by slipway -->'

/** What a run before this one has added is left as it is: what GitHub generates is another text by then. */
function isDone(there: string, existing: NotesOptions['existing']): boolean {
  if (existing === 'replaced') return false
  return existing === 'kept' ? there.trim() !== '' : there.includes(mark)
}

function joined(there: string, own: string, existing: NotesOptions['existing']): string {
  if (existing === 'kept' || existing === 'replaced') return own
  if (own === '') return there
  const parts = existing === 'appended' ? [there.trimEnd(), `${mark}\n${own}`] : [`${mark}\n${own}`, there.trimStart()]
  return parts.filter(part => part !== '').join('\n\n')
}

async function ownNotes({ notes = {}, version }: GithubReleaseOptions, tag: string, github: Pick<Github, 'generateNotes'>): Promise<string> {
  const { header, text, generated, footer } = notes
  const parts = [
    header, typeof text === 'function' ? await text() : text,
    generated ? await github.generateNotes(tag, version.commit, version.previous) : undefined, footer,
  ]
  return parts.map(part => part?.replaceAll('\r\n', '\n').trim() ?? '').filter(part => part !== '').join('\n\n')
}
