import type { Base } from './base.ts'
import { busybox } from './busybox.ts'
import { certificates } from './certificates.ts'
import { image } from './image.ts'
import { indexOf } from './index-of.ts'
import { layer } from './layer.ts'
import { platformOf } from './platform-of.ts'
import { tree } from './tree.ts'

const created = '2024-05-22T18:18:12.052034407Z'

/** Alpine: a manifest list and manifests of Docker's, one layer, /bin of its own, certificates, no user but the usual. */
export const alpine: Base = {
  repository: 'library/alpine',
  tag: '3',
  platforms: {
    'linux/amd64': 'amd64', 'linux/arm/v7': 'armhf', 'linux/arm64/v8': 'arm64', 'linux/386': 'i386',
    'linux/ppc64le': 'ppc64el', 'linux/riscv64': 'riscv64', 'linux/s390x': 's390x',
  },
  packages: ['busybox-static'],
  make: async ({ layout, packages, platforms }) => {
    const pem = await certificates(packages)
    const images = await Promise.all(platforms.map(async name => {
      const programs = await busybox(packages, alpine.platforms[name] ?? '', 'bin', ['sh'])
      const root = [...tree({ 'bin/': 0o755 }), ...programs, ...tree(files), ...tree({ 'etc/ssl/certs/ca-certificates.crt': pem })]
      return image(layout, {
        form: 'docker', platform: platformOf(name), created,
        config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['/bin/sh'] },
        layers: [await layer(root, { created, createdBy: '/bin/sh -c #(nop) ADD file:e3abcdba177145039cfef1ad882f9f81a612a24c9f044b19f713b95454d2e3f6 in / ' })],
        notes: ['/bin/sh -c #(nop)  CMD ["/bin/sh"]'],
      })
    }))
    return indexOf(layout, 'docker', images)
  },
}

const files = {
  'dev/': 0o755,
  'etc/': 0o755,
  'etc/alpine-release': '3.20.0\n',
  'etc/group': 'root:x:0:root\nbin:x:1:root,bin,daemon\ndaemon:x:2:root,bin,daemon\nnogroup:x:65533:\nnobody:x:65534:\n',
  'etc/os-release': { to: '../usr/lib/os-release' },
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/sh', 'bin:x:1:1:bin:/bin:/sbin/nologin', 'daemon:x:2:2:daemon:/sbin:/sbin/nologin',
    'nobody:x:65534:65534:nobody:/:/sbin/nologin', '',
  ].join('\n'),
  'etc/ssl/': 0o755,
  'etc/ssl/cert.pem': { to: 'certs/ca-certificates.crt' },
  'etc/ssl/certs/': 0o755,
  'home/': 0o755,
  'lib/': 0o755,
  'opt/': 0o755,
  'proc/': 0o555,
  'root/': 0o700,
  'run/': 0o755,
  'sbin/': 0o755,
  'srv/': 0o755,
  'sys/': 0o555,
  'tmp/': 0o1777,
  'usr/': 0o755,
  'usr/bin/': 0o755,
  'usr/lib/': 0o755,
  'usr/lib/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine Linux v3.20"\n',
  'usr/local/': 0o755,
  'usr/local/bin/': 0o755,
  'usr/sbin/': 0o755,
  'var/': 0o755,
  'var/run': { to: '../run' },
  'var/tmp/': 0o1777,
}
