import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unless } from './unless.ts'

/** Declares a test that gets an empty file system of one mebibyte; a visible skip where none can be mounted. */
export function onSmallDisk(name: string, body: (folder: string) => Promise<void>): void {
  unless(mountable() ? undefined : 'needs root and mount, for a small file system')(name, async () => {
    const folder = mount()
    try {
      await body(folder ?? '')
    } finally {
      unmount(folder ?? '')
    }
  })
}

function mountable(): boolean {
  const folder = mount()
  if (folder === undefined) return false
  unmount(folder)
  return true
}

function mount(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0) return folder
  rmdirSync(folder)
  return undefined
}

function unmount(folder: string): void {
  spawnSync('umount', [folder])
  rmdirSync(folder)
}
