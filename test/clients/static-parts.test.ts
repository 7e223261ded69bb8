import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { staticParts } from '../../lib/clients/static-parts.ts'
import { checkImage } from '../../lib/oci/check-image.ts'
import { fitsOnto } from '../../lib/oci/fits-onto.ts'
import { layOver } from '../../lib/oci/lay-over.ts'
import { layerOf } from '../../lib/oci/layer-of.ts'
import { layerTar } from '../../lib/oci/layer-tar.ts'
import { placeFiles } from '../../lib/oci/place-files.ts'
import { textAt } from '../../lib/oci/text-at.ts'
import { emptyTree } from '../../lib/oci/tree.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { rejection } from '../formats/support/rejection.ts'
import { pythonZip } from '../formats/support/python-zip.ts'
import { scratch } from '../formats/support/scratch.ts'
import { memoryStore } from '../support/memory-store.ts'
import { needs } from '../support/needs.ts'
import { unless } from '../support/unless.ts'

const run = promisify(execFile)
const time = new Date('2024-03-10T02:30:41Z')

async function goZones(): Promise<string> {
  const { stdout } = await run('go', ['env', 'GOROOT'])
  return join(stdout.trim(), 'lib/time/zoneinfo.zip')
}

needs('go', 'tar')('the system lists what a static program needs', () => scratch(async folder => {
  const file = join(folder, 'layer.tar')
  const { entries } = await staticParts({ zoneinfo: await goZones() })
  await writeFile(file, layerTar(entries, { time }))
  const { stdout } = await run('tar', ['-tv', '--numeric-owner', '--utc', '-f', file], { env: { ...process.env, LC_ALL: 'C' } })
  const lines = stdout.trimEnd().split('\n').map(line => line.replaceAll(/ +/g, ' ').replace(/ (\d+) 2024-03-10 02:30/, ''))
  assert.equal(lines.filter(line => !line.includes('zoneinfo/')), [
    'drwxr-xr-x 0/0 etc/',
    '-rw-r--r-- 0/0 etc/group',
    '-rw-r--r-- 0/0 etc/nsswitch.conf',
    '-rw-r--r-- 0/0 etc/os-release',
    '-rw-r--r-- 0/0 etc/passwd',
    'drwxr-xr-x 0/0 etc/ssl/',
    'drwxr-xr-x 0/0 etc/ssl/certs/',
    '-rw-r--r-- 0/0 etc/ssl/certs/ca-certificates.crt',
    'drwxr-xr-x 0/0 home/',
    'drwx------ 65532/65532 home/nonroot/',
    'drwx------ 0/0 root/',
    'drwxr-xr-x 0/0 run/',
    'drwxrwxrwt 0/0 tmp/',
    'drwxr-xr-x 0/0 usr/',
    'drwxr-xr-x 0/0 usr/share/',
    'drwxr-xr-x 0/0 var/',
    'lrwxrwxrwx 0/0 var/run -> /run',
    'drwxrwxrwt 0/0 var/tmp/',
  ])
  for (const zone of ['', 'Europe/', 'Europe/Rome', 'America/Argentina/Ushuaia', 'UTC']) {
    assert.ok(lines.some(line => line.endsWith(` usr/share/zoneinfo/${zone}`)), zone)
  }
}))

needs('go', 'tar', 'date')('the time zones are those that programs read', () => scratch(async folder => {
  const { entries } = await staticParts({ zoneinfo: await goZones() })
  await writeFile(join(folder, 'layer.tar'), layerTar(entries, { time }))
  await run('tar', ['-xf', join(folder, 'layer.tar'), '-C', folder, 'usr'])
  const zones = join(folder, 'usr/share/zoneinfo')
  assert.ok((await readdir(zones, { recursive: true })).length > 500)
  const { stdout } = await run('date', ['-d', '2024-07-01T12:00:00Z', '+%H:%M %Z'], { env: { ...process.env, TZ: `:${zones}/Europe/Rome` } })
  assert.is(stdout, '14:00 CEST\n')
}))

needs('go', 'openssl')("the certificates are this Node's, in an order of their own, and openssl trusts each", () => scratch(async folder => {
  const { entries, named } = await staticParts({ zoneinfo: await goZones() })
  const file = join(folder, 'bundle.pem')
  const bundle = entries.find(({ path }) => path === 'etc/ssl/certs/ca-certificates.crt')
  if (bundle?.type !== 'file') throw new Error('there is no bundle')
  await writeFile(file, bundle.open())
  assert.is((await stat(file)).size, bundle.size)
  assert.is(named.certificates, `node ${process.version} ${digestOf(await readFile(file))}`)
  const blocks = (await readFile(file, 'utf8')).match(/-----BEGIN CERTIFICATE-----\n[^-]*-----END CERTIFICATE-----\n/g) ?? []
  assert.equal([...blocks].sort(), rootCertificates.map(pem => `${pem.trim()}\n`).sort())
  const { stdout } = await run('openssl', ['crl2pkcs7', '-nocrl', '-certfile', file, '-out', join(folder, 'bundle.p7b')])
    .then(() => run('openssl', ['pkcs7', '-print_certs', '-noout', '-in', join(folder, 'bundle.p7b')]))
  assert.is(stdout.match(/^subject=/gm)?.length, rootCertificates.length)
  await writeFile(join(folder, 'one.pem'), blocks.at(-1) ?? '')
  const verified = await run('openssl', ['verify', '-no-CApath', '-no_check_time', '-CAfile', file, join(folder, 'one.pem')])
  assert.match(verified.stdout, /: OK$/m)
}))

const asRoot = process.getuid?.() === 0 ? needs('go', 'tar', 'chroot') : unless('needs root, to change the root')

asRoot('a Go program that runs as its user finds users, time zones, certificates and folders to write to', () => scratch(async folder => {
  const [source, root, program] = [new URL('support/static-probe.go', import.meta.url).pathname, join(folder, 'root'), join(folder, 'probe')]
  await run('go', ['build', '-o', program, source], { cwd: folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } })
  const { entries, config } = await staticParts({ zoneinfo: await goZones() })
  const placed = placeFiles(emptyTree, [{ path: '/usr/local/bin/probe', mode: 0o755, size: (await stat(program)).size, open: () => createReadStream(program) }], 'nothing')
  await mkdir(root, { mode: 0o755 })
  for (const layer of [entries, placed]) {
    await writeFile(join(folder, 'layer.tar'), layerTar(layer, { time }))
    await run('tar', ['-xpf', join(folder, 'layer.tar'), '-C', root, '--numeric-owner'])
  }
  const env = Object.fromEntries((config.Env ?? []).map(variable => variable.split('=') as [string, string]))
  const { stdout } = await run('chroot', [`--userspec=${config.User}:${config.User}`, root, '/usr/local/bin/probe'], { env })
  assert.equal(stdout.trimEnd().split('\n'), [
    'nonroot 65532 65532 /home/nonroot', '&{65534 nobody} <nil>', '14:00 CEST <nil>', `${rootCertificates.length} <nil>`,
    '/tmp true', '/var/tmp true', '/home/nonroot true', '/etc false', '/var/run false',
  ])
}))

needs('python3')('everything that the bytes depend on is named, and nothing else', () => scratch(async folder => {
  const [zip, other] = [join(folder, 'zones.zip'), join(folder, 'other.zip')]
  await writeFile(zip, await pythonZip("z.writestr('UTC', b'TZif2')"))
  await writeFile(other, await pythonZip("z.writestr('UTC', b'TZif3')"))
  const certificates = join(folder, 'own.pem')
  await writeFile(certificates, `# ours\n${rootCertificates[0]}\n`)
  const store = memoryStore()
  const [one, again, changed, own] = await Promise.all([{ zoneinfo: zip }, { zoneinfo: zip }, { zoneinfo: other }, { zoneinfo: zip, certificates }].map(async sources => {
    const { entries, named } = await staticParts(sources)
    return { named, layer: await layerOf(entries, { time, level: 4 }, store.content) }
  }))
  assert.equal(one, again)
  assert.is(one?.named.zones, digestOf(await readFile(zip)))
  assert.is(own?.named.certificates, `file ${digestOf(await readFile(certificates))}`)
  assert.is(new Set([one, changed, own].map(made => made?.layer.diffId)).size, 3)
}))

needs('python3')('a program can be laid over it and run by its users', () => scratch(async folder => {
  const zoneinfo = join(folder, 'zones.zip')
  await writeFile(zoneinfo, await pythonZip("z.writestr('UTC', b'TZif2')"))
  const { entries, config } = await staticParts({ zoneinfo })
  const tree = await layOver(emptyTree, entries)
  assert.match(textAt(tree, '/etc/passwd') ?? '', /^nonroot:x:65532:65532:nonroot:\/home\/nonroot:\/sbin\/nologin$/m)
  assert.match(textAt(tree, '/etc/os-release') ?? '', /^ID=slipway-static$/m)
  const program = placeFiles(emptyTree, [{ path: '/usr/local/bin/gateway', mode: 0o755, size: 0, async *open() {} }], 'nothing')
  assert.is(fitsOnto(tree, program, 'static'), undefined)
  const whole = await layOver(tree, program)
  for (const User of [config.User ?? '', 'nonroot', 'nobody:nonroot', 'root']) {
    assert.equal(checkImage({ image: 'gateway', base: 'static', tree: whole, config: { ...config, User, Entrypoint: ['gateway'] } }), [])
  }
}))

test('what cannot be used is told', () => scratch(async folder => {
  const pem = (rootCertificates[0] ?? '').split('\n')
  for (const [text, why] of [
    ['', 'it has no certificate in PEM form'],
    [[...pem, ...pem.toSpliced(5, 1)].join('\n'), 'certificate 2 in it is damaged'],
    [`${pem.join('\n')}\n-----BEGIN EC PRIVATE KEY-----\n`, 'it has a private key in it, which everybody who has the image could read'],
  ]) {
    const certificates = join(folder, 'own.pem')
    await writeFile(certificates, text ?? '')
    const error = await rejection(staticParts({ certificates, zoneinfo: certificates }))
    assert.equal([error.code, error.message], ['FILES', `Cannot take certificates from ${certificates}: ${why}`])
  }
  const absent = await rejection(staticParts({ certificates: join(folder, 'absent'), zoneinfo: folder }))
  assert.equal([absent.code, absent.message], ['FILES', `Cannot take certificates from ${join(folder, 'absent')}: it cannot be read (ENOENT)`])
  const zones = await rejection(staticParts({ zoneinfo: join(folder, 'absent.zip') }))
  assert.equal([zones.code, zones.message], ['FILES', `Cannot read the time zones in ${join(folder, 'absent.zip')}: ENOENT`])
  await writeFile(join(folder, 'no.zip'), 'no zip')
  assert.is((await rejection(staticParts({ zoneinfo: join(folder, 'no.zip') }))).code, 'CONTENT')
}))

test.run()
