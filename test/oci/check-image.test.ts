import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkImage } from '../../lib/oci/check-image.ts'
import type { ContainerConfig } from '../../lib/oci/image-config.ts'
import { emptyTree, type Tree } from '../../lib/oci/tree.ts'
import { sampleTree } from './support/sample-tree.ts'

const program = (name: string, mode = 0o755) => ({ name, mode })

const tree = await sampleTree(
  'etc/passwd: root:x:0:0:root:/root:/bin/sh\nnonroot:x:65532:65532::/:/sbin/nologin\n# app:x:1:1\n', 'etc/group: root:x:0:\nstaff:x:50:nonroot\n',
  'usr/bin/', 'bin -> usr/bin', program('usr/bin/busybox'), 'usr/bin/sh -> /bin/busybox', program('usr/local/bin/gateway'),
  'usr/local/bin/readme', 'usr/local/bin/folder/', 'loop -> loop', program('srv/app/run', 0o100), 'usr/bin/lost -> nowhere',
)

const problems = (config: ContainerConfig, of: Tree = tree): readonly string[] =>
  checkImage({ image: 'gateway:1.2.3', base: 'alpine', tree: of, config }).map(({ message, hint = '', where, code }) => {
    assert.equal([where, code], ['gateway:1.2.3', 'IMAGE'])
    assert.ok(message.startsWith('Cannot run gateway:1.2.3 on alpine: '))
    return `${message.slice('Cannot run gateway:1.2.3 on alpine: '.length)} | ${hint}`
  })

for (const config of [
  {},
  { Entrypoint: ['/usr/local/bin/gateway'] },
  { Entrypoint: ['gateway', '--port', '8080'], User: '65532' },
  { Entrypoint: ['/bin/sh', '-c', 'exit'], Cmd: ['nothing'] },
  { Entrypoint: null, Cmd: ['sh'] },
  { Entrypoint: [], Cmd: ['sh'] },
  { Cmd: ['run'], Env: ['A=b', 'PATH=/none:/srv/app'] },
  { Cmd: ['app/run'], WorkingDir: '/srv' },
  { Cmd: ['./run'], WorkingDir: '/srv/app' },
  { User: 'nonroot' }, { User: 'nonroot:staff' }, { User: '1234:5678' }, { User: 'root:0' }, { User: '0:staff' }, { User: '' },
] satisfies readonly ContainerConfig[]) {
  test(`nothing is wrong with ${JSON.stringify(config)}`, () => assert.equal(problems(config), []))
}

const add = 'Name a program that is there, or add it to the files of the image.'
const mode = 'Give the entrypoint the path of a program with mode 0755.'

for (const [config, expected] of [
  [{ Entrypoint: ['/usr/local/bin/gatewy'] }, `there is no /usr/local/bin/gatewy in it | Did you mean gateway? ${add}`],
  [{ Entrypoint: ['gatewy'], Env: ['PATH=/usr/local/bin:/bin'] }, `there is no gatewy in it in /usr/local/bin:/bin | Did you mean gateway? ${add}`],
  [{ Cmd: ['zzzzzzzzzz'], Env: ['PATH=/bin'] }, `there is no zzzzzzzzzz in it in /bin | ${add}`],
  [{ Entrypoint: ['lost'], Env: ['PATH=/bin'] }, `there is no lost in it in /bin | Did you mean lost? ${add}`],
  [{ Entrypoint: ['/usr/local/bin/readme'] }, `its /usr/local/bin/readme cannot be run: the mode of /usr/local/bin/readme is 0644 | ${mode}`],
  [{ Entrypoint: ['readme'] }, `its readme cannot be run: the mode of /usr/local/bin/readme is 0644 | ${mode}`],
  [{ Entrypoint: ['/usr/local/bin/folder'] }, `its /usr/local/bin/folder is a directory | ${mode}`],
  [{ Entrypoint: ['/loop/x'] }, `its /loop/x cannot be reached: /loop is a link that leads round in a circle | ${mode}`],
  [{ Entrypoint: [''] }, 'what it should run has no name | Name the program first in the entrypoint.'],
  [{ User: 'nonrot' }, 'its /etc/passwd has no user nonrot | Did you mean nonroot? Write a user that is there, or a number, such as 65532.'],
  [{ User: 'app' }, 'its /etc/passwd has no user app | Write a user that is there, or a number, such as 65532.'],
  [{ User: 'root:stuff' }, 'its /etc/group has no group stuff | Did you mean staff? Write a group that is there, or a number, such as 65532.'],
  [{ User: '1:2:3' }, '"1:2:3" is no user | Write a name or a number, such as 65532, or user:group.'],
] satisfies readonly (readonly [ContainerConfig, string])[]) {
  test(`${JSON.stringify(config)} is a problem`, () => assert.equal(problems(config), [expected]))
}

test('a base without users and without a shell says so', () => {
  assert.equal(problems({ Cmd: ['/bin/sh', '-c', 'exit'], User: 'app' }, emptyTree), [
    'there is no /bin/sh in it | The base has no shell: write the entrypoint as a list of words that starts with the program, or choose another base.',
    'it has no /etc/passwd that could name the user app | Write the number of the user, such as 65532.',
  ])
})

test.run()
