/** What proves to a registry who asks. */
export type Credential = PasswordCredential | IdentityToken

export interface PasswordCredential {
  readonly username: string
  readonly password: string
  /** The file or the variable that it comes from, for errors. */
  readonly from: string
}

/** A token that a registry's token server gives others for: OAuth2's refresh token. */
export interface IdentityToken {
  readonly identityToken: string
  readonly from: string
}

/**
 * The credential for a registry's host (`ghcr.io`, `127.0.0.1:5000`), undefined where there is none.
 * @throws ReleaseError (CREDENTIALS) where one is meant to be there and cannot be read
 */
export type Credentials = (host: string) => Promise<Credential | undefined>
