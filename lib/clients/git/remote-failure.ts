import type { NetworkFailure } from '../../contracts/network-failure.ts'
import { type ErrorCode, ReleaseError } from '../../values/errors.ts'

export interface RemoteFailing {
  readonly verb: 'read' | 'push to'
  /** What the repository is called. */
  readonly where: string
  /** Whether git had a token to give. */
  readonly token: boolean
}

interface Reason {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly why: string | ((words: string, failing: RemoteFailing) => string)
  readonly hint: string | ((failing: RemoteFailing) => string)
  readonly passing?: boolean
}

const askForToken = 'Give gitTap() a token that may write there: in GitHub Actions one of another repository, as GITHUB_TOKEN is for its own alone.'
const tryAgain = 'Run the release again; what is done stays done.'

/** What git, curl and ssh say in English, the most particular first. */
const reasons: readonly Reason[] = [
  { pattern: /could not read (?:Username|Password) for/i, code: 'CREDENTIALS', why: (_, { token }) => (token ? 'it sends git to another server, which is not told the token' : 'the server wants a token, and there is none'), hint: ({ token }) => (token ? 'Write the address that it has now.' : askForToken) },
  { pattern: /Authentication failed for|requested URL returned error: 401/i, code: 'CREDENTIALS', why: 'the server does not take the token', hint: 'Check that it is whole, has not expired, and that username is what the server wants with it.' },
  { pattern: /requested URL returned error: 403|Permission to \S+ denied|key .* read.?only|access .* not granted|Write access/i, code: 'CREDENTIALS', why: (_, { verb }) => `the server does not allow ${verb === 'read' ? 'reading' : 'writing'}`, hint: 'Give the token, or the key, the permission to write: on GitHub "Contents: read and write".' },
  { pattern: /Permission denied \(.*(?:publickey|password)/i, code: 'CREDENTIALS', why: 'ssh finds no key that the server takes', hint: 'Add a key that may write there to your agent: ssh-add, or a deploy key in GIT_SSH_COMMAND.' },
  { pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i, code: 'CREDENTIALS', why: 'ssh does not know the server\'s host key', hint: 'Compare the key with the one that the server\'s owner publishes, and add it to ~/.ssh/known_hosts.' },
  { pattern: /repository '.*' not found|repository not found|does not appear to be a git repository|requested URL returned error: 404|not found: did you run/i, code: 'DESTINATION', why: (_, { token }) => `there is no such repository${token ? ', or the token does not see it' : ', or it is private'}`, hint: 'Check the address; make the repository first.' },
  { pattern: /dubious ownership|unsafe repository/i, code: 'DESTINATION', why: 'the repository belongs to another user', hint: 'Run the release as its owner, or reach it through ssh.' },
  { pattern: /insufficient permission for adding an object|unable to create temporary object directory|unable to create '.*': Permission denied/i, code: 'DESTINATION', why: 'its folder cannot be written', hint: 'Let the release write there.' },
  { pattern: /No space left on device|disk quota/i, code: 'DISK', why: 'no space is left', hint: 'Free some, and run the release again.' },
  { pattern: /server certificate verification failed|SSL certificate problem|certificate has expired|SSL: no alternative certificate/i, code: 'NETWORK', why: words => `its certificate is not trusted: ${words}`, hint: 'Name a file with the certificate of the authority that signed it in SSL_CERT_FILE.' },
  { pattern: /Could not resolve (?:host|proxy)|Could not resolve hostname/i, code: 'NETWORK', why: 'there is no such host, or its name cannot be looked up just now', hint: 'Check the address and the network, and HTTPS_PROXY where there is a proxy.', passing: true },
  { pattern: /returned error: (?:408|429|5\d\d)|Failed to connect|Couldn't connect|Connection (?:refused|reset|timed out|closed)|timed out|Operation too slow|early EOF|RPC failed|hung up unexpectedly|unexpected disconnect|Empty reply|Recv failure|Send failure|transfer closed|No route to host|Network is unreachable|gnutls_handshake|SSL_ERROR_SYSCALL|kex_exchange_identification|Broken pipe/i, code: 'NETWORK', why: words => words, hint: tryAgain, passing: true },
]

/**
 * Why git could not read or push, from what it printed.
 * @param output without secrets
 */
export function remoteFailure(output: string, failing: RemoteFailing): ReleaseError {
  const { verb, where } = failing
  const found = reasons.find(({ pattern }) => pattern.test(output))
  const words = wordsIn(output)
  const { code = 'GIT', why = words, hint = 'Try the same with git by hand.', passing = false } = found ?? {}
  const cause: NetworkFailure | undefined = passing ? { code: 'GIT', passing } : undefined
  return new ReleaseError(`Cannot ${verb} ${where}: ${typeof why === 'string' ? why : why(words, failing)}`, {
    code, hint: typeof hint === 'string' ? hint : hint(failing), output: output.trim(), ...cause && { cause },
  })
}

/** What a server's hook, or the server itself, says to whoever pushes. */
export function serverWords(output: string): string {
  return output.split('\n').flatMap(line => /^remote: ?(.*?)\s*$/.exec(line)?.[1] ?? []).filter(line => line !== '').join('\n')
}

function wordsIn(output: string): string {
  const lines = output.split('\n').map(line => line.trim())
  const said = lines.flatMap(line => /^(?:fatal|error|ERROR|ssh): (?:unable to access '[^']*': )?(.+)$/.exec(line)?.[1] ?? [])
  return (said[0] ?? lines.find(line => line !== '') ?? 'git says nothing').replace(/\.$/, '')
}
