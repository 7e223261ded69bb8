import { ReleaseError } from '../../values/errors.ts'
import { readYamlTokens } from '../yaml.ts'
import { composeYaml } from './compose.ts'
import type { YamlNode } from './node.ts'
import { scanYaml } from './scan.ts'

/**
 * What stands where in a YAML document.
 * @param text without a byte order mark
 * @param wanted the keys of the root whose values are of interest, as in scanYaml; others may be `skimmed`
 * @throws ReleaseError (FILES) with line and column
 */
export function readYamlNode(text: string, file: string, wanted?: ReadonlySet<string>): YamlNode {
  return scanYaml(text, wanted, isEntry) ?? composeYaml(readYamlTokens(text, file), text)
}

/** Whether a text alone is one entry of a mapping. */
export function isEntry(text: string): boolean {
  try {
    const root = composeYaml(readYamlTokens(text, ''), text)
    return root.kind === 'mapping' && root.entries.length === 1 && root.start === 0 && !root.flow && !root.mark
  } catch (error) {
    if (error instanceof ReleaseError) return false
    throw error
  }
}
