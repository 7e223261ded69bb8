import type { Release } from '../../lib/values/release.ts'

/** A release as `main` would read it, of a project that is nowhere. */
export function releaseValue(changes: Partial<Release> = {}): Release {
  return {
    version: {
      semver: '1.2.3', base: '1.2.3', stamp: '1.2.3', tag: 'v1.2.3', commit: '0123456789abcdef0123456789abcdef01234567', date: '2026-11-21T08:51:00Z',
      prerelease: false, snapshot: false, dirty: false,
    },
    project: { name: 'gateway', module: 'example.com/gateway', mains: [], documents: [], place: { folder: '/nowhere' } },
    toolchain: { kind: 'toolchain', go: 'go1.26.8', place: { host: 'linux/amd64', program: 'go', environment: {}, platforms: [] } },
    targets: ['linux/amd64', 'darwin/arm64'], absent: [{ target: 'freebsd/s390x', reason: 'absent' }], ...changes,
  }
}
