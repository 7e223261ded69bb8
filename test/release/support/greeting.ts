import type { GitRepository } from '../../support/git-repository.ts'
import { moduleProxy } from '../../support/module-proxy.ts'

const greeting = {
  path: 'example.com/greeting', version: 'v1.0.0',
  files: {
    'go.mod': 'module example.com/greeting\n\ngo 1.21\n',
    'greeting.go': 'package greeting\n\nvar Text = "good day"\n',
  },
}

/**
 * Serves a module that a repository's own needs, `example.com/greeting`, and writes its sums into go.sum.
 * @returns where Go gets it from, and a module cache of the repository's own that has it
 */
export async function withGreeting(repository: GitRepository): Promise<Readonly<Record<string, string>>> {
  const env = {
    GOPROXY: await moduleProxy(repository.beside('proxy'), [greeting]), GOSUMDB: 'off',
    GOMODCACHE: repository.beside('modules'), GOFLAGS: '-modcacherw',
  }
  await repository.exec('go', ['mod', 'tidy'], {
    env: { ...env, GOFLAGS: '-mod=mod -modcacherw', GOTOOLCHAIN: 'local' },
  })
  return env
}
