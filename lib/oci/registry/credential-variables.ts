export interface CredentialVariables {
  readonly username: string
  readonly password: string
}

/** The environment variables that hold a registry's credential: `SLIPWAY_REGISTRY_GHCR_IO_USERNAME` and `..._PASSWORD`. */
export function credentialVariables(host: string): CredentialVariables {
  const name = host.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
  return { username: `SLIPWAY_REGISTRY_${name}_USERNAME`, password: `SLIPWAY_REGISTRY_${name}_PASSWORD` }
}
