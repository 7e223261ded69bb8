import { readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'

export type Controller = 'memory' | 'cpu'

/** A control group that this process is in. */
export interface ControlGroup {
  readonly version: 1 | 2
  /** Its folder, below `root`. */
  readonly folder: string
}

interface Mount {
  readonly version: 1 | 2
  /** The control group that stands at the mount point: not `/` in a container without a namespace of its own. */
  readonly top: string
  readonly point: string
  readonly controllers: readonly string[]
}

/**
 * The control groups whose limits hold for this process: its own first, then upwards. Empty where there are none.
 * Both versions can be mounted at once, each with some controllers; folders of a version that lacks this one are
 * listed too, they have no files for it.
 * Source: cgroups(7), "/proc/pid/cgroup"; proc(5), "mountinfo".
 */
export async function controlGroups(controller: Controller, root = '/'): Promise<readonly ControlGroup[]> {
  const mounts = mountsOf(await textOf(join(root, 'proc/self/mountinfo')))
  const lines = (await textOf(join(root, 'proc/self/cgroup'))).split('\n').filter(line => line !== '')
  const groups = lines.flatMap(line => groupsOf(line, controller, mounts))
  return groups.map(({ version, folder }) => ({ version, folder: join(root, folder) }))
}

/** One line of /proc/self/cgroup, `4:memory:/a/b` or `0::/a/b`. */
function groupsOf(line: string, controller: Controller, mounts: readonly Mount[]): readonly ControlGroup[] {
  const [, hierarchy = '', controllers = '', path = '/'] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
  const version = hierarchy === '0' && controllers === '' ? 2 : 1
  if (version === 1 && !controllers.split(',').includes(controller)) return []
  const mount = mounts.find(one => one.version === version && (version === 2 || one.controllers.includes(controller)))
  if (!mount) return []
  const below = posix.relative(mount.top, path)
  const own = below.startsWith('..') ? mount.point : posix.join(mount.point, below)
  return upwards(own, mount.point).map(folder => ({ version, folder }))
}

function upwards(folder: string, last: string): readonly string[] {
  return folder === last || folder.length <= last.length ? [last] : [folder, ...upwards(dirname(folder), last)]
}

function mountsOf(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap(line => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , top = '/', point = '/'] = before.split(' ')
    const [type, , options = ''] = after.split(' ')
    if (type !== 'cgroup' && type !== 'cgroup2') return []
    return [{ version: type === 'cgroup2' ? 2 : 1, top, point, controllers: options.split(',') } as const]
  })
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
