import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface ServerProject {
  readonly folder: string
  /** Another text in its one file, and a commit with the tag `v1.<turn>.0`. */
  release(turn: number): Promise<void>
}

const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgSign=false', '-c', 'tag.gpgSign=false']

/** A small server in Go as a git repository; what it is called after stands in its mark. */
export async function serverProject(folder: string): Promise<ServerProject> {
  const git = async (...args: readonly string[]): Promise<void> => { await promisify(execFile)('git', [...identity, ...args], { cwd: folder }) }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'go.mod'), 'module example.com/gateway\n\ngo 1.24\n')
  await writeFile(join(folder, 'main.go'), program(markOf(0)))
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=Serve')
  return {
    folder,
    release: async turn => {
      await writeFile(join(folder, 'main.go'), program(markOf(turn)))
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', `--message=Serve ${turn}`)
      await git('tag', '--force', `v1.${turn}.0`)
    },
  }
}

/** What a program says it is: always of the same length. */
export function markOf(turn: number): string {
  return `mark-${String(turn).padStart(12, '0')}`
}

function program(mark: string): string {
  return `package main

import (
	"encoding/json"
	"log"
	"net/http"
)

var mark = "${mark}"

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"mark": mark})
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
`
}
