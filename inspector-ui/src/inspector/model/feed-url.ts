/** The secret in the URL that the inspector printed; undefined on the live page of `tidewire serve`. */
export function accessToken(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined
}

/** A path of the inspector, with the token. */
export function inspectorUrl(path: string, token: string): URL {
  const url = new URL(path, location.href)
  url.hash = ''
  url.searchParams.set('token', token)
  return url
}
