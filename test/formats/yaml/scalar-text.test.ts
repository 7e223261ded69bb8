import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { editYaml } from '../../../lib/formats/yaml/edit.ts'
import { helms } from '../../support/helm.ts'
import { unless } from '../../support/unless.ts'
import { withFiles } from '../../support/with-files.ts'

const plain = [
  'x', 'static', 'ghcr.io/example/gateway', 'sha256:00ff', '1.2.3', '1.2.3-rc.1', '0.0.0-next', '1.2.3-ubuntu', '127.0.0.1', 'v1.10', 'v1', 'a b', 'localhost:5000/a', '/etc/a.yaml', 'yesterday', 'north', 'nullable',
  'tea', 'x1e3', 'a=b', 'a@b', '_1', 'latest', 'a+b',
]

const quoted = [
  '', ' ', '~', 'null', 'Null', 'true', 'TRUE', 'False', 'yes', 'No', 'on', 'OFF', 'y', 'N', '.inf', '-.INF', '.nan', 'Infinity', 'NaN', '1', '-1', '+1', '0', '007', '0x1', '0o7', '0b1', '1_000', '1,000', '1.10', '1.', '.5', '-.5', '1e3',
  '1E-3', '1.5e+3', '12e03', '190:20:30', '1:30', '20:30.15', '2001-12-14', '2001-12-14T21:59:43Z', '2001-1-1', '2001-12-14 21:59:43.1 -5', '3f2a9c1', '1234567e8', '0.1e1', '<<', '=', '-', '- a', '?', '? a', ':', 'a:', 'a: b', ': a',
  'a #b', '#', '# a', '@a', '`a`', '!a', '&a', '*a', '%a', '|', '>', '\'', '\'a\'', '"', '"a"', '[', '[]', '{}', '}', ',', 'a, b', ' a', 'a ', 'a\tb', 'a\nb', '\\', 'a\\nb', '---', '...', '--- a', 'é', '\u{1F600}', '\0', '\u0007', '\u007F', '\u0085',
  '\u00A0', '\u2028', '\uFEFF', '\uFFFD', 'a\r\nb', '{{ .Values.a }}',
]

const templates = ['a: 1\n', 'a: old\n', 'a: "old"\n', 'a: \'old\'\n', '{a: old}\n', '{"a": 1}\n', '{a: \'old\'}\n', 'a: |\n  old\n'] as const

const write = (template: string, value: string): string => editYaml(template, 'a.yaml', [{ path: 'a', value }])

test('a text is plain only where it cannot be taken for anything else', () => {
  for (const value of plain) assert.is(write('a: 1\n', value), `a: ${value}\n`)
  for (const value of quoted) assert.match(write('{a: 1}\n', value), /^\{a: "/)
})

test('a text is a text in YAML 1.1 and in 1.2, however it is written', () => {
  for (const template of templates) {
    for (const value of [...plain, ...quoted]) {
      const text = write(template, value)
      for (const version of ['1.1', '1.2'] as const) assert.equal(parse(text, { version }), { a: value }, `${JSON.stringify(text)} in ${version}`)
    }
  }
})

test('keys are texts as well', () => {
  const value = Object.fromEntries([...plain, ...quoted].map(key => [key, 'x']))
  for (const template of templates) {
    const text = editYaml(template, 'a.yaml', [{ path: 'a', value }])
    for (const version of ['1.1', '1.2'] as const) assert.equal(parse(text, { version }), { a: value })
  }
})

test('truth values and numbers are written as such', () => {
  for (const value of [true, false, 0, -1, 1.5, 1e21, 1e-7, 8080, Number.MAX_SAFE_INTEGER]) {
    for (const template of templates) {
      const text = editYaml(template, 'a.yaml', [{ path: 'a', value }])
      for (const version of ['1.1', '1.2'] as const) assert.equal(parse(text, { version }), { a: value }, text)
    }
  }
})

const chart = {
  'Chart.yaml': 'apiVersion: v2\nname: texts\nversion: 0.0.1\n',
  'templates/all.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: all}\ndata:\n  all: {{ toJson .Values | b64enc }}\n',
}

for (const helm of helms) {
  unless(helm.reason)(`${helm.name} reads each text as it is`, async () => {
    const values = [...plain, ...quoted, 'one\ntwo', 'one\n\n  two\n', '# one\n- two']
    const wanted = Object.fromEntries(templates.flatMap((_, at) => values.map((value, index) => [`k${at}-${index}`, { a: value }] as const)))
    const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')
    const text = templates.flatMap((template, at) => values.map((value, index) => `k${at}-${index}:\n${indented(write(template, value))}`)).join('')
    await withFiles({ ...chart, 'values.yaml': text }, async folder => {
      const [, encoded = ''] = /all: (\S+)/.exec(await helm.run('template', 'x', folder)) ?? []
      assert.equal(JSON.parse(Buffer.from(encoded, 'base64').toString()), wanted)
    })
  })
}

test.run()
