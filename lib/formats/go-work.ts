import { goDirectives } from './go-directives.ts'

/** The folders of a go.work's modules, as they stand there: `./api`. Source: https://go.dev/ref/mod#go-work-file */
export function goWork(text: string): readonly string[] {
  return goDirectives(text).filter(({ verb }) => verb === 'use').flatMap(({ words }) => words.slice(0, 1))
}
