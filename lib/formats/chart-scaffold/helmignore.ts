import type { ChartText } from './options.ts'

/** What lies beside a chart's files but belongs to editors and version control. */
export const helmignore: ChartText = {
  path: '.helmignore',
  text: `# What is no part of the package, by patterns as in .gitignore.
.DS_Store
.git/
.gitignore
.idea/
.vscode/
*.bak
*.orig
*.swp
*.tgz
*.tmp
*~
`,
}
