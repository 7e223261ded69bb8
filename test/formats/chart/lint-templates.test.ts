import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseTemplate } from '../../../lib/formats/chart/lint/parse-template.ts'
import { TemplateFault } from '../../../lib/formats/chart/lint/template-fault.ts'
import type { TemplateBody } from '../../../lib/formats/chart/lint/template-tree.ts'
import { templateUses } from '../../../lib/formats/chart/lint/template-uses.ts'
import { needs } from '../../support/needs.ts'
import { withFiles } from '../../support/with-files.ts'

/** Parses templates as text/template does, without asking whether functions exist. */
const judge = `package main

import (
	"encoding/json"
	"os"
	"text/template/parse"
)

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	answers := []string{}
	for _, text := range texts {
		tree := parse.New("t")
		tree.Mode = parse.SkipFuncCheck
		answer := ""
		if _, err := tree.Parse(text, "", "", map[string]*parse.Tree{}); err != nil {
			answer = err.Error()
		}
		answers = append(answers, answer)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
`

/** A template and all that are defined in it. */
function bodiesIn(body: TemplateBody): readonly TemplateBody[] {
  return [body, ...body.flatMap(node => {
    if (node.kind === 'output' || node.kind === 'template') return []
    return node.kind === 'define' ? bodiesIn(node.body) : bodiesIn([...node.body, ...node.otherwise]).slice(1)
  })]
}

function faultOf(text: string): string | undefined {
  try {
    const body = parseTemplate(text)
    const uses = bodiesIn(body).map(templateUses)
    const variable = uses.flatMap(one => one.unknown).find(({ word }) => word.startsWith('$'))
    return variable && `${variable.line}: the variable ${variable.word} is not there`
  } catch (error) {
    if (error instanceof TemplateFault) return `${error.line}: ${error.message}`
    throw error
  }
}

const templates: readonly (readonly [text: string, fault: string | undefined])[] = [
  ['plain text } }} without an action', undefined],
  ['{{ .Values.a }}{{- "}}" -}}{{ `}}\n` }}', undefined],
  ['{{/* a }} comment {{ */}}{{- /* another */ -}}', undefined],
  ['{{ if .a }}\n{{ else if .b }}\n{{ else }}\n{{ end }}', undefined],
  ['{{ with $x := .a }}{{ $x.b }}{{ else with .c }}{{ . }}{{ end }}', undefined],
  ['{{ range $i, $e := .a }}{{ if $i }}{{ continue }}{{ end }}{{ break }}{{ else }}none{{ end }}', undefined],
  ['{{ define "a" }}{{ block "b" . }}{{ . }}{{ end }}{{ end }}{{ template "a" . }}{{ template "c" }}', undefined],
  ['{{ (index .a "b").c | default (printf "%s" .d.e) }}', undefined],
  ['{{ $a := 1 }}{{ $a = 0x1F }}{{ -1.5e3 }}{{ .5 }}{{ \'x\' }}{{ nil | print }}', undefined],
  ['{{ if and (eq .a "x")\n (not .b) }}{{ end }}', undefined],
  ['a\n{{ .a }', '2: "}" cannot stand between {{ and }}'],
  ['a\n{{ .a ', '2: {{ is never closed by }}'],
  ['{{ "a }}', '1: " opens a text that is never closed'],
  ['{{ `a }}', '1: ` opens a text that is never closed'],
  ['{{/* a }}', '1: a comment is never closed by */'],
  ['{{/* a */ }}', '1: a comment does not end with */}} or */ -}}'],
  ['{{ .a  -}}{{ .b\n-}}', undefined],
  ['{{ .a | "b" }}', '1: "b" takes nothing from a |'],
  ['{{ }}', '1: a command is missing'],
  ['{{ "\\d" }}', '1: "\\d" is not written as Go writes it'],
  ["{{ 'ab' }}", "1: 'ab' is not written as Go writes it"],
  ['{{ 1a }}', '1: 1a is not written as Go writes it'],
  ['{{ .a else }}', '1: else stands where a value should'],
  ['{{ (.a }}', '1: ( is never closed by )'],
  ['{{ .a) }}', '1: ")" has no ( before it'],
  ['{{ .a"b" }}', '1: "\\"b\\"" stands right after .a'],
  ['{{ if .a }}\n{{ if .b }}\n{{ end }}', '1: {{ if }} is never closed by {{ end }}'],
  ['\n{{ define "a" }}', '2: {{ define }} is never closed by {{ end }}'],
  ['{{ end }}', '1: {{ end }} closes nothing'],
  ['{{ else }}', '1: {{ else }} closes nothing'],
  ['{{ if .a }}{{ else }}\n{{ else }}{{ end }}', '2: {{ else }} stands where {{ if }} of line 1 can only end'],
  ['{{ if .a }}{{ define "b" }}{{ end }}{{ end }}', '1: {{ define }} stands within {{ if }} of line 1'],
  ['{{ define .a }}{{ end }}', '1: {{ define }} needs a name in quotes'],
  ['{{ break }}', '1: {{ break }} stands outside of a range'],
  ['{{ if }}{{ end }}', '1: a command is missing'],
  ['{{ if .a }}{{ end .b }}', '1: ".b" stands after end'],
  ['{{ $x }}', '1: the variable $x is not there'],
  ['{{ if .a }}{{ $x := 1 }}{{ end }}\n{{ $x = 2 }}', '2: the variable $x is not there'],
]

test('what text/template refuses is refused, with its line', () => {
  for (const [text, fault] of templates) assert.is(faultOf(text), fault, text)
})

needs('go')('Go itself says the same of these, and of what comes of changing them', async () => {
  const pieces = ['{{', '}}', '{{-', '-}}', ' ', '\n', 'if .a', 'else', 'end', 'range $i, $e := .b', 'with .c', 'define "d"', 'template "d" .', '"',
    '`', '(', ')', '|', '.Values.x', '$x := 1', '$x', '.', '{{ end }}', '{{ if .a }}', '{{/* c */}}', 'break', 'quote', '1.5', ':=', ',', '=']
  const made = fc.sample(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), { numRuns: 3000, seed: 5 }).map(parts => parts.join(''))
  const changed = fc.sample(fc.tuple(fc.constantFrom(...templates.map(([text]) => text)), fc.nat(), fc.constantFrom('', ...pieces)), { numRuns: 3000, seed: 6 })
    .map(([text, at, piece]) => `${text.slice(0, at % (text.length + 1))}${piece}${text.slice(at % (text.length + 1) + (piece === '' ? 1 : 0))}`)
  const texts = [...templates.map(([text]) => text), ...made, ...changed]
  const answers = await withFiles({ 'main.go': judge, 'go.mod': 'module judge\n\ngo 1.20\n' }, async folder => {
    const { stdout, stderr, status } = spawnSync('go', ['run', '.'], { cwd: folder, input: JSON.stringify(texts), encoding: 'utf8', maxBuffer: 1 << 26 })
    assert.is(status, 0, stderr)
    return JSON.parse(stdout) as readonly string[]
  })
  const refused = answers.filter(answer => answer !== '').length
  assert.ok(refused > 1000 && refused < texts.length - 300, `${refused} of ${texts.length} are refused`)
  // That a variable is set that is not there Go tells only when it renders.
  const same = (text: string, answer: string): boolean =>
    (faultOf(text) === undefined) === (answer === '') || (answer === '' && /\$\w*\s*:?=/.test(text) && faultOf(text)?.includes('the variable $') === true)
  const different = texts.flatMap((text, index) => same(text, answers[index] ?? '') ? [] : [[text, faultOf(text), answers[index]]])
  assert.equal(different, [])
})

/** Paths that a template reads: with a star before it those that count as a whole. */
function pathsOf(text: string): readonly string[] {
  const paths = templateUses(parseTemplate(text)).values.map(({ path, whole }) => `${whole ? '*' : ''}${path.join('.')}`)
  return [...new Set(paths)].sort()
}

const uses: readonly (readonly [text: string, paths: readonly string[]])[] = [
  ['{{ .Values.a.b }}{{ $.Values.c | quote }}', ['*a.b', '*c']],
  ['{{ if .Values.a }}{{ if not .Values.b }}{{ end }}{{ end }}', ['a', 'b']],
  ['{{ with .Values.a }}{{ .b }}{{ $.Values.c }}{{ else }}{{ .Values.d }}{{ end }}', ['*a.b', '*c', '*d', 'a']],
  ['{{ range $k, $v := .Values.a }}{{ $k }}{{ $v.b }}{{ .c }}{{ end }}', ['*a', '*a.*.b', '*a.*.c']],
  ['{{ $i := .Values.image }}{{ $i.tag }}', ['*image.tag']],
  ['{{ $i := .Values.image }}', []],
  ['{{ $t := .Values.a }}{{ if .Values.b }}{{ $t = .Values.c }}{{ end }}{{ $t.d }}', ['*a.d', '*c.d', 'b']],
  ['{{ index .Values "a" "b" }}{{ get .Values.c "d" }}{{ dig "e" "f" "x" .Values.g }}', ['*a.b', '*c.d', '*g.e.f']],
  ['{{ (index .Values.distros .Values.distro).digest }}', ['*distro', '*distros.*.digest']],
  ['{{ index . "Values" "a" }}', ['*a']],
  ['{{ .Values.a | default .Values.b | trunc 63 }}', ['*a', '*b']],
  ['{{ (.Values.a | default dict).b }}', ['*a.b']],
  ['{{ toYaml .Values.a | nindent 4 }}{{ include "x" (dict "image" .Values.b "root" $) }}', ['*a', '*b']],
  ['{{ template "x" .Values.a }}', ['*a']],
  ['{{ .Subcharts.redis.Values.a }}{{ .root.Values.b }}', ['*b', '*redis.a']],
  ['{{ toYaml .Values }}', ['*']],
  ['{{ .Files.Get .Values.a }}{{ .Release.Name }}{{ .Capabilities.APIVersions.Has "x/v1" }}', ['*a']],
  ['{{ hasKey .Values.a "b" }}', ['a']],
]

test('what a template reads of the values is told, through variables, blocks and functions', () => {
  for (const [text, paths] of uses) assert.equal(pathsOf(text), [...paths], text)
})

test('what a template includes is told by name, a file by its path, what is computed as unknown', () => {
  const { calls, rendersText } = templateUses(parseTemplate(`{{ include "a" . }}{{ template "b" . }}{{ .x | include "c" }}
{{ include (print $.Template.BasePath "/d.yaml") . }}{{ include (printf "%s/e.yaml" .Template.BasePath) . }}{{ include .name . }}{{ tpl .x . }}`))
  assert.equal(calls.map(({ name }) => name), ['a', 'b', 'c', 'templates/d.yaml', 'templates/e.yaml', undefined])
  assert.is(rendersText, true)
})

test.run()
