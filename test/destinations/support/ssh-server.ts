import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface SshServer {
  /** `ssh://root@127.0.0.1:49152`, for a path to follow. */
  readonly url: string
  /** Keys of one who may write and of one who may only read, without a passphrase. */
  readonly writer: string
  readonly reader: string
  readonly knownHosts: string
  /** Starts an agent with a key, and returns its socket. */
  agent(key: string): string
  close(): Promise<void>
}

const program = '/usr/sbin/sshd'

/** Why there can be no server here; undefined where there can. */
export function noSsh(): string | undefined {
  try {
    accessSync(program, constants.X_OK)
  } catch {
    return 'needs sshd'
  }
  return ['ssh', 'ssh-keygen', 'ssh-agent', 'ssh-add'].some(one => spawnSync(one, ['-V']).error) ? 'needs ssh' : undefined
}

/** Runs an sshd on this machine's own address, for this user and two keys. */
export async function startSsh(): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sshd-'))
  const keys = ['host', 'writer', 'reader'].map(name => join(folder, name))
  const [host = '', writer = '', reader = ''] = keys
  for (const key of keys) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const publicKey = (key: string): string => execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' }).trim()
  const gate = join(folder, 'gate')
  // As GitHub answers a deploy key that may only read.
  await writeFile(gate, '#!/bin/sh\ncase "$SSH_ORIGINAL_COMMAND" in git-receive-pack*) echo "ERROR: The key you are authenticating with has been marked as read only." >&2; exit 1;; esac\neval "$SSH_ORIGINAL_COMMAND"\n')
  await chmod(gate, 0o755)
  await writeFile(join(folder, 'authorized'), `${publicKey(writer)}\ncommand="${gate}" ${publicKey(reader)}\n`)
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  const port = await freePort()
  await writeFile(join(folder, 'config'), [
    `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${host}`, `AuthorizedKeysFile ${join(folder, 'authorized')}`, 'PidFile none', 'StrictModes no', 'UsePAM no',
    'PasswordAuthentication no', 'PermitRootLogin prohibit-password', 'MaxStartups 100', '',
  ].join('\n'))
  const knownHosts = join(folder, 'known')
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${publicKey(host)}\n`)
  const agents: number[] = []
  const server = await started(['-D', '-e', '-f', join(folder, 'config')]).catch(async error => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`, writer, reader, knownHosts,
    agent: key => {
      const socket = join(folder, `agent-${agents.length}`)
      const told = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' })
      agents.push(Number(/SSH_AGENT_PID=(\d+)/.exec(told)?.[1]))
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
      return socket
    },
    close: async () => {
      for (const pid of agents) process.kill(pid)
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function started(args: readonly string[]): Promise<{ close(): Promise<void> }> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = new Promise<void>(resolve => child.once('close', () => { resolve() }).once('error', () => { resolve() }))
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (bytes: Buffer) => {
      printed += bytes.toString()
      if (printed.includes('Server listening on')) resolve()
    })
    child.once('close', () => { reject(new Error(`sshd ended before it listened:\n${printed}`)) })
  })
  return {
    close: async () => {
      child.kill()
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise<void>(resolve => { server.close(() => { resolve() }) })
  return port
}
