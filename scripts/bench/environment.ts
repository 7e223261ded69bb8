import { execFileSync } from 'node:child_process'

/**
 * The environment that every contestant starts from: Go's default settings, whatever this machine's are, with the
 * module cache and the module proxy that are configured here.
 */
export function benchEnvironment(): NodeJS.ProcessEnv {
  const names = ['GOMODCACHE', 'GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE']
  const values = JSON.parse(execFileSync('go', ['env', '-json', ...names], { encoding: 'utf8' })) as Record<string, string>
  const kept = Object.entries(process.env).filter(([name]) => !/^(GO[A-Z0-9]+|GIT_.*|GITHUB_.*|CI|CI_.*)$/.test(name))
  return { ...Object.fromEntries(kept), ...values, GOENV: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' }
}
