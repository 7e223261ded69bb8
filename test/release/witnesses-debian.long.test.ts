import { helms, type Helm } from '../support/helm.ts'
import { realRegistries, type RealRegistry } from '../support/real-registries.ts'
import { witnessed } from './support/witnessed.ts'

// The registry that Debian has keeps tags that are asked to go: then that is said.
const [registry] = realRegistries() as [RealRegistry]
const [helm] = helms as [Helm]

witnessed(registry, helm).run()
