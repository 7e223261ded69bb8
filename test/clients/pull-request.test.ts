import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isPullRequest } from '../../lib/clients/shared-cache/pull-request.ts'

test('changes that nobody has taken yet are told from what is in the repository', () => {
  const yes: readonly Record<string, string>[] = [
    { GITHUB_EVENT_NAME: 'pull_request' }, { GITHUB_EVENT_NAME: 'pull_request_target' }, { GITHUB_EVENT_NAME: 'workflow_run' },
    { GITHUB_EVENT_NAME: 'issue_comment' }, { GITHUB_EVENT_NAME: 'merge_group' }, { CI_MERGE_REQUEST_IID: '1' },
    { CIRCLE_PULL_REQUEST: 'some url' }, { TRAVIS_PULL_REQUEST: '12' }, { BUILDKITE_PULL_REQUEST: '12' }, { CHANGE_ID: '3' },
  ]
  const no: readonly Record<string, string>[] = [
    {}, { GITHUB_EVENT_NAME: 'push' }, { GITHUB_EVENT_NAME: 'schedule' }, { GITHUB_EVENT_NAME: '' }, { GITHUB_EVENT_NAME: 'workflow_dispatch' },
    { TRAVIS_PULL_REQUEST: 'false' }, { BUILDKITE_PULL_REQUEST: 'false' }, { CI_MERGE_REQUEST_IID: '' }, { CI: 'true' },
  ]
  for (const environment of yes) assert.ok(isPullRequest(environment), JSON.stringify(environment))
  for (const environment of no) assert.not.ok(isPullRequest(environment), JSON.stringify(environment))
})

test.run()
