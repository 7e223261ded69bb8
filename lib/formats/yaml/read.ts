import { readYamlTokens } from '../yaml.ts'
import { composeYaml } from './compose.ts'
import type { YamlNode } from './node.ts'
import { scanYaml } from './scan.ts'

/**
 * What stands where in a YAML document.
 * @param text without a byte order mark
 * @throws ReleaseError (FILES) with line and column
 */
export function readYamlNode(text: string, file: string): YamlNode {
  return scanYaml(text) ?? composeYaml(readYamlTokens(text, file), text)
}
