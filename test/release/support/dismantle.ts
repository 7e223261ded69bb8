import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Why images cannot be taken apart here, if so; for `unless`. */
export function noDismantling(): string | undefined {
  const missing = ['skopeo', 'umoci'].filter(program => !runs(program))
  return missing.length > 0 ? `needs ${missing.join(' and ')}` : undefined
}

/**
 * Takes one platform of an image apart, as skopeo copies and umoci unpacks it.
 * @param image `oci:dist/images/gateway:1.2.3-alpine`
 * @param folder one that is there, and is used for nothing else
 * @returns the folder of its root
 */
export function dismantle(image: string, platform: string, folder: string): string {
  const [os = '', architecture = ''] = platform.split('/')
  const run = (program: string, ...args: readonly string[]): void => { execFileSync(program, args, { stdio: 'pipe' }) }
  run('skopeo', '--override-os', os, '--override-arch', architecture, 'copy', '--quiet', image, `oci:${join(folder, 'copy')}:one`)
  const bundle = join(folder, 'bundle')
  run('umoci', 'unpack', ...process.getuid?.() === 0 ? [] : ['--rootless'], '--image', `${join(folder, 'copy')}:one`, bundle)
  return join(bundle, 'rootfs')
}

function runs(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
