import { spawn } from 'node:child_process'
import { dirname, basename } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { mayRead, mayWrite } from './access.ts'
import { type Answer, notFound, refusal } from './answer.ts'
import type { Incoming } from './respond.ts'
import { findRepository, fullNameOf, type GithubState, type Principal } from './state.ts'

/** `/example/demo.git/info/refs`, with `.git` or without it. */
const path = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/

export function isGitPath(pathname: string): boolean {
  return path.test(pathname)
}

/** Somebody that git asks again with a name and a password. */
export const unknownToGit: Answer = { ...refusal(401, 'Requires authentication'), headers: { 'www-authenticate': 'Basic realm="GitHub"' } }

/**
 * What `git clone` and `git push` get, by git's own server, where a repository is on the disk.
 * Source: https://git-scm.com/docs/git-http-backend, and RFC 3875 for what it is given and gives.
 */
export async function serveGit({ method, path: line, request }: Incoming, principal: Principal, state: GithubState): Promise<Answer> {
  const url = new URL(line, 'http://localhost')
  const [, owner = '', name = '', service = ''] = path.exec(url.pathname) ?? []
  const repository = findRepository(state, `${owner}/${name}`)
  const pushes = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack'
  if (principal.kind === 'anonymous' && (!repository || repository.private || pushes)) return unknownToGit
  if (!repository?.git || !mayRead(principal, repository)) return notFound()
  if (pushes && (!mayWrite(principal, repository) || repository.archived)) return refusal(403, `Permission to ${fullNameOf(repository)}.git denied to ${principal.login}.`)
  const { folder } = repository.git
  const { 'content-type': type, 'content-encoding': encoding, 'git-protocol': protocol } = request.headers
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'], GIT_PROJECT_ROOT: dirname(folder), GIT_HTTP_EXPORT_ALL: '1', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
      REMOTE_USER: principal.login || 'anybody', REMOTE_ADDR: '127.0.0.1', PATH_INFO: `/${basename(folder)}/${service}`, QUERY_STRING: url.searchParams.toString(), REQUEST_METHOD: method,
      ...type ? { CONTENT_TYPE: type } : {}, ...encoding ? { HTTP_CONTENT_ENCODING: encoding } : {}, ...protocol ? { GIT_PROTOCOL: String(protocol) } : {},
    },
  })
  for (const one of [child.stdin, child]) one.on('error', () => {})   // it may have read enough
  child.stderr.resume()
  const said = buffer(child.stdout)
  try {
    for await (const part of request) child.stdin.write(part)
    child.stdin.end()
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return answerIn(await said)
}

/** Headers as a gateway's program writes them, and what follows. */
function answerIn(said: Buffer): Answer {
  const end = said.indexOf('\r\n\r\n')
  if (end < 0) return { status: 500 }
  const headers = said.subarray(0, end).toString().split('\r\n').map(line => line.split(/: (.*)/s).slice(0, 2) as [string, string])
  const [, status = '200'] = headers.find(([name]) => name === 'Status') ?? []
  return { status: Number.parseInt(status, 10), headers: Object.fromEntries(headers.filter(([name]) => name !== 'Status')), bytes: said.subarray(end + 4) }
}
