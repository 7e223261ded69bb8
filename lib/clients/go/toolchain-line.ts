import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Observer } from '../../contracts/workshop.ts'
import { goDirectives } from '../../formats/go-directives.ts'
import { isOlderGo } from '../../formats/go-version.ts'
import type { Problem } from '../../values/problem.ts'
import type { Source } from '../../values/source.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { workspaceOf } from './workspace.ts'

/**
 * Looks whether go.mod, or the go.work that holds, asks for a newer toolchain than there is. Go would fetch that one, or
 * do without and say nothing: whoever builds the same commit elsewhere would get other bytes.
 * Source: https://go.dev/doc/toolchain#config
 */
export async function checkToolchainLine(
  observer: Pick<Observer, 'once'>, source: Source, toolchain: Toolchain,
): Promise<readonly Problem[]> {
  const { work, folders } = await workspaceOf(observer, source)
  const file = work ?? join(folders[0] ?? source.place.folder, 'go.mod')
  const name = basename(file)
  const text = await readFile(file, 'utf8').catch(() => '')
  const wanted = goDirectives(text).find(({ verb }) => verb === 'toolchain')?.words[0]
  if (wanted === undefined || !isOlderGo(toolchain.go, wanted)) return []
  return [{
    where: file, code: 'TOOLCHAIN',
    message: `Cannot compile ${source.place.folder}: ${name} asks for the toolchain ${wanted}, this is ${toolchain.go}`,
    hint: `Install ${wanted} from https://go.dev/dl/, or take that line out of ${name}; `
      + 'Slipway never switches toolchains by itself.',
  }]
}
