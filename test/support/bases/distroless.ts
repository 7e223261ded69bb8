import type { Base } from './base.ts'
import { certificates } from './certificates.ts'
import { image } from './image.ts'
import { indexOf } from './index-of.ts'
import { layer, type Layer } from './layer.ts'
import type { Member } from './member.ts'
import { platformOf } from './platform-of.ts'
import { tree } from './tree.ts'

/** Bazel has no clock: everything in it is of the first second. */
const created = '0001-01-01T00:00:00Z'
const noTime = { created: '1970-01-01T00:00:00Z', createdBy: 'bazel build ...' }

/** Distroless, static, nonroot: an OCI index, several small layers, one in zstd, and no program at all. */
export const distroless: Base = {
  repository: 'distroless/static-debian12',
  tag: 'nonroot',
  platforms: { 'linux/amd64': 'amd64', 'linux/arm64/v8': 'arm64', 'linux/arm/v7': 'armhf', 'linux/s390x': 's390x', 'linux/ppc64le': 'ppc64el' },
  packages: [],
  make: async ({ layout, packages, platforms, zstd }) => {
    const zones = await packages.members('tzdata', 'all', /^usr\/share\/zoneinfo\/(Etc\/UTC|UTC|Europe\/Berlin|America\/New_York)$/)
    const layers = await Promise.all([
      layer(tree(root), noTime),
      layer(zones.flatMap(withFolder), { ...noTime, compression: zstd ? 'zstd' : 'gzip' }),
      layer(tree(users), noTime),
      layer(home, noTime),
      layer(tree(release), noTime),
      layer(tree({ 'etc/ssl/': 0o755, 'etc/ssl/certs/': 0o755, 'etc/ssl/certs/ca-certificates.crt': await certificates(packages) }), noTime),
    ])
    return indexOf(layout, 'oci', await Promise.all(platforms.map(name => image(layout, { ...shape(layers), platform: platformOf(name) }))))
  },
}

const shape = (layers: readonly Layer[]) => ({
  form: 'oci', created, layers,
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
    User: '65532', WorkingDir: '/home/nonroot',
  },
} as const)

/** With the folders that it lies in. */
function withFolder(member: Member): readonly Member[] {
  const parts = member.path.split('/').slice(0, -1)
  return [...parts.map((_, index): Member => ({ path: parts.slice(0, index + 1).join('/'), type: 'directory' })), member]
}

const root = {
  'bin/': 0o755, 'dev/': 0o755, 'etc/': 0o755, 'lib/': 0o755, 'proc/': 0o755, 'root/': 0o700, 'run/': 0o755, 'sbin/': 0o755, 'sys/': 0o755,
  'tmp/': 0o1777, 'usr/': 0o755, 'usr/bin/': 0o755, 'usr/lib/': 0o755, 'usr/sbin/': 0o755, 'usr/share/': 0o755, 'var/': 0o755, 'var/tmp/': 0o1777,
}

const users = {
  'etc/group': 'root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n',
  'etc/passwd': [
    'root:x:0:0:root:/root:/sbin/nologin', 'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin',
    'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin', '',
  ].join('\n'),
  'etc/nsswitch.conf': 'hosts: files dns\n',
}

const home: readonly Member[] = [
  { path: 'home', type: 'directory' },
  { path: 'home/nonroot', type: 'directory', mode: 0o700, owner: 65532, group: 65532 },
]

const release = {
  'etc/os-release': { to: '/usr/lib/os-release' },
  'usr/lib/os-release': 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"\n',
}
