import { resolvePath } from './resolve-path.ts'
import type { Tree } from './tree.ts'

/** The text of a file of an image, through links; undefined where it has no such file. The tree has to hold its text. */
export function textAt(tree: Tree, path: string): string | undefined {
  return tree.texts.get(resolvePath(tree, path).path)
}
