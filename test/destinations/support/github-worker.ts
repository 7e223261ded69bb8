// Publishes at a fake GitHub once, from a cache of its own: node --import tsx github-worker.ts URL TOKEN
import { createGithub } from '../../../lib/clients/github.ts'
import { githubRelease } from '../../../lib/destinations/github-release.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { graphFixture } from '../../support/graph-fixture.ts'
import { releaseValue } from '../../support/release-value.ts'
import { files, notes } from './github-files.ts'

const [, , baseUrl = '', token = ''] = process.argv
const release = releaseValue()
const graph = await graphFixture()
const there = githubRelease({ repository: 'example/gateway', version: release.version, token, baseUrl, notes }, access => createGithub({ ...access, environment: {} }))
const end = publish(send(there, files))
const outcomes = await graph.run([end], { release })
await graph.close()
process.exitCode = outcomes.get(end.recipe)?.state === 'made' ? 0 : 1
