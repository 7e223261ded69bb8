type Environment = Readonly<Record<string, string | undefined>>

/** Events on which GitHub runs what is in the repository already: GitHub's "Events that trigger workflows". */
const trusted = ['push', 'create', 'release', 'schedule', 'workflow_dispatch', 'repository_dispatch']

/** Variables that other systems set for changes that nobody has taken yet, and set to nothing or `false` otherwise. */
const variables = [
  'CI_MERGE_REQUEST_IID', 'CI_EXTERNAL_PULL_REQUEST_IID', 'CIRCLE_PULL_REQUEST', 'TRAVIS_PULL_REQUEST', 'BUILDKITE_PULL_REQUEST',
  'CHANGE_ID', 'BITBUCKET_PR_ID', 'DRONE_PULL_REQUEST', 'CI_COMMIT_PULL_REQUEST', 'SYSTEM_PULLREQUEST_PULLREQUESTID', 'APPVEYOR_PULL_REQUEST_NUMBER',
]

/**
 * Whether a run is for a change that nobody has taken yet, so that what it makes is nobody else's. On GitHub every event counts
 * as one that may run somebody else's code, such as pull_request_target and workflow_run.
 */
export function isPullRequest(environment: Environment): boolean {
  const event = environment['GITHUB_EVENT_NAME']
  if (event && !trusted.includes(event)) return true
  return variables.some(name => !['', 'false'].includes(environment[name] ?? ''))
}
