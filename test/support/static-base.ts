import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { StaticBase } from '../../lib/values/base.ts'

/** The base that needs no registry, of this machine's Go. */
export function staticBaseValue(): StaticBase {
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  return {
    kind: 'base', from: 'parts', distro: 'static', certificates: 'Node.js', zones: 'go',
    place: { environment: {}, mirrors: {}, zones: join(root, 'lib', 'time', 'zoneinfo.zip') },
  }
}
