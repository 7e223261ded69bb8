import { startFakeRegistry } from '../support/fake-registry.ts'
import { conformance } from './registry-conformance.ts'

conformance('the fake registry', () => startFakeRegistry())

conformance('the fake registry with referrers, pages and absolute locations', () => startFakeRegistry({ referrers: true, pageSize: 2, locations: 'absolute' }))

conformance('the fake registry without chunks, mounts, ranges and digests', () => startFakeRegistry({ chunked: false, mount: false, ranges: false, digests: false }))

conformance('the fake registry with larger chunks, and blobs elsewhere', () => startFakeRegistry({ chunkMinimum: 150_000, redirectBlobs: true }))

const user = { username: 'robot', password: 'sesame', from: 'the test' }

conformance('the fake registry with passwords', async () => ({
  ...await startFakeRegistry({ auth: { kind: 'basic', users: { robot: 'sesame' } } }), credential: user,
}))

conformance('the fake registry with tokens that end after a dozen requests', async () => ({
  ...await startFakeRegistry({ auth: { kind: 'token', users: { robot: 'sesame' }, tokenUses: 12 }, redirectBlobs: true }), credential: user,
}))

conformance('the fake registry with identity tokens', async () => ({
  ...await startFakeRegistry({ auth: { kind: 'token', users: {}, refreshTokens: { secret: 'robot' }, tokenField: 'access_token' } }),
  credential: { identityToken: 'secret', from: 'the test' },
}))
