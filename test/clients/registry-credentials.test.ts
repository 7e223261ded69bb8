import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createExec } from '../../lib/clients/exec.ts'
import { registryCredentials, type RegistryCredentialsOptions } from '../../lib/clients/registry-credentials.ts'
import type { Credential } from '../../lib/contracts/credential.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

interface Context {
  home: string
  file: string
  look(host: string, more?: Partial<RegistryCredentialsOptions> & { readonly extra?: Readonly<Record<string, string>> }): Promise<Credential | undefined>
}

const test = suite<Context>('registry credentials')

test.before.each(async context => {
  context.home = await mkdtemp(join(tmpdir(), 'credentials-'))
  context.file = join(context.home, '.docker', 'config.json')
  const path = `${context.home}:${process.env['PATH']}`
  const exec = createExec({ environment: { PATH: path }, signal: new AbortController().signal, cwd: context.home })
  context.look = (host, { extra = {}, ...more } = {}) =>
    registryCredentials({ exec, environment: { HOME: context.home, PATH: path, ...extra }, ...more })(host)
})
test.after.each(({ home }) => rm(home, { recursive: true, force: true }))

const encoded = (text: string): string => Buffer.from(text).toString('base64')

async function put(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value))
}

async function helper(home: string, name: string, script: string): Promise<void> {
  await writeFile(join(home, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`)
  await chmod(join(home, `docker-credential-${name}`), 0o755)
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  assert.is((error as ReleaseError).code, 'CREDENTIALS')
  assert.not.match(`${(error as Error).stack}${(error as ReleaseError).hint}`, 'hunter2')
  return error as ReleaseError
}

test('nobody is logged in anywhere', async ({ look }) => {
  assert.is(await look('ghcr.io'), undefined)
  assert.is(await look('docker.io', { environment: {} }), undefined)
})

test('what build.ts names comes first, then variables, then files, then GITHUB_TOKEN', async ({ look, file }) => {
  const extra: Record<string, string> = { GITHUB_TOKEN: 't', GITHUB_ACTOR: 'octocat' }
  assert.equal(await look('ghcr.io', { extra }), { username: 'octocat', password: 't', from: 'GITHUB_TOKEN' })
  assert.is(await look('quay.io', { extra }), undefined)
  await put(file, { auths: { 'ghcr.io': { auth: encoded('file:p') } } })
  assert.equal(await look('ghcr.io', { extra }), { username: 'file', password: 'p', from: file })
  Object.assign(extra, { SLIPWAY_REGISTRY_GHCR_IO_USERNAME: 'variable', SLIPWAY_REGISTRY_GHCR_IO_PASSWORD: 'q' })
  assert.equal(await look('ghcr.io', { extra }), { username: 'variable', password: 'q', from: 'SLIPWAY_REGISTRY_GHCR_IO_PASSWORD' })
  const given = { 'ghcr.io': { username: 'own', password: 'r', from: 'build.ts' } }
  assert.equal(await look('ghcr.io', { extra, given }), { username: 'own', password: 'r', from: 'build.ts' })
})

test('a port is part of the host, in variables too', async ({ look }) => {
  const extra = { SLIPWAY_REGISTRY_127_0_0_1_5000_USERNAME: 'u', SLIPWAY_REGISTRY_127_0_0_1_5000_PASSWORD: 'p' }
  assert.equal(await look('127.0.0.1:5000', { extra }), { username: 'u', password: 'p', from: 'SLIPWAY_REGISTRY_127_0_0_1_5000_PASSWORD' })
  assert.is(await look('127.0.0.1', { extra }), undefined)
})

test('a user name without a password is half a credential', async ({ look }) => {
  const error = await errorOf(look('ghcr.io', { extra: { SLIPWAY_REGISTRY_GHCR_IO_PASSWORD: 'hunter2' } }))
  assert.match(error.message, 'SLIPWAY_REGISTRY_GHCR_IO_PASSWORD is set, but SLIPWAY_REGISTRY_GHCR_IO_USERNAME is not')
})

test('every form that a login leaves behind is read', async ({ look, file, home }) => {
  await put(file, { auths: {
    'https://index.docker.io/v1/': { auth: encoded('hub:a:b') }, 'https://old.example/v1/': { auth: encoded('old:p\0\0') },
    'plain.example': { username: 'u', password: 'p' }, 'token.example': { auth: encoded('x:y'), identitytoken: 'hunter2' },
    'quay.io/team/app': { auth: encoded('other:p') }, 'kept.example': {},
  } })
  assert.equal(await look('docker.io'), { username: 'hub', password: 'a:b', from: file })
  assert.equal(await look('old.example'), { username: 'old', password: 'p', from: file })
  assert.equal(await look('plain.example'), { username: 'u', password: 'p', from: file })
  assert.equal(await look('token.example'), { identityToken: 'hunter2', from: file })
  for (const host of ['quay.io', 'kept.example', 'none.example']) assert.is(await look(host), undefined)
  const podman = join(home, 'run', 'containers', 'auth.json')
  await put(podman, { auths: { 'podman.example': { auth: encoded('pod:p') } } })
  assert.equal(await look('podman.example', { extra: { XDG_RUNTIME_DIR: join(home, 'run') } }), { username: 'pod', password: 'p', from: podman })
  const elsewhere = join(home, 'elsewhere', 'config.json')
  await put(elsewhere, { auths: { 'plain.example': { username: 'e', password: 'p' } } })
  assert.equal(await look('plain.example', { extra: { DOCKER_CONFIG: join(home, 'elsewhere') } }), { username: 'e', password: 'p', from: elsewhere })
})

test('helpers are asked with the host on standard input', async ({ look, file, home }) => {
  await put(file, { credHelpers: { 'cloud.example': 'cloud' }, credsStore: 'store', auths: { 'file.example': { auth: encoded('file:p') } } })
  await helper(home, 'cloud', 'read host; [ "$1" = get ] && printf \'{"ServerURL":"%s","Username":"%s","Secret":"%s"}\' "$host" "$CLOUD_USER" "$host"')
  await helper(home, 'store', 'read host; case $host in https://index.docker.io/v1/) echo \'{"Username":"<token>","Secret":"s"}\';; *) echo "credentials not found in native keychain"; exit 1;; esac')
  assert.equal(await look('cloud.example', { extra: { CLOUD_USER: 'me' } }), { username: 'me', password: 'cloud.example', from: `docker-credential-cloud, which ${file} names` })
  assert.equal(await look('docker.io'), { identityToken: 's', from: `docker-credential-store, which ${file} names` })
  assert.equal(await look('file.example'), { username: 'file', password: 'p', from: file })
  assert.is(await look('none.example'), undefined)
})

test('a helper that is missing matters only where it is needed', async ({ look, file }) => {
  await put(file, { credHelpers: { 'cloud.example': 'cloud' }, credsStore: 'desktop', auths: { 'kept.example': {} } })
  assert.match((await errorOf(look('cloud.example'))).message, 'Cannot get the credential for cloud.example from docker-credential-cloud: it is not on the PATH')
  assert.match((await errorOf(look('kept.example'))).message, 'docker-credential-desktop')
  assert.is(await look('docker.io'), undefined)
})

test('a helper that fails, or answers with something else, is one error', async ({ look, file, home }) => {
  await put(file, { credsStore: 'store' })
  await helper(home, 'store', 'echo the keychain is locked >&2; exit 2')
  assert.match((await errorOf(look('a.example'))).message, 'it says "the keychain is locked"')
  for (const answer of ['hunter2', '{"Username":"u"}', '{"Secret":"hunter2"}', 'null', '{"Username":"u","Secret":""}']) {
    await helper(home, 'store', `echo '${answer}'`)
    assert.match((await errorOf(look('a.example'))).message, 'it does not answer with a user name and a secret')
  }
  await put(file, { credsStore: '../../bin/sh' })
  assert.match((await errorOf(look('a.example'))).message, 'it is no name of a program')
})

test('a file that cannot be read is one error without a word of it', async ({ look, file }) => {
  for (const text of ['{"auths": {"a.example": {"auth": hunter2', '["hunter2"]', 'null', '"hunter2"']) {
    await put(file, text)
    assert.is((await errorOf(look('a.example'))).message, `Cannot read the credentials in ${file}: it is no JSON object`)
  }
  await put(file, { auths: { 'a.example': { auth: encoded('hunter2') } } })
  assert.match((await errorOf(look('a.example'))).message, 'the entry of a.example holds no user name and password')
  await put(file, '')
  assert.is(await look('a.example'), undefined)
  await put(file, { auths: null, credHelpers: [], credsStore: 7 })
  assert.is(await look('a.example'), undefined)
  await rm(file)
  await mkdir(file)
  assert.match((await errorOf(look('a.example'))).message, 'the system says EISDIR')
})

test('a helper is asked though the folder of the step that began is gone', async ({ file, home }) => {
  await put(file, { credsStore: 'store' })
  await helper(home, 'store', 'echo \'{"Username":"u","Secret":"s"}\'')
  const path = `${home}:${process.env['PATH']}`
  const exec = createExec({ environment: { PATH: path }, signal: new AbortController().signal, cwd: join(home, 'gone') })
  const credentials = registryCredentials({ exec, environment: { HOME: home, PATH: path } })
  assert.is((await credentials('a.example') as { username: string }).username, 'u')
})

test('a host is looked up once', async ({ file, home }) => {
  await put(file, { credsStore: 'store' })
  const asked: string[] = []
  const credentials = registryCredentials({
    environment: { HOME: home },
    exec: async program => {
      asked.push(program)
      return { stdout: '{"Username":"u","Secret":"s"}', stderr: '', exitCode: 0, signal: null }
    },
  })
  await Promise.all([credentials('a.example'), credentials('a.example'), credentials('b.example')])
  assert.is(asked.length, 2)
})

test.run()
