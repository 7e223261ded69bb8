import { helms, type Helm } from '../support/helm.ts'
import { realRegistries, type RealRegistry } from '../support/real-registries.ts'
import { witnessed } from './support/witnessed.ts'

const [, registry] = realRegistries() as [RealRegistry, RealRegistry]
const [, helm] = helms as [Helm, Helm]

witnessed(registry, helm).run()
