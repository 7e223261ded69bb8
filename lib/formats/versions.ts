/** Version arithmetic, in one place for what loads it late. */
export { chooseTag, namedTag, namedVersion } from './version-choice.ts'
export { versionNotices } from './version-notices.ts'
export type { VersionTag } from './version-tag.ts'
export { versionTags } from './version-tags.ts'
export { versionValue } from './version-value.ts'
