import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import { attestation } from './attestation.ts'
import type { Base } from './base.ts'
import { busybox } from './busybox.ts'
import { glibc } from './glibc.ts'
import { image } from './image.ts'
import { indexOf } from './index-of.ts'
import { layer } from './layer.ts'
import type { Member } from './member.ts'
import { platformOf } from './platform-of.ts'
import { tree } from './tree.ts'

const created = '2024-04-27T13:11:13.206241214Z'
const labels = { 'org.opencontainers.image.ref.name': 'ubuntu', 'org.opencontainers.image.version': '24.04' }

/** Ubuntu: an OCI index with attestations, /bin in /usr, a C library and a shell that needs it, no certificates. */
export const ubuntu: Base = {
  repository: 'library/ubuntu',
  tag: '24.04',
  platforms: {
    'linux/amd64': 'amd64', 'linux/arm/v7': 'armhf', 'linux/arm64/v8': 'arm64',
    'linux/ppc64le': 'ppc64el', 'linux/riscv64': 'riscv64', 'linux/s390x': 's390x',
  },
  packages: ['busybox-static', 'dash', 'libc6'],
  make: async ({ layout, packages, platforms }) => {
    const images = await Promise.all(platforms.map(async (name): Promise<readonly OciDescriptor[]> => {
      const debian = ubuntu.platforms[name] ?? ''
      const programs = [...await glibc(packages, debian), ...await busybox(packages, debian, 'usr/bin')]
      const made = await image(layout, {
        form: 'oci', platform: platformOf(name), created,
        config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['/bin/bash'], Labels: labels },
        layers: [await layer([...tree(files), ...programs, ...others], { created, createdBy: '/bin/sh -c #(nop) ADD file:a5d32dc2ab15ff0d7dbd72af26e361eb1f3e87a0d29ec3a1ceab24ad7b3e6ba9 in / ' })],
        notes: [
          '/bin/sh -c #(nop)  ARG RELEASE', '/bin/sh -c #(nop)  LABEL org.opencontainers.image.ref.name=ubuntu',
          '/bin/sh -c #(nop)  LABEL org.opencontainers.image.version=24.04', '/bin/sh -c #(nop)  CMD ["/bin/bash"]',
        ],
      })
      return [{ ...made, annotations: { 'org.opencontainers.image.version': '24.04' } }, await attestation(layout, made)]
    }))
    return indexOf(layout, 'oci', images.flat())
  },
}

const others: readonly Member[] = [
  ...tree({ 'usr/bin/bash': { to: 'dash' }, 'usr/bin/sh': { to: 'dash' } }),
  { path: 'etc/shadow', type: 'file', mode: 0o640, group: 42, bytes: Buffer.from('root:*:19840:0:99999:7:::\n') },
  { path: 'usr/bin/gunzip', type: 'file', mode: 0o755, bytes: Buffer.from('#!/bin/sh\nexec gzip -d "$@"\n') },
  { path: 'usr/bin/uncompress', type: 'link', target: 'usr/bin/gunzip' },
]

const files = {
  'bin': { to: 'usr/bin' },
  'boot/': 0o755,
  'dev/': 0o755,
  'etc/': 0o755,
  'etc/debian_version': 'trixie/sid\n',
  'etc/group': 'root:x:0:\ndaemon:x:1:\nshadow:x:42:\nnogroup:x:65534:\nubuntu:x:1000:\n',
  'etc/os-release': { to: '../usr/lib/os-release' },
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/bash', 'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin', 'ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash', '',
  ].join('\n'),
  'home/': 0o755,
  'home/ubuntu/': 0o750,
  'lib': { to: 'usr/lib' },
  'lib64': { to: 'usr/lib64' },
  'proc/': 0o755,
  'root/': 0o700,
  'run/': 0o755,
  'sbin': { to: 'usr/sbin' },
  'sys/': 0o755,
  'tmp/': 0o1777,
  'usr/': 0o755,
  'usr/bin/': 0o755,
  'usr/lib/': 0o755,
  'usr/lib/os-release': 'PRETTY_NAME="Ubuntu 24.04 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
  'usr/local/': 0o755,
  'usr/local/bin/': 0o755,
  'usr/sbin/': 0o755,
  'var/': 0o755,
  'var/run': { to: '/run' },
  'var/tmp/': 0o1777,
}
