import type { ContainerConfig } from './image-config.ts'
import type { LayerEntry } from './layer-entry.ts'
import { placeFiles, type WantedFile } from './place-files.ts'
import { emptyTree } from './tree.ts'

export interface StaticParts {
  /** In PEM form, one after the other. */
  readonly certificates: string
  /** Files of compiled time zones by their names, `Europe/Rome`. */
  readonly zones: readonly { readonly name: string, readonly bytes: Uint8Array }[]
}

/** The one layer of the base, and how containers are run on it. */
export interface StaticBaseLayer {
  readonly entries: readonly LayerEntry[]
  readonly config: ContainerConfig
}

/** The user that has no rights, for whom the base has a home. */
const nonroot = 65532

const certificateFile = '/etc/ssl/certs/ca-certificates.crt'

const texts: Readonly<Record<string, string>> = {
  '/etc/passwd': [
    'root:x:0:0:root:/root:/sbin/nologin',
    'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin',
    `nonroot:x:${nonroot}:${nonroot}:nonroot:/home/nonroot:/sbin/nologin`,
  ].map(line => `${line}\n`).join(''),
  '/etc/group': `root:x:0:\nnobody:x:65534:\nnonroot:x:${nonroot}:\n`,
  // The file of hosts comes before the name server, as everywhere.
  '/etc/nsswitch.conf': 'hosts: files dns\n',
  '/etc/os-release': 'ID=slipway-static\nNAME="Slipway static"\nPRETTY_NAME="Slipway static"\n',
}

const config: ContainerConfig = {
  User: String(nonroot),
  Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `SSL_CERT_FILE=${certificateFile}`],
  WorkingDir: '/',
}

/**
 * What a static program needs and nothing else, the same for every platform: certificates, time zones, three users, a
 * home, folders for temporary files. There is no shell, and no program at all.
 */
export function staticBase({ certificates, zones }: StaticParts): StaticBaseLayer {
  const wanted: readonly WantedFile[] = [
    folder('/home/nonroot', 0o700, nonroot), folder('/root', 0o700), folder('/run', 0o755), folder('/tmp', 0o1777), folder('/var/tmp', 0o1777),
    { path: '/var/run', type: 'symlink', mode: 0o777, link: '/run' },
    ...Object.entries({ ...texts, [certificateFile]: certificates }).map(([path, text]) => file(path, Buffer.from(text))),
    ...zones.map(({ name, bytes }) => file(`/usr/share/zoneinfo/${name}`, bytes)),
  ]
  return { entries: placeFiles(emptyTree, wanted, 'static'), config }
}

function folder(path: string, mode: number, owner = 0): WantedFile {
  return { path, type: 'directory', mode, uid: owner, gid: owner }
}

function file(path: string, bytes: Uint8Array): WantedFile {
  return { path, mode: 0o644, size: bytes.length, async *open() { yield bytes } }
}
