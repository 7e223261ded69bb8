import type { ErrorCode } from '../values/errors.ts'

/** Why a go command failed, for someone who did not type it. */
export interface GoFailure {
  readonly code: ErrorCode
  /** Without a full stop, to stand after a colon. */
  readonly why: string
  readonly hint?: string
}

type Explanation = (match: RegExpExecArray) => GoFailure

const tidy = 'Run `go mod tidy` and commit go.mod and go.sum.'

/** The first that matches explains: what is wrong with the toolchain or go.mod makes go complain of much else. */
const explanations: readonly (readonly [pattern: RegExp, explain: Explanation])[] = [
  [/(\S+|module \. listed in go\.work file) requires go >= (\S+) \(running go ([^\s;)]+)/, ([, who, wanted, has]) => ({
    code: 'TOOLCHAIN', why: `${who} requires go ${wanted}, this is go ${has}`,
    hint: `Install Go ${wanted} or newer from https://go.dev/dl/; Slipway never switches toolchains by itself.`,
  })],
  [/go\.work lists go (\S+)/, ([line]) => ({
    code: 'PROJECT', why: line, hint: 'Run `go work use` in the folder of go.work and commit it.',
  })],
  [/checksum mismatch/, () => ({
    code: 'PROJECT', why: 'a module is not what go.sum says it is',
    hint: 'Find out why before anything is released; `go clean -modcache` empties a module cache that is damaged.',
  })],
  [/missing go\.sum entry[^;\n]*|updates to go\.(?:mod|sum) needed/, ([line]) => ({
    code: 'PROJECT', why: line, hint: tidy,
  })],
  [/inconsistent vendoring/, () => ({
    code: 'PROJECT', why: 'vendor/modules.txt does not agree with go.mod',
    hint: 'Run `go mod vendor` (`go work vendor` in a workspace) and commit vendor.',
  })],
  [/(?:no required module provides|cannot find module providing) package ([^\s;:]+)/, ([, name]) => ({
    code: 'PROJECT', why: `go.mod requires no module that has the package ${name}`, hint: tidy,
  })],
  [/not one of the workspace modules listed in go\.work/, () => ({
    code: 'PROJECT', why: 'its module is not listed in go.work',
    hint: 'Run `go work use .` in its folder and commit go.work.',
  })],
  [/cannot load module (\S+) listed in go\.work/, ([line]) => ({ code: 'PROJECT', why: line, hint: 'Mend go.work.' })],
  [/no modules were found in the current workspace/, () => ({
    code: 'PROJECT', why: 'go.work lists no modules',
    hint: 'Run `go work use .` in the folder of each module and commit go.work.',
  })],
  [/errors parsing \S*go\.(?:mod|work):\n(.+)/, ([, detail = '']) => ({
    code: 'PROJECT', why: detail.trim(), hint: 'Mend that line.',
  })],
  [/pattern ([^:\n]+): (no matching files found|cannot embed [^\n]+)/, ([, pattern, why]) => ({
    code: 'PROJECT', why: `//go:embed ${pattern}: ${why}`, hint: 'Make the files before the release, or commit them.',
  })],
  [/build constraints exclude all Go files in (.+)/, ([, folder]) => ({
    code: 'PROJECT', why: `build constraints exclude all Go files in ${folder}`,
    hint: 'Take this platform out of the targets, or add files that are built for it.',
  })],
  [/no Go files in (.+)|no non-test Go files in (.+)/, ([, bare, tests]) => ({
    code: 'PROJECT', why: `there are no Go files in ${bare ?? tests}`, hint: 'Name a folder with a main package.',
  })],
  [/package (\S+) is not in std/, ([, name]) => ({
    code: 'PROJECT', why: `there is no package ${name}`,
    hint: `Name a folder of the project as ./${name}, or a package by its whole import path.`,
  })],
  [/^.*(?:directory not found|does not contain package|outside main module|outside modules listed).*$/m, ([line]) => ({
    code: 'PROJECT', why: line, hint: 'Name a main package in a folder of the project, such as ./cmd/name.',
  })],
]

/** Explains what a go command printed; what it does not know is taken for the compiler's own words. */
export function goFailure(output: string): GoFailure {
  for (const [pattern, explain] of explanations) {
    const match = pattern.exec(output)
    if (match) return explain(match)
  }
  const first = output.split('\n').find(line => line.trim() !== '' && !line.startsWith('#'))
  return { code: 'COMPILE', why: first?.trim() ?? 'go says nothing' }
}

/** Whether a go command failed for want of a module that a download would bring. */
export function lacksModules(output: string): boolean {
  return /module lookup disabled by GOPROXY=off|\.zip: no such file|is not in the module cache/.test(output)
    && !/no required module provides package/.test(output)
}
