/** What tests of a build.ts, and of destinations of one's own, are made with. */

export { destinationContract } from './contract.ts'
export type { ContractCheck, ContractOptions, ContractPlace, Sight } from './contract/options.ts'
export { startFakeGithub } from './fake-github.ts'
export type { FakeGithub } from './fake-github.ts'
export type { FakeApp, FakeGithubFault, FakeGithubOptions, FakeGithubRequest, FakePackages, FakeRepository, FakeRight, FakeToken, FaultOptions } from './github/options.ts'
export type { Witness, WitnessedAsset, WitnessedRelease } from './github/witness.ts'
export { startFaultProxy } from './fault-proxy.ts'
export type { Fault, FaultPlan, FaultProxy, FaultProxyOptions, PassedRequest } from './fault-proxy.ts'
