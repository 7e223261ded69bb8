import type { Base } from './base.ts'
import { busybox } from './busybox.ts'
import { certificates } from './certificates.ts'
import { glibc } from './glibc.ts'
import { image } from './image.ts'
import { indexOf } from './index-of.ts'
import { layer } from './layer.ts'
import { platformOf } from './platform-of.ts'
import { tree } from './tree.ts'

const created = '2024-05-30T08:41:35.622145Z'

/** UBI minimal: Docker's types, two layers of which the later takes back, labels of its own that nobody should inherit, a volume. */
export const ubi: Base = {
  repository: 'ubi9/ubi-minimal',
  tag: 'latest',
  platforms: { 'linux/amd64': 'amd64', 'linux/arm64': 'arm64', 'linux/ppc64le': 'ppc64el', 'linux/s390x': 's390x' },
  packages: ['busybox-static', 'dash', 'libc6'],
  make: async ({ layout, packages, platforms }) => {
    const pem = await certificates(packages)
    const images = await Promise.all(platforms.map(async name => {
      const debian = ubi.platforms[name] ?? ''
      const programs = [...await glibc(packages, debian), ...await busybox(packages, debian, 'usr/bin'), ...tree(shells)]
      const root = [...tree(files), ...programs, ...tree({ 'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem': pem })]
      return image(layout, {
        form: 'docker', platform: platformOf(name), created,
        config: {
          Env: ['container=oci', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
          Cmd: ['/bin/bash'], Volumes: { '/var/cache/yum': {} }, Labels: { ...labels, architecture: machines[name] ?? '' },
        },
        layers: [await layer(root, { created, createdBy: '' }), await layer(tree(taken), { created, createdBy: '/bin/sh -c rm -rf /root/buildinfo' })],
      })
    }))
    return indexOf(layout, 'docker', images)
  },
}

const machines: Readonly<Record<string, string>> = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64', 'linux/ppc64le': 'ppc64le', 'linux/s390x': 's390x' }

const labels = {
  'build-date': '2024-05-30T08:40:57', 'com.redhat.component': 'ubi9-minimal-container',
  'com.redhat.license_terms': 'https://www.redhat.com/en/about/red-hat-end-user-license-agreements#UBI',
  'description': 'The Universal Base Image Minimal is a stripped down image that uses microdnf as a package manager.',
  'distribution-scope': 'public', 'io.buildah.version': '1.29.0',
  'io.k8s.description': 'The Universal Base Image Minimal is a stripped down image that uses microdnf as a package manager.',
  'io.k8s.display-name': 'Red Hat Universal Base Image 9 Minimal', 'io.openshift.expose-services': '', 'io.openshift.tags': 'minimal rhel9',
  'maintainer': 'Red Hat, Inc.', 'name': 'ubi9-minimal', 'release': '1134', 'summary': 'Provides the latest release of the minimal Red Hat Universal Base Image 9.',
  'url': 'https://access.redhat.com/containers/#/registry.access.redhat.com/ubi9-minimal/images/9.4-1134',
  'vcs-ref': 'c1ce60fad8e7ea3e7a2d8a3b5b6a3f4c3a9b0f6e', 'vcs-type': 'git', 'vendor': 'Red Hat, Inc.', 'version': '9.4',
}

const shells = { 'usr/bin/bash': { to: 'dash' }, 'usr/bin/sh': { to: 'bash' } }

/** Whiteouts: OCI image specification 1.1, "image layer filesystem changeset". */
const taken = { 'root/': 0o550, 'root/.wh.buildinfo': '', 'usr/share/': 0o755, 'usr/share/.wh.doc': '' }

const files = {
  'bin': { to: 'usr/bin' },
  'boot/': 0o555,
  'dev/': 0o755,
  'etc/': 0o755,
  'etc/group': 'root:x:0:\nbin:x:1:\nnobody:x:65534:\n',
  'etc/os-release': { to: '../usr/lib/os-release' },
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\nnobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin\n',
  'etc/pki/': 0o755,
  'etc/pki/ca-trust/': 0o755,
  'etc/pki/ca-trust/extracted/': 0o755,
  'etc/pki/ca-trust/extracted/pem/': 0o755,
  'etc/pki/tls/': 0o755,
  'etc/pki/tls/certs/': 0o755,
  'etc/pki/tls/certs/ca-bundle.crt': { to: '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem' },
  'etc/ssl/': 0o755,
  'etc/ssl/certs': { to: '../pki/tls/certs' },
  'home/': 0o755,
  'lib': { to: 'usr/lib' },
  'lib64': { to: 'usr/lib64' },
  'opt/': 0o755,
  'proc/': 0o555,
  'root/': 0o550,
  'root/buildinfo/': 0o755,
  'root/buildinfo/Dockerfile-ubi9-minimal': 'FROM scratch\n',
  'run/': 0o755,
  'sbin': { to: 'usr/sbin' },
  'sys/': 0o555,
  'tmp/': 0o1777,
  'usr/': 0o755,
  'usr/bin/': 0o555,
  'usr/lib/': 0o555,
  'usr/lib/os-release': 'NAME="Red Hat Enterprise Linux"\nVERSION="9.4 (Plow)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\n',
  'usr/lib64/': 0o555,
  'usr/local/': 0o755,
  'usr/local/bin/': 0o755,
  'usr/sbin/': 0o555,
  'usr/share/': 0o755,
  'usr/share/doc/': 0o755,
  'usr/share/doc/README': 'Licensed by Red Hat, Inc.\n',
  'var/': 0o755,
  'var/cache/': 0o755,
  'var/cache/yum/': 0o755,
  'var/tmp/': 0o1777,
}
