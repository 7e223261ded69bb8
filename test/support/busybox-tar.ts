import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const program = '/bin/busybox'

/** Why there is no busybox to make a root file system of; undefined where there is one. */
export function noBusybox(): string | undefined {
  if (!existsSync(program)) return 'needs busybox-static'
  return readFileSync(program).includes('/lib64/ld-linux') ? 'busybox is not static' : undefined
}

/** A tar of a root file system that has busybox, as `docker import` takes it. */
export function busyboxTar(): Buffer {
  const links = ['sh', 'cat', 'echo', 'ls', 'sleep', 'touch', 'find'].map(name => `ln -s busybox "$T/bin/${name}"`)
  const script = ['T=$(mktemp -d)', 'mkdir -p "$T/bin" "$T/tmp"', `cp ${program} "$T/bin/busybox"`, ...links, 'tar -C "$T" -c .', 'rm -r "$T"']
  return execFileSync('sh', ['-ec', script.join('\n')], { maxBuffer: 1 << 28 })
}
