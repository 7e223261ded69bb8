import type { Tapped } from '../../../lib/destinations/git-tap/tapped-files.ts'
import type { ContractOptions } from '../../../lib/testing/index.ts'
import { demoOf, fileOf } from '../../destinations/support/tap-fixture.ts'
import { makeIn } from './contract-artifacts.ts'
import { pusher, reader, tapGithub, writer } from './tap-github.ts'

const texts = (more: string) => ({ 'compose.yaml': `services: {}\n${more}`, 'start.sh*': '#!/bin/sh\n' })

/** What a release that is proposed promises. @param mistakes takes what is not as GitHub describes it, and where a token went that it should not */
export function tapPullContract(mistakes: string[]): ContractOptions<Tapped> {
  return {
    name: 'gitTap() by pull request',
    place: async () => {
      const github = await tapGithub()
      return {
        server: github.url, destination: server => github.tap({}, server), witness: github.sight,
        broken: server => ({
          'a wrong token': github.tap({ token: 'wrong-token-0123' }, server), 'a token that may only read': github.tap({ token: reader }, server),
          'a token that may open no pull requests': github.tap({ token: pusher }, server), 'no token': github.tap({ token: '' }, server),
          'no such repository': github.tap({ repository: `${server}/example/other.git` }, server), 'no branch to merge into': github.tap({ branch: 'next' }, server),
        }),
        inventory: async () => ({ refs: await github.git('show-ref'), loose: await github.git('fsck', '--strict') }),
        close: async () => {
          mistakes.push(...github.mistakes, ...github.leaks)
          await github.close()
        },
      }
    },
    artifacts: content => makeIn<Tapped>(content, [demoOf(texts('')), fileOf('sums.txt', 'a')]),
    changed: content => makeIn<Tapped>(content, [demoOf(texts('# other\n')), fileOf('sums.txt', 'b')]),
    secrets: [writer, reader, pusher, 'wrong-token-0123'], atOnce: 6,
  }
}
