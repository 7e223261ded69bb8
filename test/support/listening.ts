import { spawn, type ChildProcess } from 'node:child_process'

/** A program that listens on this machine. */
export interface Listening {
  /** `127.0.0.1:49152` */
  readonly host: string
  /** Ends it, and waits until it is gone. */
  close(): Promise<void>
}

const keptBytes = 1 << 16

/**
 * Starts a program that was told to listen on port 0 and prints which one it got, on either stream.
 * Throws with what it printed where it ends before.
 */
export async function listening(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Listening> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const gone = new Promise<void>(resolve => child.once('close', () => { resolve() }).once('error', () => { resolve() }))
  try {
    return { host: await addressOf(child), close: () => end(child, gone) }
  } catch (error) {
    await end(child, gone)
    throw error
  }
}

/** Reads on after the address has come: a full pipe would stop the program. */
async function addressOf(child: ChildProcess): Promise<string> {
  let printed = ''
  return new Promise((resolve, reject) => {
    const read = (bytes: Buffer): void => {
      printed = (printed + bytes.toString()).slice(-keptBytes)
      const [address] = /127\.0\.0\.1:[1-9]\d*/.exec(printed) ?? []
      if (address !== undefined) resolve(address)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', reject)
    child.once('close', code => { reject(new Error(`${child.spawnfile} ended with ${code} before it listened:\n${printed}`)) })
  })
}

async function end(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill()
  await gone
}
