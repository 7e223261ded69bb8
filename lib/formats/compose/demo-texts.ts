import { composeText, tagsText, variantText } from './compose-text.ts'
import type { DemoContents } from './demo-plan.ts'
import { envText } from './env-text.ts'
import { readmeText } from './readme-text.ts'

/** A file of the demo that is written by its release. */
export interface DemoText {
  readonly path: string
  readonly text: string
}

/**
 * Every file of a demo that is not the project's own: they say the same, since they are written from the same.
 * @param licenseFiles the license's files beside them
 */
export function demoTexts(demo: DemoContents, licenseFiles: readonly string[]): readonly DemoText[] {
  const others = demo.images.filter(({ distro }) => distro !== demo.defaultDistro)
  return [
    { path: 'compose.yaml', text: composeText(demo) },
    ...others.map(image => ({ path: `compose.${image.distro}.yaml`, text: variantText(demo, image) })),
    { path: 'compose.tags.yaml', text: tagsText(demo) },
    { path: '.env', text: envText(demo) },
    { path: 'README.md', text: readmeText(demo, licenseFiles) },
  ]
}
