import { createExec } from '../clients/exec.ts'
import type { Exec } from '../contracts/exec.ts'
import type { Setting } from './setting.ts'

/**
 * Runs git as the caller would, with the caller's keys, agents and helpers, but in no other repository than the
 * one that is meant.
 */
export function gitExec({ folder, environment, signal }: Pick<Setting, 'folder' | 'environment' | 'signal'>): Exec {
  const elsewhere = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/
  const own = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && !elsewhere.test(entry[0])))
  return createExec({ environment: own, signal, cwd: folder })
}
