import type { ReleasedImage } from '../../values/released-image.ts'
import { pinnedImage } from './compose-text.ts'
import { configName, defaultImage, leftOut, type DemoContents } from './demo-plan.ts'
import { mainPorts, portVariables, variableOf, variablePrefix } from './variables.ts'

const up = 'up --detach --wait'

/** README.md, out of what the other files are made of. */
export function readmeText(demo: DemoContents, licenseFiles: readonly string[]): string {
  return [
    heading(demo), start(demo), distros(demo), ports(demo), configuration(demo), tags(demo), verifying(demo), license(demo, licenseFiles),
  ].filter(section => section !== '').join('\n')
}

function heading({ title, version, description }: DemoContents): string {
  return `# ${title} ${version} with Docker Compose
${description === undefined ? '' : `\n${description.replace(/\.?$/, '.')}\n`}
Made by the release of ${title} ${version}: each of its images is named by its digest, so what starts here is what was released.
It takes Docker Compose 2, or 1.29, which is called \`docker-compose\` and has no \`--wait\`. The next release writes these files
anew.
`
}

function start(demo: DemoContents): string {
  const first = mainPorts(demo).find(({ published, protocol }) => published !== undefined && protocol === 'tcp')
  const ask = first && demo.path !== undefined ? [`curl http://${first.address ?? 'localhost'}:${first.published}${demo.path}`] : []
  return `## Start and stop
${code(`docker compose ${up}`, ...ask, `docker compose logs ${demo.main}`, 'docker compose down')}
`
}

function distros(demo: DemoContents): string {
  const missing = leftOut(demo)
  const rows = demo.images.map(image => `| ${image.distro} | \`${startingCommand(demo, image)}\` | \`${pinnedImage(image)}\` |`)
  return `## Another distro
The same program stands on several distros; ${demo.defaultDistro} is what runs where none is named.

| distro | start | image |
|---|---|---|
${rows.join('\n')}
${missing.length === 0 ? '' : `\nNot in this release: ${missing.join(', ')}.\n`}`
}

/** How a distro is started. */
function startingCommand({ defaultDistro }: DemoContents, { distro }: ReleasedImage): string {
  return distro === defaultDistro ? `docker compose ${up}` : `docker compose -f compose.yaml -f compose.${distro}.yaml ${up}`
}

function ports(demo: DemoContents): string {
  const variables = portVariables(demo)
  if (variables.length === 0) return ''
  const rows = mainPorts(demo).filter(({ published }) => published !== undefined)
    .map(port => `| \`${variableOf(port, demo)}\` | ${port.published} | ${port.target}/${port.protocol} |`)
  return `## Another port
Change it in \`.env\`, or set the variable in the environment, which goes before the file.

| variable | here | in the container |
|---|---|---|
${rows.join('\n')}
`
}

function configuration(demo: DemoContents): string {
  if (demo.configs.length === 0) return ''
  return `## Configuration
| file here | in the container, read-only |
|---|---|
${demo.configs.map(config => `| [${configName(config)}](${encodeURI(configName(config))}) | \`${config.to}\` |`).join('\n')}

After a change:
${code(`docker compose restart ${demo.main}`)}
`
}

function tags(demo: DemoContents): string {
  const prefix = variablePrefix(demo.main)
  return `## Tags instead of digests
${code(`docker compose -f compose.yaml -f compose.tags.yaml ${up}`)}
takes \`${defaultImage(demo).repository}\` at the tag that \`.env\` puts together of \`${prefix}_VERSION\` and \`${prefix}_DISTRO\`. A tag can come to mean
another image, a digest cannot.
`
}

function verifying(demo: DemoContents): string {
  const { repository, tag } = defaultImage(demo)
  return `## Which image it is
What runs, by its digest; Docker takes no bytes that have another one:
${code(`docker inspect --format '{{.Config.Image}}' "$(docker compose ps --quiet ${demo.main})"`)}
What the registry has under the tag, to compare with the table above:
${code(`docker buildx imagetools inspect ${repository}:${tag}`)}
`
}

function license({ license }: DemoContents, files: readonly string[]): string {
  if (license === undefined && files.length === 0) return ''
  const links = files.map(file => `[${file}](${encodeURI(file)})`).join(' and ')
  if (license === undefined) return `## License\nSee ${links}.\n`
  return `## License\n${license}${links === '' ? '' : `; see ${links}`}.\n`
}

function code(...lines: readonly string[]): string {
  return ['```', ...lines, '```'].join('\n')
}
