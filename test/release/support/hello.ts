/** A program of one file that prints its version, and needs next to nothing to be compiled. */
export const hello: Readonly<Record<string, string>> = {
  'go.mod': 'module example.com/hello\n\ngo 1.21\n',
  'main.go': 'package main\n\nvar version = "dev"\n\nfunc main() { print("hello ", version, "\\n") }\n',
  'README.md': '# hello\n',
}
